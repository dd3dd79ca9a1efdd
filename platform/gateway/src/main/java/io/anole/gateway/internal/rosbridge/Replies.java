package io.anole.gateway.internal.rosbridge;

import io.anole.gateway.internal.access.Refusal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What one client is told besides messages: status, as much of it as it wants to hear, and answers to its calls. Safe for any thread. */
final class Replies {
    /** How weighty a status is. */
    enum Level { NONE, ERROR, WARNING, INFO }

    private final Trees trees;
    private final Outbox outbox;
    private volatile Level level = Level.ERROR;

    Replies(Trees trees, Outbox outbox) {
        this.trees = trees;
        this.outbox = outbox;
    }

    /** @param id of the frame it is about, or null */
    void status(Level weight, String id, String text) {
        if (weight.compareTo(level) > 0) {
            return;
        }
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("op", "status");
        if (id != null) {
            status.put("id", id);
        }
        status.put("level", weight.name().toLowerCase(Locale.ROOT));
        status.put("msg", text);
        outbox.note(trees.text(status));
    }

    void level(Request request) {
        String wanted = request.text("level", "");
        for (Level one : Level.values()) {
            if (one.name().equalsIgnoreCase(wanted)) {
                level = one;
                return;
            }
        }
        throw new Refusal(400, "the level '" + Request.shortened(wanted)
                + "' is not known: there are none, error, warning and info");
    }

    /** The answer to a call, in the form that the call asks for. */
    void respond(Request request, Object values, boolean result) {
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("op", "service_response");
        String id = request.text("id", null);
        if (id != null) {
            response.put("id", id);
        }
        response.put("service", request.text("service", ""));
        response.put("values", values);
        response.put("result", result);
        boolean cbor = Compression.CBOR.word().equals(request.value("compression"));
        long fragment = request.value("fragment_size") instanceof Number size ? size.longValue() : 0;
        outbox.answer(cbor ? trees.bytes(response) : trees.text(response),
                fragment > 0 ? (int) Math.max(64, Math.min(Integer.MAX_VALUE, fragment)) : 0);
    }

    /** A call for the client to answer. */
    void call(String id, String service, Object arguments) {
        Map<String, Object> call = new LinkedHashMap<>();
        call.put("op", "call_service");
        call.put("id", id);
        call.put("service", service);
        call.put("args", arguments);
        outbox.answer(trees.text(call), 0);
    }
}
