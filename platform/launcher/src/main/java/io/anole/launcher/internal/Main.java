package io.anole.launcher.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Starts a robot: {@code java -cp lib/* io.anole.launcher.internal.Main --home DIR --features core,http}. Says one line
 * per milestone, READY, or what is wrong in one line and an exit code.
 */
public final class Main {
    private Main() {
    }

    /** Entry point. */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.out, System.err));
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            out.print(Options.USAGE);
            return 0;
        }
        if (arguments.contains("--version")) {
            out.println("Anole " + Main.class.getPackage().getImplementationVersion());
            return 0;
        }
        try {
            Options options = Options.parse(arguments, distribution());
            return new Launcher(options, new Milestones(out, begin()), out).run();
        } catch (LaunchException e) {
            err.println("anole: " + e.getMessage());
            return e.code();
        } catch (IOException | RuntimeException | LinkageError e) {
            err.println("anole: unexpected: " + FeatureRuntime.firstLine(e) + " (details in the home's log/anole.log)");
            org.slf4j.LoggerFactory.getLogger("io.anole.launcher").error("unexpected", e);
            return 1;
        }
    }

    /** When the user's command began, as its script says; the process's own start is known to the second only. */
    private static Instant begin() {
        try {
            return Instant.ofEpochMilli((long) (Double.parseDouble(System.getProperty("anole.begin", "")) * 1000));
        } catch (NumberFormatException e) {
            return Instant.now();
        }
    }

    /** The directory above {@code lib/}, where this class's jar is. */
    private static Path distribution() {
        try {
            Path jar = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            return Objects.requireNonNull(jar.getParent()).getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
