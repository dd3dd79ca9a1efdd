package io.anole.launcher.internal;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line.
 *
 * @param port        HTTP port on 127.0.0.1; 0 takes any that is free
 * @param check       read features and configurations, say what is wrong, start nothing
 * @param jsonLog the log file has a JSON object on each line
 * @param stopWhenReady leave as soon as it is READY: to measure a start
 */
record Options(Path distribution, Path home, int port, List<String> features, Duration readyTimeout,
        Duration stopTimeout, boolean jsonLog, boolean check, boolean stopWhenReady) {

    static final String USAGE = """
            Usage: anole run [options]

              --home DIR             where this robot keeps its state (default: anole-home beside the distribution);
                                     made if missing, one runtime at a time
              --features LIST        features to start, comma separated: names from features/ or paths of JSON files
                                     (default: core)
              --port N               HTTP port on 127.0.0.1, 0 to 65535; 0 takes any free one (default: 8080)
              --ready-timeout SEC    how long to wait before saying what is not ready and why (default: 20)
              --stop-timeout SEC     how long an ordered stop may take (default: 15)
              --log text|json        how log/anole.log is written: for people, or a JSON object on each line
                                     (default: text)
              --check                only check features, bundles and etc/*.json, then exit
              --stop-when-ready      stop as soon as it is READY
              --help, --version

            Exit codes: 0 stopped in order, 1 unexpected failure (see log/anole.log in the home), 2 wrong usage,
            3 wrong configuration or feature, 4 already running in this home, 5 the HTTP port is taken,
            6 did not stop in time.
            """;

    static Options parse(List<String> arguments, Path distribution) throws LaunchException {
        Path home = distribution.resolveSibling("anole-home");
        int port = 8080;
        List<String> features = List.of("core");
        Duration ready = Duration.ofSeconds(20);
        Duration stop = Duration.ofSeconds(15);
        boolean jsonLog = false;
        boolean check = false;
        boolean stopWhenReady = false;
        var rest = new ArrayList<>(arguments);
        while (!rest.isEmpty()) {
            String argument = rest.remove(0);
            int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
            if (equals > 0) {
                rest.add(0, argument.substring(equals + 1));
                argument = argument.substring(0, equals);
            }
            switch (argument) {
                case "--home" -> home = path(value(argument, rest));
                case "--port" -> port = number(argument, value(argument, rest), 0, 65535);
                case "--features" -> features = names(value(argument, rest));
                case "--ready-timeout" ->
                    ready = Duration.ofSeconds(number(argument, value(argument, rest), 0, 3600));
                case "--stop-timeout" -> stop = Duration.ofSeconds(number(argument, value(argument, rest), 1, 3600));
                case "--log" -> jsonLog = isJson(value(argument, rest));
                case "--check" -> check = flag(argument, equals);
                case "--stop-when-ready" -> stopWhenReady = flag(argument, equals);
                default -> throw usage("unknown option '" + argument + "'");
            }
        }
        return new Options(distribution, home, port, features, ready, stop, jsonLog, check, stopWhenReady);
    }

    private static boolean isJson(String format) throws LaunchException {
        return switch (format) {
            case "json" -> true;
            case "text" -> false;
            default -> throw usage("--log must be text or json, not '" + format + "'");
        };
    }

    private static boolean flag(String option, int equals) throws LaunchException {
        if (equals > 0) {
            throw usage(option + " takes no value");
        }
        return true;
    }

    private static String value(String option, List<String> rest) throws LaunchException {
        if (rest.isEmpty() || rest.get(0).isBlank()) {
            throw usage(option + " needs a value");
        }
        return rest.remove(0);
    }

    private static Path path(String text) throws LaunchException {
        try {
            return Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw usage("--home '" + text + "' is no path: " + e.getReason());
        }
    }

    private static List<String> names(String text) throws LaunchException {
        List<String> names = new ArrayList<>();
        for (String name : text.split(",", -1)) {
            if (name.isBlank()) {
                throw usage("--features has an empty name in '" + text + "'");
            }
            if (!names.contains(name.strip())) {
                names.add(name.strip());
            }
        }
        return List.copyOf(names);
    }

    private static int number(String option, String text, int least, int most) throws LaunchException {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, together with a number that is out of range
        }
        throw usage(option + " must be a number from " + least + " to " + most + ", not '" + text + "'");
    }

    private static LaunchException usage(String message) {
        return new LaunchException(LaunchException.USAGE, message + " (see --help)");
    }
}
