package io.anole.children.internal;

import io.anole.core.SwapGuard;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Keeps a bus from going where those of its processes that have JVMs of their own can't follow: they would end there. */
@Component
public final class Followers implements SwapGuard {
    private static final int NAMED = 3;

    private final Pool pool;

    @Activate
    public Followers(@Reference Pool pool) {
        this.pool = pool;
    }

    @Override
    public Optional<String> refusal(String bus, Map<String, Object> link) {
        return Kinds.obstacle(bus, link).flatMap(why -> refusal(pool.on(bus), why));
    }

    /** @param why no child could be there */
    static Optional<String> refusal(List<String> processes, String why) {
        if (processes.isEmpty()) {
            return Optional.empty();
        }
        String move = "./anole process move " + processes.get(0) + " --to thread";
        return Optional.of(processes.size() == 1
                ? processes.get(0) + " runs in a JVM of its own and could not follow (" + why + "): stop it or move it here first, " + move
                : named(processes) + " run in JVMs of their own and could not follow (" + why + "): stop them or move them here first, "
                        + "one by one, such as by " + move);
    }

    private static String named(List<String> processes) {
        int more = processes.size() - NAMED;
        int last = more > 0 ? NAMED : processes.size() - 1;
        return String.join(", ", processes.subList(0, last)) + " and " + (more > 0 ? more + " more" : processes.get(last));
    }
}
