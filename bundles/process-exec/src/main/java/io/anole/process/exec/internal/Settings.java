package io.anole.process.exec.internal;

import io.anole.programs.Launch;
import java.io.File;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A program as it is configured, checked against this machine.
 *
 * @param command     the program's path and its arguments
 * @param directory   where it runs; absolute
 * @param environment what is added to its environment
 * @param readyLine   what a line of its output must match; null for nothing
 * @param readyTcp    where it must listen; null for nowhere
 * @param readyFile   the file that must appear; null for none
 * @param readyWithin time for all of that
 * @param stopSignal  without SIG
 * @param killAfter   time between that signal and SIGKILL
 * @param logLines    most lines logged in a second
 * @param logLength   most bytes of a line
 */
record Settings(List<String> command, Path directory, Map<String, String> environment, Pattern readyLine,
        InetSocketAddress readyTcp, Path readyFile, Duration readyWithin, String stopSignal, Duration killAfter, int logLines,
        int logLength) {
    private static final Set<String> SIGNALS = Set.of("TERM", "INT", "HUP", "QUIT", "USR1", "USR2");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final String LOOPBACK = "127.0.0.1";

    /**
     * Checks a configuration.
     *
     * @param home directory to which others are relative
     * @param path value of PATH, unless the configuration has its own
     * @throws IllegalArgumentException with one line that names the setting, what is wrong with it and what would be right
     */
    static Settings of(ExecConfig config, Path home, String path) {
        String[] words = config.command();
        if (words.length == 0 || words[0].isBlank()) {
            throw new IllegalArgumentException("command is missing: the program and its arguments, one element each");
        }
        for (String word : words) {
            if (word.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("command: " + word.replace('\0', '?') + " has a character that can't be there");
            }
        }
        Path directory = path("directory", home, config.directory());
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException("directory: " + directory + " is not there, or no directory");
        }
        Map<String, String> environment = environment(config.environment());
        List<String> command = new ArrayList<>(List.of(words));
        command.set(0, program(words, directory, environment.getOrDefault("PATH", path)).toString());
        String file = config.ready_file();
        double stop = config.process_stopSeconds();
        return new Settings(List.copyOf(command), directory, environment, pattern(config.ready_line()), address(config.ready_tcp()),
                file.isBlank() ? null : path("ready.file", directory, file),
                seconds(number("ready.seconds", config.ready_seconds(), 0.1, 3600)), signal(config.stop_signal()),
                seconds(Math.max(stop / 2, stop - 1)), (int) number("log.lines", config.log_lines(), 0, 10_000),
                (int) number("log.length", config.log_length(), 80, 65_536));
    }

    /** How the program of this process is started. */
    Launch launch(String process) {
        return new Launch(process, command, directory, environment, stopSignal, killAfter, logLength);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static double number(String key, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(key + ": " + value + " is not within " + least + " and " + most);
        }
        return value;
    }

    private static Path path(String key, Path base, String text) {
        try {
            return base.resolve(text.strip()).normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(key + ": '" + text + "' is no path", e);
        }
    }

    private static Map<String, String> environment(String[] additions) {
        Map<String, String> environment = new HashMap<>();
        for (String addition : additions) {
            int equals = addition.indexOf('=');
            if (equals < 0 || !VARIABLE.matcher(addition.substring(0, equals)).matches() || addition.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("environment: '" + addition.replace('\0', '?') + "' is not of the form NAME=value");
            }
            environment.put(addition.substring(0, equals), addition.substring(equals + 1));
        }
        return Map.copyOf(environment);
    }

    private static Path program(String[] words, Path directory, String path) {
        String name = words[0];
        if (name.contains("/")) {
            Path program = path("command", directory, name);
            if (!Files.isRegularFile(program)) {
                throw new IllegalArgumentException("command: " + program + " is not there, or no file" + hint(words));
            }
            if (!Files.isExecutable(program)) {
                throw new IllegalArgumentException("command: " + program + " is not executable (chmod +x makes it so)");
            }
            return program;
        }
        for (String place : (path == null ? "" : path).split(File.pathSeparator)) {
            if (!place.isEmpty()) {
                Path program = path("command", path("PATH", directory, place), name);
                if (Files.isRegularFile(program) && Files.isExecutable(program)) {
                    return program;
                }
            }
        }
        throw new IllegalArgumentException("command: '" + name + "' is not on the PATH " + path + hint(words));
    }

    private static String hint(String[] words) {
        return words.length == 1 && words[0].strip().contains(" ") ? "; arguments are elements of their own" : "";
    }

    private static Pattern pattern(String regex) {
        if (regex.isEmpty()) {
            return null;
        }
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("ready.line: '" + regex + "' is no regular expression: " + e.getDescription(), e);
        }
    }

    private static InetSocketAddress address(String text) {
        if (text.isBlank()) {
            return null;
        }
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? LOOPBACK : text.substring(0, colon).strip();
        try {
            int port = Integer.parseInt(text.substring(colon + 1).strip());
            if (port > 0 && port < 65_536 && !host.isEmpty()) {
                return InetSocketAddress.createUnresolved(host, port);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("ready.tcp: '" + text + "' is neither a port nor host:port", e);
        }
        throw new IllegalArgumentException("ready.tcp: '" + text + "' is neither a port nor host:port");
    }

    private static String signal(String text) {
        String signal = text.strip();
        if (!SIGNALS.contains(signal)) {
            throw new IllegalArgumentException("stop.signal: '" + text + "' is none of TERM, INT, HUP, QUIT, USR1, USR2");
        }
        return signal;
    }
}
