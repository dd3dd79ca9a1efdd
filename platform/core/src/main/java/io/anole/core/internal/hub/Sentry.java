package io.anole.core.internal.hub;

import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Statistics.Drop;
import io.anole.core.internal.safety.Guard;
import io.anole.core.internal.safety.Safety;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Stands at a subscription that hears topics with safety rules. Judges what comes, from any thread, and what leaves the buffer,
 * from the running thread; and keeps the safe message, which goes before all that is buffered: a full buffer must not keep it
 * from the handler. What it overtakes is past its time by then, or void because of an emergency stop.
 */
final class Sentry {
    private final Safety safety;
    private final Consumer<Drop> drops;
    /** Safe messages to be handled, the newest of each topic. Guarded by itself. */
    private final ArrayDeque<Message> safe = new ArrayDeque<>(2);
    /** The guard of the one topic there is, or null for a pattern. */
    private volatile Guard only;
    private volatile boolean saying;
    private volatile long said;
    /** Emergency stops seen, and how many messages are left that had come before the last. Only the running thread. */
    private int stops;
    private long before;

    Sentry(Safety safety, Pattern pattern, Tally tally) {
        this.safety = safety;
        this.drops = reason -> tally.dropped(reason, 1);
        this.stops = safety.stops();
        renew(pattern);
    }

    /** Rules have changed. */
    void renew(Pattern pattern) {
        only = pattern.name().map(safety::guard).orElse(null);
    }

    private Guard guard(Name topic) {
        Guard one = only;
        return one == null ? safety.guard(topic) : one;
    }

    /** The message that may go into the buffer, or null. */
    Message judge(Message message) {
        Guard guard = guard(message.name());
        return guard == null ? message : guard.judge(message, drops);
    }

    /** Whether a message from the buffer must not be handled, which then is counted. {@code waiting} are still behind it. */
    boolean holds(Message message, long waiting) {
        look(waiting + 1);
        boolean old = before > 0;
        if (old) {
            before--;
        }
        String stopped = safety.stopped();
        if (!old && stopped == null) {
            return false;
        }
        Guard guard = guard(message.name());
        if (guard == null || !guard.rule().latches()) {
            return false;
        }
        guard.drop(Drop.STOPPED, message, drops, "an emergency stop holds, or held while it waited");
        return true;
    }

    private void look(long waiting) {
        int now = safety.stops();
        if (now != stops) {
            stops = now;
            before = waiting;
        }
    }

    /** Counts a message whose lifespan ended in the buffer. */
    void expired(Message message) {
        Guard guard = guard(message.name());
        if (guard == null) {
            drops.accept(Drop.EXPIRED);
        } else {
            guard.drop(Drop.EXPIRED, message, drops, "its lifespan ended while it waited for its handler");
        }
    }

    void say(Message message) {
        synchronized (safe) {
            safe.removeIf(other -> other.name().equals(message.name()));
            safe.add(message);
            saying = true;
            said++;
        }
    }

    /** Whether a safe message waits. */
    boolean saying() {
        return saying;
    }

    /** The safe message to be handled now. What {@code waiting} are behind it had come before, if it says an emergency stop. */
    Message next(long waiting) {
        look(waiting);
        synchronized (safe) {
            Message first = safe.poll();
            saying = !safe.isEmpty();
            return first;
        }
    }

    /** Safe messages ever said here. */
    long said() {
        return said;
    }
}
