package io.anole.supervisor.internal;

import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.process.Supervisor;
import io.anole.supervisor.internal.Life.End;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What users ask of the supervisor: how processes stand, and that they start and stop. */
final class Commands implements Supervisor {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

    private final Roster roster;
    private final Processes processes;
    private final Life.Shared shared;
    private final ComponentReasons reasons;
    private final Noticeboard noticeboard;
    private final Consumer<String> gate;

    /** @param gate stops what moves the robot, for a reason; at once, on the caller's thread */
    Commands(Roster roster, Processes processes, Life.Shared shared, ComponentReasons reasons, Noticeboard noticeboard,
            Consumer<String> gate) {
        this.roster = roster;
        this.processes = processes;
        this.shared = shared;
        this.reasons = reasons;
        this.noticeboard = noticeboard;
        this.gate = gate;
    }

    @Override
    public List<ProcessInfo> processes() {
        List<ProcessInfo> all = new ArrayList<>(reasons.unsatisfied());
        synchronized (roster) {
            List<ProcessInfo> known = roster.entries.values().stream().map(Entry::info).toList();
            // A process that is being replaced is known; its component may not be ready yet.
            all.removeIf(waiting -> known.stream().anyMatch(each -> each.name().equals(waiting.name())
                    && each.bundle().isEmpty()));
            all.addAll(known);
            refused().forEach(all::add);
        }
        all.sort(Comparator.comparing(ProcessInfo::name));
        return all;
    }

    /** Processes that ought to be alive and are not, or have failed for good, each with its reason. */
    List<String> unsatisfied() {
        synchronized (roster) {
            Stream<String> down = roster.entries.values().stream()
                    .filter(entry -> entry.wanted && entry.state != State.ACTIVE
                            || entry.state == State.FINALIZED && !entry.candidates.isEmpty())
                    .map(entry -> told(entry.name, entry.state, entry.reason));
            // A child JVM has one process; the others of its bundle are refused there.
            Stream<ProcessInfo> refused = shared.child() ? Stream.of() : refused();
            return Stream.concat(down, refused.map(info -> told(info.name(), info.state(), info.reason()))).toList();
        }
    }

    private static String told(String process, State state, String reason) {
        return "process '" + process + "' is " + state.name().toLowerCase(Locale.ROOT) + (reason.isEmpty() ? "" : ": " + reason);
    }

    /** Components that are no processes, and don't run elsewhere as one. */
    private Stream<ProcessInfo> refused() {
        return roster.refused.told(reasons::refused).stream().filter(info -> !roster.entries.containsKey(info.name()));
    }

    @Override
    public Optional<ProcessInfo> process(String name) {
        synchronized (roster) {
            Entry entry = roster.entries.get(name);
            if (entry != null) {
                return Optional.of(entry.info());
            }
        }
        return processes().stream().filter(each -> each.name().equals(name)).findFirst();
    }

    @Override
    public CompletableFuture<ProcessInfo> start(String name) {
        synchronized (roster) {
            Entry entry = roster.entries.get(name);
            if (entry == null) {
                return CompletableFuture.failedFuture(notThere(name));
            }
            if (roster.emergency != null) {
                return CompletableFuture.failedFuture(
                        new IllegalStateException("process '" + name + "' does not start: " + roster.held()));
            }
            if (entry.state == State.ACTIVE && !entry.life.stopping()) {
                return CompletableFuture.completedFuture(entry.info());
            }
            CompletableFuture<ProcessInfo> started = entry.starters.add();
            entry.wanted = true;
            entry.restarts.forget();
            processes.settle();
            return started;
        }
    }

    private NoSuchElementException notThere(String name) {
        return new NoSuchElementException(process(name)
                .map(info -> "process '" + name + "' is not ready: " + info.reason())
                .orElse("there is no process '" + name + "'"));
    }

    @Override
    public CompletableFuture<ProcessInfo> stop(String name) {
        synchronized (roster) {
            Entry entry = roster.entries.get(name);
            if (entry == null) {
                return CompletableFuture.failedFuture(notThere(name));
            }
            if (entry.running && entry.life.stopping()) {
                entry.wanted = false;
                entry.life.interrupt();
                return entry.life.settled().thenApplyAsync(done -> last(entry), shared.workers());
            }
            return stopAll(roster.withDependents(List.of(entry)), "stopped", false)
                    .thenApplyAsync(done -> last(entry), shared.workers());
        }
    }

    private ProcessInfo last(Entry entry) {
        synchronized (roster) {
            return entry.info();
        }
    }

    /** Stops them in parallel, but each after those among them that need it, and after its own work if it may finish that. */
    private CompletableFuture<Void> stopAll(Set<Entry> set, String reason, boolean mayFinish) {
        Map<Entry, CompletableFuture<Void>> stops = new LinkedHashMap<>();
        for (Entry entry : set) {
            entry.wanted = false;
            CompletableFuture<?>[] dependents = stops.entrySet().stream()
                    .filter(each -> each.getKey().spec().depends().contains(entry.name)).map(Map.Entry::getValue)
                    .toArray(CompletableFuture<?>[]::new);
            if (!entry.running) {
                processes.failStarters(entry, reason);
                stops.put(entry, CompletableFuture.allOf(dependents));
                if (entry.state == State.UNCONFIGURED || entry.state == State.INACTIVE) {
                    processes.set(entry, State.INACTIVE, reason);
                }
            } else {
                Life life = entry.life;
                CompletableFuture<Void> before = CompletableFuture.allOf(dependents);
                if (mayFinish && life.spec().finishes()) {
                    before = before.thenCompose(done -> life.settled().copy()
                            .completeOnTimeout(null, life.spec().stop().toNanos(), TimeUnit.NANOSECONDS));
                }
                stops.put(entry, before.thenCompose(done -> {
                    life.stop(End.STOPPED, reason);
                    return life.settled();
                }));
            }
        }
        return CompletableFuture.allOf(stops.values().toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public CompletableFuture<ProcessInfo> restart(String name) {
        Set<Entry> stopped;
        CompletableFuture<Void> stop;
        synchronized (roster) {
            Entry entry = roster.entries.get(name);
            if (entry == null) {
                return CompletableFuture.failedFuture(notThere(name));
            }
            stopped = roster.withDependents(List.of(entry));
            stop = stopAll(stopped, "restarting", false);
        }
        return stop.thenComposeAsync(done -> {
            stopped.forEach(each -> start(each.name).exceptionally(error -> null));
            return started(name);
        }, shared.workers());
    }

    /** Starts what has been stopped, unless it has not ended. */
    private CompletableFuture<ProcessInfo> started(String name) {
        ProcessInfo info = process(name).orElse(null);
        return info != null && info.state() == State.DEACTIVATING
                ? CompletableFuture.failedFuture(
                        new IllegalStateException("process '" + name + "' does not start: " + info.reason()))
                : start(name);
    }

    @Override
    public void frequency(String name, double hz) {
        Spec.period(hz);
        synchronized (roster) {
            Entry entry = roster.entries.get(name);
            if (entry == null) {
                throw new NoSuchElementException("there is no process '" + name + "'");
            }
            if (entry.running) {
                entry.life.frequency(hz);
            }
        }
    }

    // Emergency and end.

    @Override
    public CompletableFuture<List<ProcessInfo>> emergencyStop(String given) {
        String reason = given == null || given.isBlank() ? "no reason given" : given.strip();
        // First the robot, then its processes: those take their time, and others may command it meanwhile.
        gate.accept(reason);
        synchronized (roster) {
            if (roster.emergency == null) {
                roster.emergency = reason;
                LOG.error("all processes stop, for an emergency: {}", roster.emergency);
                noticeboard.emergency(roster.emergency);
            }
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (Entry entry : roster.entries.values()) {
                entry.wanted = false;
                processes.failStarters(entry, roster.held());
                if (entry.running) {
                    entry.life.stop(End.EMERGENCY, "emergency stop: " + roster.emergency);
                    all.add(entry.life.settled());
                } else if (entry.state == State.INACTIVE || entry.state == State.UNCONFIGURED) {
                    processes.set(entry, State.INACTIVE, roster.held());
                }
            }
            return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
                    .thenApplyAsync(done -> processes(), shared.workers());
        }
    }

    @Override
    public Optional<String> emergency() {
        synchronized (roster) {
            return Optional.ofNullable(roster.emergency);
        }
    }

    @Override
    public void release() {
        synchronized (roster) {
            if (roster.emergency == null) {
                return;
            }
            LOG.warn("emergency stop released: {}", roster.emergency);
            roster.emergency = null;
            noticeboard.released();
            for (Entry entry : roster.entries.values()) {
                if (!entry.running && entry.state == State.INACTIVE) {
                    processes.set(entry, State.INACTIVE, "after an emergency stop");
                }
            }
        }
    }

    /** Stops everything, within the bound, and starts nothing any more. Blocks. */
    void end(String reason, Duration bound) {
        CompletableFuture<Void> all;
        synchronized (roster) {
            roster.ending = true;
            all = stopAll(roster.withDependents(List.copyOf(roster.entries.values())), reason, true);
        }
        try {
            all.get(bound.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.error("gave up waiting after {} s on {}", bound.toMillis() / 1000.0, laggards());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.error("stopping failed: {}", Lines.of(e));
        } finally {
            processes.waitNoLonger();
        }
    }

    private List<String> laggards() {
        synchronized (roster) {
            return roster.entries.values().stream().filter(entry -> entry.running).map(entry -> "'" + entry.name + "'").toList();
        }
    }
}
