package io.anole.children.internal;

import io.anole.core.SwapGuard;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Keeps a bus where the children of its processes can reach it: one that can't would end, and its process with it. */
@Component
public final class Followers implements SwapGuard {
    /** Names in one line, at most. */
    private static final int NAMED = 3;

    private final Pool pool;

    @Activate
    public Followers(@Reference Pool pool) {
        this.pool = pool;
    }

    @Override
    public Optional<String> refusal(String bus, Map<String, Object> link) {
        try {
            Kinds.link(bus, link);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            List<String> left = List.copyOf(pool.livingOn(bus));
            return left.isEmpty() ? Optional.empty() : Optional.of(cutOff(left) + ": there " + e.getMessage()
                    + "; or stop what would be cut off, or move it here first: process move " + left.get(0) + " --to thread");
        }
    }

    private static String cutOff(List<String> processes) {
        if (processes.size() == 1) {
            return "process '" + processes.get(0) + "' runs in a JVM of its own and would be cut off";
        }
        int named = Math.min(NAMED, processes.size());
        String more = named == processes.size() ? "" : " and " + (processes.size() - named) + " more";
        return processes.subList(0, named).stream().map(each -> "'" + each + "'").collect(Collectors.joining(", ", "processes ", more))
                + " run in JVMs of their own and would be cut off";
    }
}
