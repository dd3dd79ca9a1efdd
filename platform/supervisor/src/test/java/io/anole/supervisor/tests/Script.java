package io.anole.supervisor.tests;

import io.anole.process.Mailbox;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What the {@link Probe} of one name does, and what it saw. */
final class Script {
    private static final Map<String, Script> ALL = new ConcurrentHashMap<>();

    interface Step {
        void run(Mailbox mail) throws Exception;
    }

    final String name;
    final AtomicInteger births = new AtomicInteger();
    final AtomicInteger lives = new AtomicInteger();
    final AtomicInteger deaths = new AtomicInteger();
    /** Calls of the component's code that are running now; the most there have been at once is {@link #overlap}. */
    final AtomicInteger inside = new AtomicInteger();
    final AtomicInteger overlap = new AtomicInteger();
    final List<Thread> threads = new CopyOnWriteArrayList<>();
    final List<Object> seen = new CopyOnWriteArrayList<>();
    volatile Mailbox mail;
    volatile Step birth = box -> { };
    volatile Step life = box -> { };
    volatile Step death = box -> { };

    private Script(String name) {
        this.name = name;
    }

    static Script of(String name) {
        return ALL.computeIfAbsent(name, Script::new);
    }

    static void forgetAll() {
        ALL.clear();
    }

    void enter(AtomicInteger counter, Step step, Mailbox box) throws Exception {
        counter.incrementAndGet();
        threads.add(Thread.currentThread());
        overlap.accumulateAndGet(inside.incrementAndGet(), Math::max);
        try {
            step.run(box);
        } finally {
            inside.decrementAndGet();
        }
    }
}
