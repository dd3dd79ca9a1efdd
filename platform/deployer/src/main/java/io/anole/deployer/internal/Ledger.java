package io.anole.deployer.internal;

import io.anole.deployer.Outcome;
import io.anole.deployer.Outcome.Result;
import io.anole.deployer.Plan.Action;
import io.anole.deployer.Plan.Change;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is deployed: for each bundle the version that counts and the former ones, and what was done. This is where the truth
 * lives; the framework's cache is emptied at every start, and the deploy directory is only what a user wishes. Each change
 * is in the journal before it is made:
 *
 * <pre>
 * begin    nothing has been touched; found at a start without its end, it never happened
 * end      from here on it has happened, or has been undone
 * shown    the same of what came from the deploy directory, which is never made to show it: it may say something newer by now
 * done     the deploy directory shows it too; found at a start without it, the directory is made to
 * </pre>
 *
 * <p>Confined to one thread.
 */
final class Ledger implements AutoCloseable {
    private static final int INTERRUPTIONS = 2;

    private final Journal journal;
    private final int formers;
    private final int remembered;
    private final Map<String, List<Kept>> bundles = new TreeMap<>();
    private final Deque<Outcome> history = new ArrayDeque<>();
    private Outcome open;
    private Outcome unpublished;
    private long last;

    /**
     * @param formers    former versions of a bundle that are kept
     * @param remembered outcomes that are kept
     */
    Ledger(Journal journal, int formers, int remembered) throws IOException {
        this.journal = journal;
        this.formers = formers;
        this.remembered = remembered;
        journal.read().forEach(record -> apply(new Fields(record)));
        compact();
    }

    /** Names of what is deployed. */
    Set<String> names() {
        return Set.copyOf(bundles.keySet());
    }

    Optional<Kept> current(String name) {
        return Optional.ofNullable(bundles.get(name)).map(kept -> kept.get(0));
    }

    /** The present version and the former ones, the newest first; empty if it is not deployed. */
    List<Kept> versions(String name) {
        return List.copyOf(bundles.getOrDefault(name, List.of()));
    }

    /** Digests of all jars that are still needed. */
    Set<String> digests() {
        Set<String> digests = new HashSet<>();
        bundles.values().forEach(kept -> kept.forEach(one -> digests.add(one.sha256())));
        return digests;
    }

    /** The newest first. */
    List<Outcome> history() {
        return List.copyOf(history);
    }

    /** Found at the start: begun and not ended. */
    Optional<Outcome> interrupted() {
        return Optional.ofNullable(open);
    }

    /** Found at the start: committed, but perhaps not shown in the deploy directory. */
    Optional<Outcome> unpublished() {
        return Optional.ofNullable(unpublished);
    }

    /**
     * Why this content is not to be tried again by itself: it has failed, or has been cut off twice, as what kills the runtime
     * would be.
     */
    Optional<Outcome> failed(String sha256) {
        int interruptions = 0;
        for (Outcome outcome : history) {
            if (outcome.result() != Result.REFUSED
                    && outcome.changes().stream().anyMatch(change -> change.toSha256().equals(sha256))) {
                if (outcome.result() == Result.ROLLED_BACK
                        || outcome.result() == Result.INTERRUPTED && ++interruptions == INTERRUPTIONS) {
                    return Optional.of(outcome);
                }
                if (outcome.result() == Result.COMMITTED) {
                    break;
                }
            }
        }
        return Optional.empty();
    }

    /** Whether the last change of this bundle was cut off. */
    boolean cutOff(String bundle) {
        return history.stream()
                .filter(outcome -> outcome.changes().stream().anyMatch(change -> change.bundle().equals(bundle)))
                .findFirst().filter(outcome -> outcome.result() == Result.INTERRUPTED).isPresent();
    }

    /** Before anything is touched. */
    Outcome begin(String what, String who, List<Change> changes) throws IOException {
        Outcome begun = new Outcome(last + 1, Instant.now(), who, what, changes, Result.INTERRUPTED, "");
        write(Fields.of("begin", begun));
        return begun;
    }

    /** Once it has happened, or has been undone. */
    Outcome end(Result result, String reason) throws IOException {
        return end("end", result, reason);
    }

    /** As {@link #end}, of what the deploy directory shows already, because it came from there. */
    Outcome endShown(Result result, String reason) throws IOException {
        return end("shown", result, reason);
    }

    private Outcome end(String kind, Result result, String reason) throws IOException {
        Outcome ended = new Outcome(open.id(), open.time(), open.who(), open.what(), open.changes(), result, reason);
        write(Fields.of(kind, ended));
        return ended;
    }

    /** Something that touched nothing. */
    Outcome refused(String what, String who, List<Change> changes, String reason) throws IOException {
        Outcome refused = new Outcome(last + 1, Instant.now(), who, what, changes, Result.REFUSED, reason);
        write(Fields.of("past", refused));
        return refused;
    }

    /** The deploy directory shows what was committed. */
    void published() throws IOException {
        write(new Fields(List.of("done")));
    }

    private void write(Fields record) throws IOException {
        journal.append(record.texts());
        apply(record);
    }

    private void apply(Fields record) {
        String kind = record.next();
        switch (kind) {
            case "begin" -> {
                open = record.outcome();
                last = open.id();
            }
            case "end", "shown" -> {
                Outcome ended = record.outcome();
                open = null;
                remember(ended);
                if (ended.result() == Result.COMMITTED) {
                    ended.changes().forEach(this::commit);
                    unpublished = kind.equals("end") ? ended : null;
                }
            }
            case "done" -> unpublished = null;
            case "past" -> remember(record.outcome());
            case "unpublished" -> unpublished = record.outcome();
            case "bundle" -> bundles.put(record.next(), record.kept());
            default -> throw new IllegalStateException("the journal is of a later version of Anole: '" + kind + "'");
        }
    }

    private void remember(Outcome outcome) {
        last = Math.max(last, outcome.id());
        history.addFirst(outcome);
        while (history.size() > remembered) {
            history.removeLast();
        }
    }

    private void commit(Change change) {
        switch (change.action()) {
            case REMOVE, RESTORE -> bundles.remove(change.bundle());
            case KEEP -> {
            }
            case INSTALL, UPDATE -> {
                List<Kept> kept = new ArrayList<>(bundles.getOrDefault(change.bundle(), List.of()));
                kept.removeIf(one -> one.sha256().equals(change.toSha256()));
                kept.add(0, new Kept(change.to(), change.toSha256(), change.file()));
                bundles.put(change.bundle(), List.copyOf(kept.subList(0, Math.min(kept.size(), formers + 1))));
            }
        }
    }

    private void compact() throws IOException {
        List<List<String>> records = new ArrayList<>();
        bundles.forEach((name, kept) -> records.add(Fields.of(name, kept).texts()));
        history.descendingIterator().forEachRemaining(past -> records.add(Fields.of("past", past).texts()));
        if (unpublished != null) {
            records.add(Fields.of("unpublished", unpublished).texts());
        }
        if (open != null) {
            records.add(Fields.of("begin", open).texts());
        }
        journal.replace(records);
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }

    /** A record of the journal as it is written and read. */
    private static final class Fields {
        private static final int PER_CHANGE = 7;
        private static final int PER_VERSION = 3;

        private final List<String> texts;
        private int next;

        Fields(List<String> texts) {
            this.texts = texts;
        }

        static Fields of(String kind, Outcome outcome) {
            List<String> texts = new ArrayList<>(List.of(kind, String.valueOf(outcome.id()), outcome.time().toString(),
                    outcome.who(), outcome.what(), outcome.result().name(), outcome.reason()));
            outcome.changes().forEach(change -> texts.addAll(List.of(change.action().name(), change.bundle(),
                    change.from(), change.fromSha256(), change.to(), change.toSha256(), change.file())));
            return new Fields(texts);
        }

        static Fields of(String name, List<Kept> versions) {
            List<String> texts = new ArrayList<>(List.of("bundle", name));
            versions.forEach(kept -> texts.addAll(List.of(kept.version(), kept.sha256(), kept.file())));
            return new Fields(texts);
        }

        List<String> texts() {
            return texts;
        }

        String next() {
            return texts.get(next++);
        }

        Outcome outcome() {
            long id = Long.parseLong(next());
            Instant time = Instant.parse(next());
            String who = next();
            String what = next();
            Result result = Result.valueOf(next());
            String reason = next();
            List<Change> changes = new ArrayList<>();
            while (next + PER_CHANGE <= texts.size()) {
                changes.add(new Change(Action.valueOf(next()), next(), next(), next(), next(), next(), next()));
            }
            return new Outcome(id, time, who, what, changes, result, reason);
        }

        List<Kept> kept() {
            List<Kept> versions = new ArrayList<>();
            while (next + PER_VERSION <= texts.size()) {
                versions.add(new Kept(next(), next(), next()));
            }
            return versions;
        }
    }
}
