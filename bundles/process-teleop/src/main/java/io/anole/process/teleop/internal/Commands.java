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
                "forward", new Command(driveSpeed, 0),
                "back", new Command(-driveSpeed, 0),
                "left", new Command(0, turnRate),
                "right", new Command(0, -turnRate),
                "stop", new Command(0, 0));
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
        Map<?, ?> fields = read(body, Set.of("command"));
        Object value = fields != null ? fields.get("command") : text(body);
        Command command = value instanceof String name ? named.get(name) : null;
        if (command == null) {
            throw bad("unknown command " + shown(value) + ": use forward, back, left, right or stop");
        }
        return command;
    }

    /** A command by its numbers: {@code {"linear": 0.2, "angular": -0.5}} or {@code linear=0.2&angular=-0.5}. */
    Command velocity(byte[] body) throws Refusal {
        Map<?, ?> fields = read(body, Set.of("linear", "angular"));
        if (fields == null) {
            throw bad("expected {\"linear\": m/s, \"angular\": rad/s}");
        }
        return new Command(number(fields, "linear", maxSpeed, "m/s"), number(fields, "angular", maxTurn, "rad/s"));
    }

    private static double number(Map<?, ?> fields, String field, double most, String unit) throws Refusal {
        Object value = fields.get(field);
        double number = Double.NaN;
        if (value instanceof Number given) {
            number = given.doubleValue();
        } else if (value instanceof String text) {
            try {
                number = Double.parseDouble(text);
            } catch (NumberFormatException e) {
                throw bad(field + " " + shown(value) + " is no number");
            }
        }
        if (!(Math.abs(number) <= most)) {
            throw bad(field + " " + shown(value) + " is not a number within ±" + most + " " + unit);
        }
        return number == 0 ? 0 : number;
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
