package io.anole.supervisor.internal;

import io.anole.bus.Shapes;
import io.anole.core.ParticipantBus;
import io.anole.core.Participants;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import io.anole.process.ProcessInfo;
import io.anole.process.Restart.Policy;
import io.anole.process.State;
import io.anole.process.Supervisor;
import io.anole.supervisor.internal.Life.End;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All processes of the runtime: which should run, which may, and what follows when one ends. It compares what is wanted with what
 * is ({@link #settle}) whenever something has changed, so that the order in which components, buses, dependencies and commands
 * arrive does not matter.
 *
 * <p>The monitor guards everything here; nothing foreign is called while it is held: buses are told by the noticeboard's thread,
 * futures complete on the workers, processes run on their own threads.
 */
final class Processes implements Supervisor, Mailboxes, Life.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Processes.class);

    /** What the supervisor's configuration says. */
    record Settings(double defaultHz, Duration patience, Duration shutdown) {
    }

    /** A component that wants to be a process. */
    private record Candidate(ServiceReference<ManagedProcess> component, Spec spec) {
    }

    /** A process by its name; it stays while its components come and go one after the other. */
    private static final class Entry {
        final String name;
        /** The first is the process; the others have its name too, and wait. */
        final Deque<Candidate> candidates = new ArrayDeque<>();
        final Deque<Long> restartTimes = new ArrayDeque<>();
        final List<CompletableFuture<ProcessInfo>> starters = new ArrayList<>();
        State state = State.INACTIVE;
        String reason = "";
        long since;
        boolean wanted;
        /** The life under way, or the last one. */
        Life life;
        boolean running;
        long births;
        long deaths;
        long restarts;
        long dropped;

        Entry(String name) {
            this.name = name;
        }

        Spec spec() {
            return candidates.isEmpty() ? life.spec() : candidates.peekFirst().spec();
        }
    }

    private final Life.Shared shared;
    private final Participants participants;
    private final Shapes shapes;
    private final ComponentReasons reasons;
    private final Noticeboard noticeboard;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<ServiceReference<ManagedProcess>, String> refused = new HashMap<>();
    private final Map<Thread, Life> births = new ConcurrentHashMap<>();
    private final Set<String> buses = new HashSet<>();
    private Settings settings;
    private String emergency;
    private boolean ending;
    /** All has been waited for that there was to wait for. */
    private volatile boolean doneWaiting;

    Processes(Life.Shared shared, Participants participants, Shapes shapes, ComponentReasons reasons, String runtime,
            Settings settings) {
        this.shared = shared;
        this.participants = participants;
        this.shapes = shapes;
        this.reasons = reasons;
        this.settings = settings;
        this.noticeboard = new Noticeboard(participants, runtime, shared.timer(), this::emergencyElsewhere);
    }

    synchronized void configure(Settings changed) {
        settings = changed;
        entries.values().stream().flatMap(entry -> entry.candidates.stream()).map(Candidate::component).toList()
                .forEach(this::modified);
    }

    // What comes and goes.

    synchronized void busAdded(String bus) {
        buses.add(bus);
        if (entries.values().stream().anyMatch(entry -> entry.spec().bus().equals(bus))) {
            noticeboard.open(bus);
        }
        settle();
    }

    /** A bus goes: the processes on it end before this returns, unless they outlast their bounds. */
    void busRemoved(String bus) {
        List<Life> lives = new ArrayList<>();
        synchronized (this) {
            buses.remove(bus);
            for (Entry entry : entries.values()) {
                if (entry.running && entry.life.spec().bus().equals(bus)) {
                    entry.life.stop(End.STOPPED, waitsForBus(bus));
                    lives.add(entry.life);
                }
            }
            settle();
        }
        lives.stream().filter(life -> life.thread() != Thread.currentThread()).forEach(life -> await(life.settled()));
        noticeboard.close(bus);
    }

    private static String waitsForBus(String bus) {
        return "waits for bus '" + bus + "'";
    }

    synchronized void added(ServiceReference<ManagedProcess> component) {
        Spec spec;
        try {
            spec = Spec.of(component::getProperty, settings.defaultHz());
        } catch (IllegalArgumentException e) {
            refused.put(component, e.getMessage());
            LOG.error("component {} is no process: {}", text(component), e.getMessage());
            return;
        }
        Entry entry = entries.computeIfAbsent(spec.name(), Entry::new);
        entry.candidates.add(new Candidate(component, spec));
        if (entry.candidates.size() > 1) {
            LOG.error("process '{}' of {} is refused: {} has that name already", spec.name(), text(component),
                    text(entry.candidates.peekFirst().component()));
        } else if (!entry.running) {
            adopt(entry);
            settle();
        }
    }

    private void adopt(Entry entry) {
        Spec spec = entry.spec();
        entry.wanted = spec.autostart() && emergency == null;
        entry.restartTimes.clear();
        if (buses.contains(spec.bus())) {
            noticeboard.open(spec.bus());
        }
        set(entry, State.INACTIVE, emergency == null ? "" : held());
    }

    private String held() {
        return "held by an emergency stop: " + emergency;
    }

    /** Its properties have changed. DS may hold locks of its own: this must not wait. */
    void modified(ServiceReference<ManagedProcess> component) {
        synchronized (this) {
            Entry entry = entryOf(component);
            if (entry != null) {
                Spec spec;
                try {
                    spec = Spec.of(component::getProperty, settings.defaultHz());
                } catch (IllegalArgumentException e) {
                    LOG.error("component {} keeps its former settings: {}", text(component), e.getMessage());
                    return;
                }
                if (entry.name.equals(spec.name())) {
                    change(entry, new Candidate(component, spec));
                    settle();
                    return;
                }
            }
        }
        withdraw(component);
        added(component);
    }

    private void change(Entry entry, Candidate changed) {
        double before = entry.spec().hz();
        List<Candidate> all = entry.candidates.stream()
                .map(each -> each.component().equals(changed.component()) ? changed : each).toList();
        entry.candidates.clear();
        entry.candidates.addAll(all);
        if (entry.running && entry.life.component().equals(changed.component())) {
            entry.life.onError(entry.spec().onLifeError());
            if (entry.spec().hz() != before) {
                entry.life.frequency(entry.spec().hz());
            }
        }
    }

    private Entry entryOf(ServiceReference<?> component) {
        for (Entry entry : entries.values()) {
            if (entry.candidates.stream().anyMatch(each -> each.component().equals(component))) {
                return entry;
            }
        }
        return null;
    }

    /** A component goes: its process ends before this returns, unless it outlasts its bound. See {@link Life}. */
    void removed(ServiceReference<ManagedProcess> component) {
        Life life = withdraw(component);
        if (life != null && life.thread() != Thread.currentThread() && !doneWaiting) {
            await(life.settled());
        }
    }

    private synchronized Life withdraw(ServiceReference<ManagedProcess> component) {
        refused.remove(component);
        Entry entry = entryOf(component);
        if (entry == null) {
            return null;
        }
        boolean first = entry.candidates.peekFirst().component().equals(component);
        if (first && entry.running) {
            entry.life.stop(End.WITHDRAWN, "its component is going");
        }
        entry.candidates.removeIf(each -> each.component().equals(component));
        if (!first) {
            return null;
        }
        if (entry.running) {
            return entry.life;
        }
        left(entry);
        return null;
    }

    /** Its first component is gone and its life over: the next of that name takes its place. */
    private void left(Entry entry) {
        failStarters(entry, "its component is gone");
        if (entry.candidates.isEmpty()) {
            entries.remove(entry.name);
            String bus = entry.life == null ? null : entry.life.spec().bus();
            buses.forEach(each -> {
                if (bus == null || each.equals(bus)) {
                    noticeboard.removed(each, entry.name);
                }
            });
        } else {
            adopt(entry);
        }
        settle();
    }

    private static void await(CompletableFuture<?> future) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    // Settles by itself, within the bounds of the process.
                    future.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // What is wanted.

    /** Starts what is wanted and can start; says of the others why they can't. */
    private void settle() {
        boolean again = true;
        while (again) {
            again = false;
            for (Entry entry : List.copyOf(entries.values())) {
                again |= settle(entry);
            }
        }
        for (Entry entry : entries.values()) {
            if (entry.wanted && !entry.running) {
                String obstacle = obstacle(entry);
                if (!comes(entry, new HashSet<>())) {
                    failStarters(entry, obstacle);
                }
            }
        }
    }

    /** @return whether others have to be looked at again */
    private boolean settle(Entry entry) {
        if (!entry.wanted || entry.running || entry.candidates.isEmpty() || ending) {
            return false;
        }
        boolean more = false;
        for (String name : entry.spec().depends()) {
            Entry needed = entries.get(name);
            if (needed != null && !needed.wanted && !needed.running && needed.state != State.FINALIZED && emergency == null) {
                needed.wanted = true;
                more = true;
            }
        }
        String obstacle = obstacle(entry);
        if (obstacle == null) {
            launch(entry);
        } else {
            State state = buses.contains(entry.spec().bus()) ? State.INACTIVE : State.UNCONFIGURED;
            if (entry.state != state || !entry.reason.equals(obstacle)) {
                set(entry, state, obstacle);
            }
        }
        return more;
    }

    /** Why it can't start now, or null. */
    private String obstacle(Entry entry) {
        if (emergency != null) {
            return held();
        }
        Spec spec = entry.spec();
        if (!buses.contains(spec.bus())) {
            return waitsForBus(spec.bus());
        }
        String circle = circle(entry.name, entry.name, new LinkedHashSet<>());
        if (circle != null) {
            return "depends on itself: " + circle;
        }
        for (String name : spec.depends()) {
            Entry needed = entries.get(name);
            if (needed == null) {
                return "waits for process '" + name + "', which is not there";
            }
            if (needed.state != State.ACTIVE) {
                return "waits for process '" + name + "'" + (needed.reason.isEmpty() ? "" : ", which " + needed.reason);
            }
        }
        return null;
    }

    private String circle(String start, String name, Set<String> path) {
        path.add(name);
        Entry entry = entries.get(name);
        for (String needed : entry == null ? List.<String>of() : entry.spec().depends()) {
            if (needed.equals(start)) {
                return String.join(" -> ", path) + " -> " + start;
            }
            if (!path.contains(needed)) {
                String found = circle(start, needed, new LinkedHashSet<>(path));
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /** Whether it is on its way: it, or something it depends on, is moving. */
    private boolean comes(Entry entry, Set<String> seen) {
        if (entry.running) {
            return true;
        }
        if (!entry.wanted || !seen.add(entry.name) || emergency != null || !buses.contains(entry.spec().bus())) {
            return false;
        }
        List<String> depends = entry.spec().depends();
        return !depends.isEmpty() && depends.stream()
                .allMatch(name -> entries.containsKey(name) && comes(entries.get(name), seen));
    }

    private void launch(Entry entry) {
        Candidate candidate = entry.candidates.peekFirst();
        Spec spec = candidate.spec();
        MailQueue queue = new MailQueue(spec.queue(), shared.timer());
        entry.life = new Life(spec, candidate.component(), queue, shared, this);
        entry.running = true;
        set(entry, State.ACTIVATING, "");
        births.put(entry.life.thread(), entry.life);
        entry.life.start();
    }

    private void set(Entry entry, State state, String reason) {
        entry.state = state;
        entry.reason = reason;
        entry.since = System.currentTimeMillis();
        noticeboard.state(entry.spec().bus(), entry.name, state, reason, entry.since);
    }

    private void failStarters(Entry entry, String reason) {
        String text = "process '" + entry.name + "' does not start: " + reason;
        List<CompletableFuture<ProcessInfo>> starters = List.copyOf(entry.starters);
        entry.starters.clear();
        starters.forEach(each -> shared.workers()
                .execute(() -> each.completeExceptionally(new IllegalStateException(text))));
    }

    // What lives tell.

    @Override
    public synchronized void born(Life life) {
        births.remove(life.thread());
        Entry entry = entries.get(life.spec().name());
        entry.births++;
        Postbox postbox = life.postbox();
        set(entry, life.stopping() ? State.DEACTIVATING : State.ACTIVE, postbox == null ? "" : postbox.complaint());
        ProcessInfo info = info(entry);
        List<CompletableFuture<ProcessInfo>> starters = List.copyOf(entry.starters);
        entry.starters.clear();
        starters.forEach(each -> shared.workers().execute(() -> each.complete(info)));
        settle();
    }

    @Override
    public synchronized void dying(Life life) {
        set(entries.get(life.spec().name()), State.DEACTIVATING, life.why());
    }

    @Override
    public synchronized void overdue(Life life, String what, boolean givenUp) {
        Entry entry = entries.get(life.spec().name());
        if (givenUp) {
            LOG.error("process '{}': {}; it is left to itself", entry.name, what);
        }
        set(entry, State.DEACTIVATING, what);
    }

    @Override
    public String whyUnborn(ServiceReference<?> component) {
        return reasons.ofFailure(component);
    }

    @Override
    public String whyDeathFailed(Thread thread, long since) {
        return reasons.ofDeath(thread, since);
    }

    @Override
    public void ended(Life life, String failure) {
        List<String> users = life.wasBorn() ? reasons.otherUsers(life.component()) : List.of();
        synchronized (this) {
            births.remove(life.thread());
            Entry entry = entries.get(life.spec().name());
            entry.running = false;
            entry.dropped += life.queue().close() + life.queue().refused();
            if (life.wasBorn()) {
                entry.deaths++;
            }
            if (!users.isEmpty()) {
                LOG.error("process '{}': its component lives on, {} uses its service too", entry.name, users);
            }
            boolean withdrawn = entry.candidates.stream().noneMatch(each -> each.component().equals(life.component()));
            if (withdrawn) {
                set(entry, State.FINALIZED, failure == null ? "its component is gone" : failure);
                left(entry);
            } else {
                follow(entry, life, failure);
                settle();
            }
        }
    }

    private void follow(Entry entry, Life life, String failure) {
        End end = life.end();
        Policy policy = entry.spec().policy();
        if (end == End.FAILED || failure != null && (end == null || end == End.DIED)) {
            String reason = end == End.FAILED ? life.why() : (life.wasBorn() ? "death: " : "birth: ") + failure;
            set(entry, State.ERRORPROCESSING, reason);
            LOG.warn("process '{}' failed: {}", entry.name, reason);
            finish(entry, policy != Policy.TEMPORARY, State.FINALIZED, reason);
        } else if (end == End.DIED) {
            finish(entry, policy == Policy.PERMANENT, State.INACTIVE, "ended: " + life.why());
        } else {
            if (end == End.EMERGENCY) {
                entry.wanted = false;
            }
            set(entry, State.INACTIVE, failure == null ? life.why() : life.why() + "; death: " + failure);
        }
    }

    private void finish(Entry entry, boolean again, State last, String reason) {
        Spec spec = entry.spec();
        if (again && entry.wanted && emergency == null && !ending) {
            long now = System.nanoTime();
            while (!entry.restartTimes.isEmpty() && now - entry.restartTimes.peekFirst() > spec.period().toNanos()) {
                entry.restartTimes.removeFirst();
            }
            if (entry.restartTimes.size() < spec.intensity()) {
                entry.restartTimes.addLast(now);
                entry.restarts++;
                return;
            }
            String tooOften = reason + "; not restarted again after " + spec.intensity() + " times within "
                    + spec.period().toMillis() / 1000.0 + " s";
            giveUp(entry, State.FINALIZED, tooOften);
            LOG.error("process '{}' stays down: {}", entry.name, tooOften);
            return;
        }
        giveUp(entry, last, reason);
    }

    private void giveUp(Entry entry, State state, String reason) {
        entry.wanted = false;
        set(entry, state, reason);
        failStarters(entry, reason);
    }

    // Mailboxes.

    @Override
    public Mailbox open() {
        return open(null);
    }

    @Override
    public Mailbox open(String process) {
        Life life = births.get(Thread.currentThread());
        if (life == null) {
            throw new IllegalStateException("a mailbox can only be opened by a process in its birth, on its own thread"
                    + (process == null ? "" : ", but '" + process + "' is not being born on this one")
                    + "; is its component immediate, or its service used by another bundle?");
        }
        String name = life.spec().name();
        if (process != null && !process.equals(name)) {
            throw new IllegalStateException("process '" + name + "' can't open the mailbox of '" + process + "'");
        }
        if (life.postbox() == null) {
            Duration patience;
            synchronized (this) {
                patience = settings.patience();
            }
            ParticipantBus view = participants.open(life.spec().bus(), name, null);
            try {
                Postbox postbox = new Postbox(life, view, shapes, shared, patience,
                        reason -> emergencyStop(reason + " (by process '" + name + "')"));
                life.opened(postbox);
                postbox.settle();
            } catch (RuntimeException e) {
                view.close();
                throw e;
            }
        }
        return life.postbox();
    }

    // Commands.

    @Override
    public List<ProcessInfo> processes() {
        List<ProcessInfo> all = new ArrayList<>(reasons.unsatisfied());
        synchronized (this) {
            entries.values().forEach(entry -> all.add(info(entry)));
            refused.forEach((component, why) -> all.add(reasons.refused(component, why)));
        }
        all.sort(Comparator.comparing(ProcessInfo::name));
        return all;
    }

    /** Processes that ought to be alive and are not, or have failed for good, each with its reason. */
    synchronized List<String> unsatisfied() {
        return entries.values().stream()
                .filter(entry -> entry.wanted && entry.state != State.ACTIVE
                        || entry.state == State.FINALIZED && !entry.candidates.isEmpty())
                .map(entry -> "process '" + entry.name + "' is " + entry.state.name().toLowerCase(Locale.ROOT)
                        + (entry.reason.isEmpty() ? "" : ": " + entry.reason))
                .toList();
    }

    @Override
    public Optional<ProcessInfo> process(String name) {
        synchronized (this) {
            Entry entry = entries.get(name);
            if (entry != null) {
                return Optional.of(info(entry));
            }
        }
        return processes().stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /** The processes whose components are of these bundles. */
    synchronized List<ProcessInfo> of(Set<Bundle> bundles) {
        return entries.values().stream().filter(entry -> !entry.candidates.isEmpty()
                && bundles.contains(entry.candidates.peekFirst().component().getBundle())).map(Processes::info)
                .sorted(Comparator.comparing(ProcessInfo::name)).toList();
    }

    private static ProcessInfo info(Entry entry) {
        Life life = entry.life;
        Spec spec = entry.spec();
        String bundle = entry.candidates.isEmpty() ? "" : text(entry.candidates.peekFirst().component().getBundle());
        if (life == null) {
            return new ProcessInfo(entry.name, entry.state, entry.reason, bundle, "", spec.hz(), 0, 0, 0, 0, 0, 0, 0, 0, 0,
                    spec.depends(), List.of(), "");
        }
        Postbox postbox = life.postbox();
        boolean running = entry.running;
        return new ProcessInfo(entry.name, entry.state, entry.reason, bundle, running ? life.thread().getName() : "",
                running ? life.frequency() : spec.hz(), life.cycles(), life.missed(), life.errors(), entry.births,
                entry.deaths, entry.restarts, life.queue().held(), life.handledSoFar(),
                entry.dropped + (running ? life.queue().refused() : 0), spec.depends(),
                running && postbox != null ? postbox.filters() : List.of(), life.lastError());
    }

    private synchronized Entry known(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new NoSuchElementException("there is no process '" + name + "'");
        }
        return entry;
    }

    @Override
    public CompletableFuture<ProcessInfo> start(String name) {
        synchronized (this) {
            Entry entry = entries.get(name);
            if (entry == null) {
                return CompletableFuture.failedFuture(notThere(name));
            }
            if (emergency != null) {
                return CompletableFuture.failedFuture(
                        new IllegalStateException("process '" + name + "' does not start: " + held()));
            }
            if (entry.state == State.ACTIVE && !entry.life.stopping()) {
                return CompletableFuture.completedFuture(info(entry));
            }
            CompletableFuture<ProcessInfo> started = new CompletableFuture<>();
            entry.starters.add(started);
            entry.wanted = true;
            entry.restartTimes.clear();
            settle();
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
        synchronized (this) {
            Entry entry = entries.get(name);
            if (entry == null) {
                return CompletableFuture.failedFuture(notThere(name));
            }
            if (entry.running && entry.life.stopping()) {
                entry.wanted = false;
                entry.life.interrupt();
                return entry.life.settled().thenApplyAsync(done -> last(entry), shared.workers());
            }
            return stopAll(withDependents(List.of(entry)), "stopped", false).thenApplyAsync(done -> last(entry), shared.workers());
        }
    }

    private synchronized ProcessInfo last(Entry entry) {
        return info(entry);
    }

    /** These and all that need them and run, those that need others first. */
    private Set<Entry> withDependents(List<Entry> first) {
        Set<Entry> all = new LinkedHashSet<>();
        first.forEach(each -> collect(each, all, new HashSet<>()));
        return all;
    }

    private void collect(Entry entry, Set<Entry> all, Set<Entry> seen) {
        if (!seen.add(entry)) {
            return;
        }
        for (Entry other : entries.values()) {
            if ((other.running || other.wanted) && other.spec().depends().contains(entry.name)) {
                collect(other, all, seen);
            }
        }
        all.add(entry);
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
                failStarters(entry, reason);
                stops.put(entry, CompletableFuture.allOf(dependents));
                if (entry.state == State.UNCONFIGURED || entry.state == State.INACTIVE) {
                    set(entry, State.INACTIVE, reason);
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
        synchronized (this) {
            Entry entry = entries.get(name);
            if (entry == null) {
                return CompletableFuture.failedFuture(notThere(name));
            }
            stopped = withDependents(List.of(entry));
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
        Entry entry = known(name);
        synchronized (this) {
            if (entry.running) {
                entry.life.frequency(hz);
            }
        }
    }

    // Emergency and end.

    @Override
    public CompletableFuture<List<ProcessInfo>> emergencyStop(String reason) {
        synchronized (this) {
            if (emergency == null) {
                emergency = reason == null || reason.isBlank() ? "no reason given" : reason.strip();
                LOG.error("EMERGENCY STOP: {}", emergency);
                noticeboard.emergency(emergency);
            }
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (Entry entry : entries.values()) {
                entry.wanted = false;
                failStarters(entry, held());
                if (entry.running) {
                    entry.life.stop(End.EMERGENCY, "emergency stop: " + emergency);
                    all.add(entry.life.settled());
                } else if (entry.state == State.INACTIVE || entry.state == State.UNCONFIGURED) {
                    set(entry, State.INACTIVE, held());
                }
            }
            return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
                    .thenApplyAsync(done -> processes(), shared.workers());
        }
    }

    private void emergencyElsewhere(String reason) {
        emergencyStop(reason);
    }

    @Override
    public synchronized Optional<String> emergency() {
        return Optional.ofNullable(emergency);
    }

    @Override
    public synchronized void release() {
        if (emergency == null) {
            return;
        }
        LOG.warn("emergency stop released: {}", emergency);
        emergency = null;
        noticeboard.released();
        for (Entry entry : entries.values()) {
            if (!entry.running && entry.state == State.INACTIVE) {
                set(entry, State.INACTIVE, "after an emergency stop");
            }
        }
    }

    /** Stops everything, within the bound, and starts nothing any more. Blocks. */
    void end(String reason) {
        CompletableFuture<Void> all;
        Duration bound;
        synchronized (this) {
            ending = true;
            bound = settings.shutdown();
            all = stopAll(withDependents(List.copyOf(entries.values())), reason, true);
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
            doneWaiting = true;
        }
    }

    private synchronized List<String> laggards() {
        return entries.values().stream().filter(entry -> entry.running).map(entry -> "'" + entry.name + "'").toList();
    }

    void closeBuses() {
        await(noticeboard.closeAll());
    }

    static String text(ServiceReference<?> component) {
        return component.getProperty("component.name") + " of " + text(component.getBundle());
    }

    static String text(Bundle bundle) {
        return bundle == null ? "" : bundle.getSymbolicName() + " " + bundle.getVersion();
    }
}
