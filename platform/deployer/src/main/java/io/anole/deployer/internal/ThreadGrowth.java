package io.anole.deployer.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Bundle;

/**
 * Finds bundles that start threads which do not end, while they are watched: theirs become more from look to look. A thread that
 * is only left behind at the end is found when its version is stopped.
 *
 * <p>Confined to one thread.
 */
final class ThreadGrowth {
    private static final int LOOKS = 3;

    private final int allowed;
    private final Map<VersionThreads, List<Long>> counts = new LinkedHashMap<>();
    private int looks;

    /** @param allowed how many threads more each may have in the end than at the first look */
    ThreadGrowth(Collection<Bundle> bundles, int allowed) {
        this.allowed = allowed;
        bundles.forEach(bundle -> counts.put(VersionThreads.of(bundle), new ArrayList<>()));
    }

    /** Looks at the middle of the time and at three quarters of it. */
    void look(long elapsed, long whole) {
        if (looks < LOOKS - 1 && elapsed >= whole * (2 + looks) / 4) {
            look();
        }
    }

    private void look() {
        looks++;
        Map<Thread, StackTraceElement[]> all = Thread.getAllStackTraces();
        counts.forEach((version, seen) -> seen.add(version.among(all)));
    }

    /** Looks at the end; one line about a bundle whose threads grow, or empty. */
    Optional<String> failure() {
        look();
        return counts.entrySet().stream().filter(entry -> grows(entry.getValue()))
                .map(entry -> entry.getKey().bundle() + " starts threads that do not end: it had " + entry.getValue().get(0)
                        + " in the middle of the window and " + entry.getValue().get(LOOKS - 1) + " at its end (threads.growth is "
                        + allowed + ")").findFirst();
    }

    private boolean grows(List<Long> seen) {
        return seen.size() == LOOKS && seen.get(0) < seen.get(1) && seen.get(1) < seen.get(2)
                && seen.get(2) - seen.get(0) > allowed;
    }
}
