package io.anole.deployer.internal;

import io.anole.deployer.Outcome;
import io.anole.deployer.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What can be asked of the deployer by a call. Confined to its thread. */
final class Jobs {
    private final Ledger ledger;
    private final VersionStore store;
    private final Planner planner;
    private final Deployer deployer;
    private final DeployDirectory directory;

    Jobs(Ledger ledger, VersionStore store, Planner planner, Deployer deployer, DeployDirectory directory) {
        this.ledger = ledger;
        this.store = store;
        this.planner = planner;
        this.deployer = deployer;
        this.directory = directory;
    }

    Job<Plan> plan(List<Path> files) {
        return () -> {
            Staged staged = new Staged(files);
            try {
                Plan plan = planner.draft(staged.wishes).plan();
                List<String> refusals = new ArrayList<>(staged.problems);
                refusals.addAll(plan.refusals());
                return Optional.of(new Plan(plan.changes(), plan.refreshed(), plan.processes(), refusals, plan.waits(),
                        plan.notes()));
            } finally {
                staged.release();
            }
        };
    }

    Job<Outcome> deploy(List<Path> files, String who, Consumer<String> progress) {
        return new Job<>() {
            private Staged staged;
            private Change change;

            @Override
            public Optional<Outcome> attempt() throws InterruptedException, IOException {
                if (staged == null) {
                    staged = new Staged(files);
                    if (!staged.problems.isEmpty()) {
                        staged.release();
                        return Optional.of(ledger.refused("deploy", who, planner.draft(staged.wishes).plan().changes(),
                                String.join("; ", staged.problems)));
                    }
                    change = new Change(new Deployer.Request("deploy", who, staged.wishes, true, progress));
                }
                Optional<Outcome> outcome = change.attempt();
                if (outcome.isPresent()) {
                    staged.release();
                }
                return outcome;
            }
        };
    }

    /** @throws IllegalArgumentException if no such version is kept */
    Job<Outcome> rollback(String bundle, String version, String who, Consumer<String> progress) {
        return new Job<>() {
            private StagedJar jar;
            private Change change;

            @Override
            public Optional<Outcome> attempt() throws InterruptedException, IOException {
                if (jar == null) {
                    Kept wanted = former(bundle, version);
                    try {
                        jar = store.get(wanted.sha256());
                    } catch (BadJar e) {
                        throw new IllegalArgumentException("version " + wanted.version() + " of " + bundle
                                + " can't be used any more: " + e.getMessage(), e);
                    }
                    store.pin(jar);
                    change = new Change(new Deployer.Request("rollback", who,
                            List.of(new Wish.Bring(jar, wanted.file())), true, progress));
                }
                Optional<Outcome> outcome = change.attempt();
                if (outcome.isPresent()) {
                    store.unpin(jar);
                }
                return outcome;
            }
        };
    }

    /** @throws IllegalArgumentException if there is no such file */
    Job<Outcome> remove(List<String> files, String who, Consumer<String> progress) {
        return new Job<>() {
            private Change change;

            @Override
            public Optional<Outcome> attempt() throws InterruptedException, IOException {
                if (change == null) {
                    change = new Change(new Deployer.Request("remove", who,
                            directory.heldOnlyBy(files).stream().map(Wish.Drop::new).toList(), true, progress));
                }
                Optional<Outcome> outcome = change.attempt();
                if (outcome.filter(over -> over.result().isGood()).isPresent()) {
                    directory.delete(files);
                }
                return outcome;
            }
        };
    }

    private Kept former(String bundle, String version) {
        List<Kept> versions = ledger.versions(bundle);
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("no bundle " + bundle + " is deployed");
        }
        List<Kept> formers = versions.subList(1, versions.size());
        return formers.stream().filter(kept -> version.isEmpty() || kept.version().equals(version)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(formers.isEmpty()
                        ? "no former version of " + bundle + " is kept"
                        : "version " + version + " of " + bundle + " is not among the former ones that are kept: "
                                + formers.stream().map(Kept::version).collect(Collectors.joining(", "))));
    }

    /** A change that keeps to the plan it was begun with, and waits only so long. */
    private final class Change {
        private final Deployer.Request request;
        private final long begun = System.nanoTime();
        private Plan told;

        Change(Deployer.Request request) {
            this.request = request;
        }

        Optional<Outcome> attempt() throws InterruptedException, IOException {
            Deployer.Attempt attempt = deployer.attempt(request, Optional.ofNullable(told));
            if (attempt.outcome().isPresent()) {
                return attempt.outcome();
            }
            List<String> waits = attempt.draft().plan().waits();
            if (told == null) {
                told = attempt.draft().plan();
                waits.forEach(line -> request.progress().accept("waiting: " + line));
            }
            long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            return waited < attempt.draft().patience() ? Optional.empty()
                    : Optional.of(deployer.refuse(request, attempt.draft(), String.join("; ", waits)
                            + ", and was so for " + attempt.draft().patience() / 1000.0 + " s"));
        }
    }

    /** Files that were copied and verified, and what is wrong with the others. */
    private final class Staged {
        private final List<Wish.Bring> wishes = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();

        Staged(List<Path> files) throws IOException {
            for (Path file : files) {
                String name = file.getFileName().toString();
                try {
                    StagedJar jar = store.stage(file);
                    store.pin(jar);
                    wishes.add(new Wish.Bring(jar, name));
                } catch (BadJar e) {
                    problems.add(name + ": " + e.getMessage());
                }
            }
        }

        void release() {
            wishes.forEach(wish -> store.unpin(wish.jar()));
        }
    }
}
