package io.anole.signal;

import java.util.Map;

/**
 * What a listener hears.
 *
 * @param sender who triggered it
 * @param event  which event
 * @param data   its body; of presence events a {@link Presence}
 * @param info   what interceptors have added
 */
public record Signal(String sender, String event, Object data, Map<String, String> info) {
    public Signal {
        info = Map.copyOf(info);
    }
}
