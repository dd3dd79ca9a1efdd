package io.anole.benchmarks.peers.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How the JVMs of a comparison are started, Anole's and those of its peers alike. */
final class Jvm {
    private Jvm() {
    }

    /** A JVM of 512 MiB, with the collector that {@code ./anole run} chooses: on a small machine the parallel ones gain nothing. */
    static List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xms512m",
                "-Xmx512m", Runtime.getRuntime().availableProcessors() <= 2 ? "-XX:+UseSerialGC" : "-XX:+UseG1GC", "-XX:-UsePerfData",
                "-Dslf4j.provider=org.slf4j.simple.SimpleServiceProvider", "-Dslf4j.internal.verbosity=WARN",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
