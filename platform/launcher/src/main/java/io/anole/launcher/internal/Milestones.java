package io.anole.launcher.internal;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The few lines a user sees while a robot starts, each with the time since the process began. */
final class Milestones {
    private static final Logger LOG = LoggerFactory.getLogger("io.anole.launcher");

    private final PrintStream out;
    private final Instant begin;

    Milestones(PrintStream out, Instant begin) {
        this.out = out;
        this.begin = begin;
    }

    void reached(String what) {
        LOG.info("{}", what);
        out.printf(Locale.ROOT, "%6.2f s  %s%n", seconds(), what);
        out.flush();
    }

    /** @param links what to visit, each a label, a space and a URL; the first is the root of the web server */
    void ready(List<String> links) {
        String ready = String.format(Locale.ROOT, "READY in %.2f s", seconds());
        LOG.info("{}", ready);
        out.println(ready + (links.isEmpty() ? "" : "  " + links.get(0)));
        links.stream().skip(1).forEach(link -> out.println("          " + link));
        out.flush();
    }

    void unready(List<String> reasons) {
        reached("NOT READY, " + reasons.size() + (reasons.size() == 1 ? " thing is" : " things are") + " unsatisfied:");
        for (String reason : reasons) {
            LOG.info("not ready: {}", reason);
            out.println("          - " + reason);
        }
        out.println("          It goes on trying, and says when it is READY.");
        out.flush();
    }

    private double seconds() {
        return Duration.between(begin, Instant.now()).toMillis() / 1000.0;
    }
}
