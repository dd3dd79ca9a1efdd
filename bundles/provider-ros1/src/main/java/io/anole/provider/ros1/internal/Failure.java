package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.BusException.NoProvider;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.BusException.RemoteError;
import io.anole.bus.BusException.Timeout;
import java.util.Map;

/** Why a request failed, as it travels. */
final class Failure {
    private Failure() {
    }

    /** For another Anole. */
    static Map<String, Object> tree(Throwable why) {
        if (why instanceof RemoteError error) {
            return Map.of("kind", "error", "type", error.type(), "message", String.valueOf(error.getMessage()), "trace",
                    error.trace());
        }
        String kind = why instanceof Rejected ? "rejected" : why instanceof NoProvider ? "none"
                : why instanceof Timeout ? "timeout" : "error";
        return Map.of("kind", kind, "type", why.getClass().getName(), "message", String.valueOf(why.getMessage()), "trace", "");
    }

    /** For a client of ROS, which knows only a text. */
    static String text(Throwable why) {
        return why instanceof RemoteError error ? error.type() + ": " + error.getMessage() : String.valueOf(why.getMessage());
    }

    /** What was told by {@link #tree}. */
    static BusException of(Object tree) {
        if (!(tree instanceof Map<?, ?> map)) {
            return new RemoteError("", String.valueOf(tree), "");
        }
        String message = String.valueOf(map.get("message"));
        return switch (String.valueOf(map.get("kind"))) {
            case "rejected" -> new Rejected(message);
            case "none" -> new NoProvider(message);
            case "timeout" -> new Timeout(message);
            default -> new RemoteError(String.valueOf(map.get("type")), message, String.valueOf(map.get("trace")));
        };
    }
}
