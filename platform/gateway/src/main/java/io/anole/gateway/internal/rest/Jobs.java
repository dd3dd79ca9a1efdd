package io.anole.gateway.internal.rest;

import io.anole.bus.Codec;
import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.access.Visitor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Changes that take longer than a client should wait for an answer: deploys, rollbacks, swaps, moves. Those under way, as many as
 * there may be, and the latest that are over. Safe for any thread.
 */
final class Jobs {
    private static final int RUNNING = 8;
    private static final int KEPT = 64;
    private static final int STEPS = 1000;

    private final Codec json;
    private final Map<Long, Job> jobs = new LinkedHashMap<>();
    private long number;

    Jobs(Codec json) {
        this.json = json;
    }

    /**
     * How a change ended.
     *
     * @param done   whether it was done
     * @param detail one line
     * @param report what there is to know of it
     */
    record End(boolean done, String detail, Map<String, Object> report) {
    }

    /** One change. */
    final class Job {
        private final long id;
        private final String what;
        private final String who;
        private final Instant begun = Instant.now();
        private final List<String> steps = new ArrayList<>();
        private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
        private long more;
        private End end;

        private Job(long id, String what, String who) {
            this.id = id;
            this.what = what;
            this.who = who;
        }

        private synchronized boolean running() {
            return end == null;
        }

        private void step(String line) {
            synchronized (this) {
                if (steps.size() >= STEPS) {
                    more++;
                    return;
                }
                steps.add(line);
            }
            watchers.forEach(Runnable::run);
        }

        private void end(End how) {
            synchronized (this) {
                end = how;
            }
            watchers.forEach(Runnable::run);
        }

        synchronized Map<String, Object> tree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("job", id);
            tree.put("what", what);
            tree.put("who", who);
            tree.put("begun", begun.toString());
            tree.put("state", end == null ? "running" : end.done() ? "done" : "failed");
            tree.put("detail", end == null ? "" : end.detail());
            tree.put("steps", List.copyOf(steps));
            tree.put("steps_left_out", more);
            tree.put("report", end == null ? Map.of() : end.report());
            return tree;
        }

        /** All its steps, and then how it ended. */
        Stream.Events events() {
            return new Stream.Events() {
                private int told;

                @Override
                public byte[] next() {
                    synchronized (Job.this) {
                        if (told < steps.size()) {
                            return Stream.Events.event("step", json.encode(Map.of("step", steps.get(told++))));
                        }
                        if (end == null) {
                            return null;
                        }
                        return told++ == steps.size() ? Stream.Events.event("end", json.encode(tree())) : END;
                    }
                }
            };
        }

        Streams.Feed changes() {
            return wake -> {
                watchers.add(wake);
                return () -> watchers.remove(wake);
            };
        }
    }

    /**
     * Begins a change.
     *
     * @param what    one line without secrets
     * @param visitor whose change it is; how it ends is written down
     * @param work    makes it, and tells each step in a line; what it throws is why nothing was begun
     */
    Job begin(String what, Visitor visitor, Function<Consumer<String>, CompletionStage<End>> work) {
        Job job;
        synchronized (jobs) {
            if (jobs.values().stream().filter(Job::running).count() >= RUNNING) {
                throw new Refusal(503, RUNNING + " changes are under way: wait for one of them");
            }
            job = new Job(++number, what, Call.who(visitor));
            jobs.put(job.id, job);
            for (Iterator<Job> all = jobs.values().iterator(); jobs.size() > KEPT && all.hasNext();) {
                if (!all.next().running()) {
                    all.remove();
                }
            }
        }
        try {
            work.apply(job::step).whenComplete((end, failure) -> {
                End how = failure == null ? end : new End(false, Problems.of(failure, what).getMessage(), Map.of());
                visitor.did(what, how.done() ? "done" : "failed: " + how.detail());
                job.end(how);
            });
        } catch (RuntimeException e) {
            synchronized (jobs) {
                jobs.remove(job.id);
            }
            throw e;
        }
        return job;
    }

    Job job(String id) {
        synchronized (jobs) {
            return jobs.values().stream().filter(job -> Long.toString(job.id).equals(id)).findFirst()
                    .orElseThrow(() -> new Refusal(404, "there is no job '" + id + "' (any more)"));
        }
    }

    /** All, the newest first. */
    List<Map<String, Object>> trees() {
        List<Map<String, Object>> trees = new ArrayList<>();
        synchronized (jobs) {
            jobs.values().forEach(job -> trees.add(0, job.tree()));
        }
        return trees;
    }
}
