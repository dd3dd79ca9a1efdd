package io.anole.facades.internal.signal;

import io.anole.bus.Name;

/** Where signals, requests and presence live on a bus. */
final class Addresses {
    static final String ALL_PRESENT = "@presence/*";

    private Addresses() {
    }

    static String presence(String sender) {
        return "@presence/" + segment(sender, "sender");
    }

    static String requests(String sender) {
        return "req/" + segment(sender, "sender");
    }

    /** One event, or a pattern of several: null stands for every sender, every event. */
    static String signals(String sender, String event) {
        return "sig/" + (sender == null ? "*" : segment(sender, "sender")) + "/"
                + (event == null ? "*" : segment(event, "event"));
    }

    static String sender(Name signalOrPresence) {
        return signalOrPresence.segments().get(1);
    }

    static String event(Name signal) {
        return signal.segments().get(2);
    }

    private static String segment(String text, String what) {
        if (text == null) {
            throw new IllegalArgumentException("a " + what + " needs a name");
        }
        if (text.indexOf('/') >= 0 || Name.of(text).segments().size() != 1) {
            throw new IllegalArgumentException("illegal " + what + " '" + text + "': it must be one segment, without '/'");
        }
        return text;
    }
}
