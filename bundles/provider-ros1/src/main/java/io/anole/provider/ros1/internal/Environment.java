package io.anole.provider.ros1.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The variables that ROS's own tools read, and where each is from. A robot's are set by lines of its user's shell, which a
 * service of systemd or a program on a desktop never runs; so where this process has none of ROS, those files are read. Only
 * plain values are taken from them: nothing is executed.
 *
 * @param variables  by name
 * @param workspaces prefixes of catkin whose setup scripts the files run
 * @param unread     lines that only a shell understands, as {@code file: line}
 */
record Environment(Map<String, Variable> variables, List<Path> workspaces, List<String> unread) {
    private static final Logger LOG = LoggerFactory.getLogger(Environment.class);
    private static final Set<String> NAMES = Set.of("ROS_MASTER_URI", "ROS_IP", "ROS_HOSTNAME", "ROS_NAMESPACE",
            "ROS_PACKAGE_PATH", "CMAKE_PREFIX_PATH");
    /** Of what a setup script leaves behind. */
    private static final List<String> SOURCED = List.of("ROS_MASTER_URI", "ROS_PACKAGE_PATH", "ROS_ROOT");
    private static final List<String> OF_USER = List.of(".bashrc", ".bash_profile", ".profile", ".zshrc");
    private static final List<String> OF_SYSTEM = List.of("etc/ros/setup.bash", "etc/environment", "etc/bash.bashrc", "etc/profile");
    private static final Pattern ASSIGNMENT = Pattern.compile(
            "\\s*(?:export\\s+)?([A-Z_]+)=(\"[^\"]*\"|'[^']*'|[^\\s;#\"']*)\\s*(?:[;#].*)?");
    private static final Pattern SETUP = Pattern.compile(
            "(?:^|;|&&|then)\\s*(?:source|\\.)\\s+[\"']?([^\\s\"';]+)/setup\\.(?:bash|sh|zsh)\\b");
    private static final long LARGEST = 1 << 20;
    private static final int MOST = 100;

    /**
     * @param value never blank
     * @param where for a user
     */
    record Variable(String value, String where) {
    }

    Environment {
        variables = Map.copyOf(variables);
        workspaces = List.copyOf(workspaces);
        unread = List.copyOf(unread);
    }

    static Environment found() {
        return of(System.getenv(), Path.of(System.getProperty("user.home")), Path.of("/"));
    }

    /** @param root where {@code etc} lies */
    static Environment of(Map<String, String> process, Path home, Path root) {
        Map<String, Variable> variables = new TreeMap<>();
        NAMES.stream().filter(name -> !process.getOrDefault(name, "").isBlank())
                .forEach(name -> variables.put(name, new Variable(process.get(name).strip(), "the environment")));
        if (SOURCED.stream().anyMatch(process::containsKey)) {
            return new Environment(variables, List.of(), List.of());
        }
        Lines lines = new Lines(home);
        OF_USER.forEach(name -> lines.read(home.resolve(name)));
        OF_SYSTEM.forEach(name -> lines.read(root.resolve(name)));
        scripts(root.resolve("etc/profile.d")).forEach(lines::read);
        lines.variables.forEach(variables::putIfAbsent);
        Stream.of("catkin_ws/devel", "catkin_ws/install").map(home::resolve).filter(Files::isDirectory)
                .forEach(lines.workspaces::add);
        return new Environment(variables, List.copyOf(lines.workspaces), lines.unread);
    }

    private static List<Path> scripts(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> path.toString().endsWith(".sh")).sorted().limit(MOST).toList();
        } catch (IOException e) {
            return List.of(); // there is none
        }
    }

    /** The value, or null. */
    String value(String name) {
        Variable found = variables.get(name);
        return found == null ? null : found.value();
    }

    /** All of them. */
    Map<String, String> values() {
        return variables.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().value()));
    }

    /** Where the value is from. */
    Optional<String> where(String name) {
        return Optional.ofNullable(variables.get(name)).map(Variable::where);
    }

    /** What the lines of files say; of two files that set a variable the first is believed. */
    private static final class Lines {
        private final Path home;
        private final Map<String, Variable> variables = new HashMap<>();
        private final Set<Path> workspaces = new LinkedHashSet<>();
        private final List<String> unread = new ArrayList<>();

        Lines(Path home) {
            this.home = home;
        }

        void read(Path file) {
            Map<String, Variable> here = new HashMap<>();
            try {
                if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
                    return;
                }
                for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\n")) {
                    assignment(file, line, here);
                    Matcher setup = SETUP.matcher(line);
                    if (setup.find() && workspaces.size() < MOST) {
                        plain(setup.group(1)).map(Path::of).filter(Path::isAbsolute).filter(Files::isDirectory).ifPresent(workspaces::add);
                    }
                }
            } catch (IOException | InvalidPathException e) {
                LOG.debug("can't look for ROS in {}: {}", file, e.toString());
            }
            here.forEach(variables::putIfAbsent);
        }

        private void assignment(Path file, String line, Map<String, Variable> here) {
            Matcher found = ASSIGNMENT.matcher(line);
            if (!found.lookingAt() || !NAMES.contains(found.group(1))) {
                return;
            }
            String name = found.group(1);
            Optional<String> value = found.matches() ? plain(found.group(2).replaceAll("^[\"']|[\"']$", "")) : Optional.empty();
            if (value.isEmpty()) {
                here.remove(name);
                if (unread.size() < MOST) {
                    unread.add(file + ": " + line.strip());
                }
            } else if (!value.get().isBlank()) {
                here.put(name, new Variable(value.get().strip(), file.toString()));
            }
        }

        /** Empty if only a shell could tell. */
        private Optional<String> plain(String text) {
            String value = text.replaceAll("(^|:)~(?=[/:]|$)", "$1" + Matcher.quoteReplacement(home.toString()))
                    .replaceAll("\\$HOME\\b|\\$\\{HOME}", Matcher.quoteReplacement(home.toString()))
                    .replaceAll(":?\\$\\{?(ROS_PACKAGE_PATH|CMAKE_PREFIX_PATH)}?:?", "");
            return value.indexOf('$') >= 0 || value.indexOf('`') >= 0 ? Optional.empty() : Optional.of(value);
        }
    }
}
