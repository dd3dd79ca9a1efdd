package io.anole.deployer.internal;

import io.anole.deployer.Outcome;
import io.anole.deployer.Outcome.Result;
import io.anole.deployer.Plan;
import io.anole.deployer.Plan.Action;
import io.anole.deployer.Plan.Change;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries wishes out: plans, writes ahead, changes, watches, and commits or brings back.
 *
 * <p>Confined to one thread.
 */
final class Deployer {
    private static final Logger LOG = LoggerFactory.getLogger(Deployer.class);

    private final BundleContext context;
    private final Ledger ledger;
    private final VersionStore store;
    private final Planner planner;
    private final Shelf shelf;
    private final Settings settings;
    private final Surroundings surroundings;
    private final Set<Thread> leaked = Collections.newSetFromMap(new WeakHashMap<>());

    /**
     * What became of an attempt.
     *
     * @param outcome empty while it is to be waited for something
     * @param draft   as it was last planned
     */
    record Attempt(Optional<Outcome> outcome, Draft draft) {
    }

    /**
     * What is asked for.
     *
     * @param shelve whether the deploy directory is to show it, because it did not come from there
     */
    record Request(String what, String who, List<? extends Wish> wishes, boolean shelve, Consumer<String> progress) {
    }

    Deployer(BundleContext context, Ledger ledger, VersionStore store, Planner planner, Shelf shelf, Settings settings,
            Surroundings surroundings) {
        this.context = context;
        this.ledger = ledger;
        this.store = store;
        this.planner = planner;
        this.shelf = shelf;
        this.settings = settings;
        this.surroundings = surroundings;
    }

    /**
     * Does what is asked for, unless it has to wait.
     *
     * @param told the plan that was told before, if one was: what goes beyond it is refused
     */
    Attempt attempt(Request request, Optional<Plan> told) throws InterruptedException, IOException {
        Draft draft = planner.draft(request.wishes());
        List<String> beyond = told.map(draft::beyond).orElse(List.of());
        if (!beyond.isEmpty()) {
            return refused(request, draft, "the robot has changed since it was planned, and this would now also "
                    + String.join(", ", beyond) + ": plan it again");
        }
        if (!draft.plan().refusals().isEmpty()) {
            return refused(request, draft, String.join("; ", draft.plan().refusals()));
        }
        if (draft.steps().isEmpty()) {
            return new Attempt(Optional.of(new Outcome(0, Instant.now(), request.who(), request.what(),
                    draft.plan().changes(), Result.UNCHANGED, "it is so already")), draft);
        }
        if (!draft.plan().waits().isEmpty()) {
            return new Attempt(Optional.empty(), draft);
        }
        return new Attempt(Optional.of(make(request, draft)), draft);
    }

    private Attempt refused(Request request, Draft draft, String reason) throws IOException {
        return new Attempt(Optional.of(refuse(request, draft, reason)), draft);
    }

    /** Puts a refusal into the history, unless the newest says the same. */
    Outcome refuse(Request request, Draft draft, String reason) throws IOException {
        List<Change> changes = draft.plan().changes();
        Optional<Outcome> same = ledger.history().stream().findFirst()
                .filter(last -> last.result() == Result.REFUSED && last.reason().equals(reason)
                        && last.changes().equals(changes));
        return same.isPresent() ? same.get() : ledger.refused(request.what(), request.who(), changes, reason);
    }

    private Outcome make(Request request, Draft draft) throws InterruptedException, IOException {
        DeployEvent event = new DeployEvent();
        event.begin();
        Outcome outcome = tryOut(request, draft);
        event.over(outcome);
        return outcome;
    }

    private Outcome tryOut(Request request, Draft draft) throws InterruptedException, IOException {
        for (Draft.Step step : draft.steps()) {
            if (step.jar() != null) {
                store.keep(step.jar());
            }
        }
        List<Change> changes = draft.plan().changes();
        try (Transaction transaction = new Transaction(context, draft, store, settings, surroundings, leaked,
                request.progress())) {
            ledger.begin(request.what(), request.who(), changes);
            Optional<String> failure = transaction.attempt();
            if (failure.isPresent() && context.getBundle(0).getState() == Bundle.STOPPING) {
                // what was deployed only stops like everything else: no failure of its own
                throw new InterruptedException("the runtime stops");
            }
            if (failure.isEmpty()) {
                return commit(request, transaction, changes);
            }
            return rollBack(transaction, failure.get(), changes);
        }
    }

    private Outcome commit(Request request, Transaction transaction, List<Change> changes) throws IOException {
        List<Change> cutOff = changes.stream().filter(change -> ledger.cutOff(change.bundle()) && !change.to().isEmpty()).toList();
        Outcome outcome;
        try {
            String remarks = String.join("; ", transaction.remarks());
            outcome = request.shelve() ? ledger.end(Result.COMMITTED, remarks) : ledger.endShown(Result.COMMITTED, remarks);
        } catch (IOException e) {
            return rollBack(transaction, "the journal can't be written: " + e.getMessage(), changes);
        }
        if (request.shelve()) {
            shelf.show(outcome);
            ledger.published();
        }
        changes.forEach(change -> LOG.info("{}", done(change)));
        cutOff.forEach(change -> LOG.warn("{} {} is active: deployed after a change of it had been cut off", change.bundle(),
                change.to()));
        transaction.remarks().forEach(LOG::warn);
        return outcome;
    }

    private Outcome rollBack(Transaction transaction, String failure, List<Change> changes) throws IOException {
        List<String> broken = transaction.undo();
        List<String> lines = new ArrayList<>(List.of(failure));
        transaction.remarks().stream().filter(remark -> !failure.contains(remark)).forEach(lines::add);
        broken.forEach(line -> lines.add("coming back: " + line));
        Outcome outcome = ledger.end(Result.ROLLED_BACK, String.join("; ", lines));
        LOG.warn("{}: {}; {}", told(changes), outcome.reason(), activeNow(changes));
        return outcome;
    }

    private static String told(List<Change> changes) {
        return changes.stream().filter(change -> change.action() != Action.KEEP).map(Change::toString)
                .collect(Collectors.joining(", ")) + " was undone";
    }

    /** Which versions of these bundles count, in words. */
    static String activeNow(List<Change> changes) {
        return changes.stream().map(change -> change.from().isEmpty() ? change.bundle() + " is not there, as before"
                : change.bundle() + " " + change.from() + " is active").collect(Collectors.joining(", "));
    }

    private static String done(Change change) {
        return switch (change.action()) {
            case INSTALL -> "deployed " + change.bundle() + " " + change.to();
            case UPDATE -> "deployed " + change.bundle() + " " + change.to() + ", was " + change.from();
            case REMOVE -> "removed " + change.bundle() + " " + change.from();
            case RESTORE -> "removed " + change.bundle() + " " + change.from() + ": what the feature brought is back";
            case KEEP -> change.bundle() + " " + change.to() + " runs already";
        };
    }
}
