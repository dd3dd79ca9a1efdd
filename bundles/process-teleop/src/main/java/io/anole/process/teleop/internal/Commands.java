package io.anole.process.teleop.internal;

import io.anole.bus.BusException;
import io.anole.bus.Codec;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads commands out of request bodies: JSON, a form, or a bare word, whatever the content type says, because
 * {@code curl -d} calls everything a form. Immutable.
 */
final class Commands {
    /** The field that tells by this machine's clock when a command was given. */
    private static final String GIVEN = "given";
    /** Whole numbers that a double can tell apart. */
    private static final double FARTHEST = 1L << 53;

    private final Codec json;
    private final double maxSpeed;
    private final double maxTurn;
    private final Map<String, Command> named;

    /** @throws IllegalArgumentException with the setting, if one is wrong */
    Commands(Codec json, double driveSpeed, double turnRate, double maxSpeed, double maxTurn) {
        this.json = json;
        this.maxSpeed = positive("max.speed", maxSpeed, 100);
        this.maxTurn = positive("max.turn", maxTurn, 100);
        positive("drive.speed", driveSpeed, maxSpeed);
        positive("turn.rate", turnRate, maxTurn);
        named = Map.of(
                "forward", new Command(driveSpeed, 0, null),
                "back", new Command(-driveSpeed, 0, null),
                "left", new Command(0, turnRate, null),
                "right", new Command(0, -turnRate, null),
                "stop", new Command(0, 0, null));
    }

    private static double positive(String setting, double value, double most) {
        if (!(value > 0 && value <= most)) {
            throw new IllegalArgumentException(setting + "=" + value + " is not above 0 and at most " + most);
        }
        return value;
    }

    double maxSpeed() {
        return maxSpeed;
    }

    double maxTurn() {
        return maxTurn;
    }

    /** A command by its name: {@code forward}, {@code {"command": "forward"}} or {@code command=forward}. */
    Command named(byte[] body) throws Refusal {
        Map<?, ?> fields = read(body, Set.of("command", GIVEN));
        Object value = fields != null ? fields.get("command") : text(body);
        Command command = value instanceof String name ? named.get(name) : null;
        if (command == null) {
            throw bad("unknown command " + shown(value) + ": use forward, back, left, right or stop");
        }
        return fields == null ? command : command.given(given(fields));
    }

    /** A command by its numbers: {@code {"linear": 0.2, "angular": -0.5}} or {@code linear=0.2&angular=-0.5}. */
    Command velocity(byte[] body) throws Refusal {
        Map<?, ?> fields = read(body, Set.of("linear", "angular", GIVEN));
        if (fields == null) {
            throw bad("expected {\"linear\": m/s, \"angular\": rad/s}");
        }
        return new Command(number(fields, "linear", maxSpeed, "m/s"), number(fields, "angular", maxTurn, "rad/s"), given(fields));
    }

    private static Long given(Map<?, ?> fields) throws Refusal {
        Object value = fields.get(GIVEN);
        if (value == null) {
            return null;
        }
        double number = number(value);
        if (!(Math.abs(number) <= FARTHEST)) {
            throw bad(GIVEN + " " + shown(value) + " is not what a beat of /teleop/events tells");
        }
        return (long) number;
    }

    private static double number(Map<?, ?> fields, String field, double most, String unit) throws Refusal {
        Object value = fields.get(field);
        double number = number(value);
        if (!(Math.abs(number) <= most)) {
            throw bad(field + " " + shown(value) + " is not a number within ±" + most + " " + unit);
        }
        return number == 0 ? 0 : number;
    }

    /** NaN if it is none. */
    private static double number(Object value) {
        if (value instanceof Number given) {
            return given.doubleValue();
        }
        try {
            return value instanceof String text ? Double.parseDouble(text) : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** The fields of a JSON object or a form, or null if the body is neither. */
    private Map<?, ?> read(byte[] body, Set<String> known) throws Refusal {
        String text = text(body);
        Map<?, ?> fields;
        if (text.startsWith("{")) {
            try {
                fields = (Map<?, ?>) json.decode(body);
            } catch (BusException.BadShape e) {
                throw bad("malformed JSON: " + e.getMessage());
            }
        } else if (text.contains("=")) {
            fields = form(text);
        } else {
            return null;
        }
        for (Object field : fields.keySet()) {
            if (!known.contains(field)) {
                throw bad("unknown field " + shown(field));
            }
        }
        return fields;
    }

    private static Map<String, String> form(String text) throws Refusal {
        Map<String, String> fields = new HashMap<>();
        for (String field : text.split("&")) {
            int equals = field.indexOf('=');
            try {
                String name = URLDecoder.decode(field.substring(0, Math.max(0, equals)), StandardCharsets.UTF_8);
                String value = URLDecoder.decode(field.substring(equals + 1), StandardCharsets.UTF_8);
                if (fields.put(name, value) != null) {
                    throw bad("field " + shown(name) + " is given twice");
                }
            } catch (IllegalArgumentException e) {
                throw bad("malformed form: " + shown(field));
            }
        }
        return fields;
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8).strip();
    }

    /** A stranger's text, short and printable, in quotes. */
    private static String shown(Object value) {
        if (value == null) {
            return "(none)";
        }
        String text = String.valueOf(value).replaceAll("[^\\x20-\\x7E]", "?");
        return "'" + (text.length() <= 32 ? text : text.substring(0, 32) + "...") + "'";
    }

    private static Refusal bad(String message) {
        return new Refusal(400, message);
    }
}
