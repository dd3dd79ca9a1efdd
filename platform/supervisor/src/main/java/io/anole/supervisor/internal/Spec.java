package io.anole.supervisor.internal;

import io.anole.process.Restart;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What a process is to be, as the properties of its service say: those of the annotations in {@code io.anole.process}, as the
 * component's configuration overrides them.
 */
record Spec(String name, double hz, List<String> depends, boolean autostart, String bus, int queue, Duration stop,
        boolean finishes, Restart.Policy policy, int intensity, Duration period, Duration delay,
        Duration maxDelay, Restart.OnError onLifeError,
        int stateVersion, List<Integer> stateAccepts) {
    static final String NAME = "process.name";
    /** The mode of a process that is not run here. */
    static final String FORKED = "forked";
    static final String THREAD = "thread";
    static final String MODE = "process.mode";
    private static final String PID = "service.pid";
    private static final Pattern LEGAL_NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    /**
     * Reads the properties.
     *
     * @param defaultHz frequency of a process that names none
     * @throws IllegalArgumentException with one line that names the property, what is wrong with it and what would be right
     */
    static Spec of(Function<String, Object> properties, double defaultHz) {
        Reader reader = new Reader(properties);
        String mode = reader.text(MODE, THREAD);
        if (mode.equals(FORKED)) {
            throw new IllegalArgumentException("process.mode: 'forked' needs the feature children (anole feature install "
                    + "children); where that is, the log says what is missing");
        }
        if (!mode.equals(THREAD)) {
            throw new IllegalArgumentException("process.mode: '" + mode + "' is neither 'thread' nor 'forked'");
        }
        int version = (int) reader.number("process.state.version", 1, 0, Integer.MAX_VALUE);
        return new Spec(reader.name(), reader.number("process.frequency.hz", defaultHz, Double.MIN_VALUE, 1000),
                reader.names("process.depends"), reader.flag("process.autostart", true),
                reader.text("process.bus", "main"), (int) reader.number("process.queue", 1024, 1, 1 << 20),
                reader.seconds("process.stopSeconds", 10), reader.flag("process.finishes", false),
                reader.constant("process.restart.policy", Restart.Policy.TRANSIENT),
                (int) reader.number("process.restart.intensity", 3, 0, 1000),
                reader.seconds("process.restart.periodSeconds", 10), reader.wait("process.restart.delaySeconds", 0),
                reader.wait("process.restart.maxDelaySeconds", 30),
                reader.constant("process.restart.onLifeError", Restart.OnError.CONTINUE), version,
                reader.numbers("process.state.accepts", version));
    }

    /**
     * The name in these properties, or that of the factory configuration they come from: {@code lidar} of
     * {@code io.anole.process.exec~lidar}. Null for none.
     */
    static Object name(Function<String, Object> properties) {
        Object name = properties.apply(NAME);
        if (name == null && properties.apply(PID) instanceof String pid && pid.indexOf('~') >= 0) {
            return pid.substring(pid.indexOf('~') + 1);
        }
        return name;
    }

    /** Whether a process can have this name. */
    static boolean legal(String name) {
        return LEGAL_NAME.matcher(name).matches();
    }

    /** The nanoseconds from one cycle to the next. */
    static long period(double hz) {
        if (!(hz > 0 && hz <= 1000)) {
            throw new IllegalArgumentException("frequency " + hz + " Hz is not above 0 and at most 1000");
        }
        return Math.max(1, Math.round(1e9 / hz));
    }

    private record Reader(Function<String, Object> properties) {
        String name() {
            Object value = Spec.name(properties);
            if (value == null) {
                throw new IllegalArgumentException(NAME + " is missing: annotate the component with @ProcessName");
            }
            if (!legal(value.toString())) {
                throw new IllegalArgumentException(NAME + ": '" + value
                        + "' is no name of a process: up to 64 lower case letters, digits, '-', '_' and '.'");
            }
            return value.toString();
        }

        String text(String key, String fallback) {
            Object value = properties.apply(key);
            return value == null ? fallback : value.toString().strip();
        }

        double number(String key, double fallback, double least, double most) {
            Object value = properties.apply(key);
            if (value == null) {
                return fallback;
            }
            double number;
            try {
                number = Double.parseDouble(value.toString().strip());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(key + ": '" + value + "' is not a number", e);
            }
            if (!(number >= least && number <= most)) {
                String range = least == Double.MIN_VALUE ? "above 0 and at most " + most : "within " + least + " and " + most;
                throw new IllegalArgumentException(key + ": " + value + " is not " + range);
            }
            return number;
        }

        Duration wait(String key, double fallback) {
            return Duration.ofNanos(Math.round(number(key, fallback, 0, 3600) * 1e9));
        }

        Duration seconds(String key, double fallback) {
            return Duration.ofNanos(Math.round(number(key, fallback, 0.1, 3600) * 1e9));
        }

        boolean flag(String key, boolean fallback) {
            String text = text(key, Boolean.toString(fallback));
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException(key + ": '" + text + "' is neither true nor false");
            };
        }

        List<Integer> numbers(String key, int fallback) {
            if (properties.apply(key) == null) {
                return List.of(fallback);
            }
            try {
                return values(key).stream().map(each -> Integer.valueOf(each.toString().strip())).toList();
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(key + ": " + values(key) + " are not all whole numbers", e);
            }
        }

        private List<?> values(String key) {
            Object value = properties.apply(key);
            if (value instanceof int[] array) {
                return Arrays.stream(array).boxed().toList();
            }
            return value == null ? List.of()
                    : value instanceof Object[] array ? Arrays.asList(array)
                            : value instanceof Collection<?> collection ? List.copyOf(collection) : List.of(value);
        }

        List<String> names(String key) {
            List<String> names = values(key).stream().map(each -> each.toString().strip()).filter(each -> !each.isEmpty())
                    .distinct().toList();
            names.stream().filter(each -> !legal(each)).findFirst().ifPresent(each -> {
                throw new IllegalArgumentException(key + ": '" + each + "' is no name of a process");
            });
            return names;
        }

        <E extends Enum<E>> E constant(String key, E fallback) {
            String text = text(key, fallback.name());
            try {
                return Enum.valueOf(fallback.getDeclaringClass(), text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(key + ": '" + text + "' is none of "
                        + Arrays.toString(fallback.getDeclaringClass().getEnumConstants()), e);
            }
        }
    }
}
