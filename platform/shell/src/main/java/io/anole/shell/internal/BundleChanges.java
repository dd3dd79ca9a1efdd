package io.anole.shell.internal;

import io.anole.deployer.Deployments;
import io.anole.deployer.Outcome;
import io.anole.deployer.Outcome.Result;
import io.anole.deployer.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What {@link BundleCommands} does with the deployer: asks it, tells its progress, and what became of it. */
final class BundleChanges {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final long LOOK_MILLIS = 20;
    private static final int SHORT_DIGEST = 12;

    private final Invocation invocation;

    BundleChanges(Invocation invocation) {
        this.invocation = invocation;
    }

    int plan(List<Path> files) throws Exception {
        Plan plan = Invocation.await(deployments().plan(found(files)), "the deployer", Invocation.PATIENCE.multipliedBy(4));
        if (invocation.json()) {
            invocation.printJson(tree(plan));
        } else {
            print(plan);
        }
        return plan.refusals().isEmpty() ? 0 : Failure.FAILED;
    }

    private void print(Plan plan) {
        Terminal terminal = invocation.terminal();
        plan.changes().forEach(change -> terminal.line(Text.plain(change.toString()) + sha(change.toSha256())));
        plan.refreshed().forEach(name -> terminal.line("restart " + Text.plain(name)
                + ", which is wired to what changes"));
        plan.processes().forEach(process -> terminal.line("touch process " + Text.plain(process.name()) + " ("
                + process.state() + ")"));
        plan.notes().forEach(note -> terminal.line("note: " + Text.plain(note)));
        plan.waits().forEach(wait -> terminal.line(terminal.doubtful("wait: " + Text.plain(wait))));
        plan.refusals().forEach(refusal -> terminal.line(terminal.bad("refused: " + Text.plain(refusal))));
    }

    private static String sha(String sha256) {
        return sha256.isEmpty() ? "" : " (sha-256 " + sha256.substring(0, SHORT_DIGEST) + ")";
    }

    int deploy(List<Path> files, double timeout) throws Exception {
        List<Path> found = found(files);
        return told(outcome(timeout, progress -> deployments().deploy(found, Invocation.who(), progress)));
    }

    /** @param name of the bundle, or of the file that holds it */
    int rollback(String name, String version, double timeout) throws Exception {
        String bundle = BundleCommands.holding(name, deployments().list());
        List<String> kept = deployments().versions(bundle);
        if (kept.isEmpty()) {
            throw new Failure(Failure.UNKNOWN, "no bundle '" + Text.plain(name) + "' is deployed; see anole bundle list");
        }
        if (kept.size() == 1 || !version.isEmpty() && !kept.subList(1, kept.size()).contains(version)) {
            throw new Failure(Failure.UNKNOWN, Text.plain(bundle) + " " + kept.get(0) + " is active, and "
                    + (kept.size() == 1 ? "no former version is kept" : "the former versions that are kept are "
                            + String.join(", ", kept.subList(1, kept.size()))));
        }
        return told(outcome(timeout, progress -> deployments().rollback(bundle, version, Invocation.who(), progress)));
    }

    int remove(List<String> files, double timeout) throws Exception {
        Outcome outcome = outcome(timeout, progress -> deployments().remove(files, Invocation.who(), progress));
        if (!outcome.result().isGood()) {
            throw notDone(outcome);
        }
        if (invocation.json()) {
            invocation.printJson(files);
        } else {
            files.forEach(file -> invocation.terminal().line("removed " + Text.plain(file)));
            note(outcome);
        }
        return 0;
    }

    int history(String bundle, int most) {
        List<Outcome> history = deployments().history().stream().filter(outcome -> bundle.isEmpty()
                || outcome.changes().stream().anyMatch(change -> change.bundle().equals(bundle))).limit(most).toList();
        if (invocation.json()) {
            invocation.printJson(history.stream().map(BundleChanges::tree).toList());
            return 0;
        }
        if (history.isEmpty()) {
            invocation.terminal().note("nothing was deployed yet");
            return 0;
        }
        Table table = new Table("WHEN", "OUTCOME", "WHAT", "SHA-256", "WHO", "WHY");
        Terminal terminal = invocation.terminal();
        for (Outcome outcome : history) {
            String digests = outcome.changes().stream().map(Plan.Change::toSha256).filter(digest -> !digest.isEmpty())
                    .map(digest -> digest.substring(0, SHORT_DIGEST)).collect(Collectors.joining(", "));
            table.styled(outcome.result() == Result.COMMITTED ? terminal::good : terminal::bad,
                    TIME.format(outcome.time().atZone(ZoneId.systemDefault())), words(outcome.result()),
                    (outcome.what().equals("rollback") ? "rollback: " : "") + outcome.changes().stream()
                            .map(Plan.Change::toString).collect(Collectors.joining(", ")),
                    digests, outcome.who(), outcome.reason());
        }
        table.print(terminal);
        return 0;
    }

    private Deployments deployments() {
        return invocation.robot().deployments();
    }

    /** The files, as this runtime sees them. */
    private List<Path> found(List<Path> files) {
        List<Path> found = files.stream().map(invocation.terminal().directory()::resolve).toList();
        for (Path file : found) {
            if (!file.getFileName().toString().endsWith(".jar")) {
                throw new Failure(Failure.USAGE, file + " is no .jar file");
            }
            if (!Files.isRegularFile(file)) {
                throw new Failure(Failure.UNKNOWN, "there is no file " + file
                        + (Files.isReadable(file.toAbsolutePath().getParent()) ? "" : " that the runtime's user can see"));
            }
        }
        return found;
    }

    /** Tells each step as it comes; the deployer's thread only leaves it here. */
    private Outcome outcome(double timeout, Function<Consumer<String>, CompletableFuture<Outcome>> begin)
            throws InterruptedException {
        BlockingQueue<String> steps = new LinkedBlockingQueue<>();
        long deadline = System.nanoTime() + (long) (timeout * TimeUnit.SECONDS.toNanos(1));
        CompletableFuture<Outcome> future = begin.apply(steps::add);
        while (!future.isDone() || !steps.isEmpty()) {
            String step = steps.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (step != null && !invocation.json() && invocation.terminal().columns() > 0) {
                invocation.terminal().note(Text.plain(step));
            }
            if (!future.isDone() && System.nanoTime() > deadline) {
                throw new Failure(Failure.TIMEOUT, "it has not ended within " + timeout
                        + " s, and goes on: see anole bundle history");
            }
        }
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new Failure(Failure.FAILED, String.valueOf(e.getCause().getMessage()));
        }
    }

    private int told(Outcome outcome) {
        boolean good = outcome.result().isGood();
        if (invocation.json()) {
            invocation.printJson(tree(outcome));
            return good ? 0 : Failure.FAILED;
        }
        if (!good) {
            throw notDone(outcome);
        }
        for (Plan.Change change : outcome.changes()) {
            invocation.terminal().line(Text.plain(change.file() + " (" + change.bundle() + " " + change.to() + "): "
                    + (outcome.what().equals("rollback") ? "rolled back from " + change.from() : "deployed"
                            + (change.action() == Plan.Action.KEEP ? " already"
                                    : change.from().isEmpty() ? "" : ", was " + change.from()))));
        }
        note(outcome);
        return 0;
    }

    private static Failure notDone(Outcome outcome) {
        return new Failure(Failure.FAILED, Text.plain(outcome.reason()) + outcome.changes().stream()
                .filter(change -> !change.from().isEmpty())
                .map(change -> "; " + Text.plain(change.bundle() + " " + change.from()) + " runs on")
                .collect(Collectors.joining()));
    }

    private void note(Outcome outcome) {
        if (!outcome.reason().isEmpty() && outcome.result() == Result.COMMITTED) {
            invocation.terminal().line(invocation.terminal().doubtful("note: " + Text.plain(outcome.reason())));
        }
    }

    private static String words(Result result) {
        return result.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static Map<String, Object> tree(Plan plan) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("changes", changes(plan.changes()));
        tree.put("refreshed", plan.refreshed());
        tree.put("processes", plan.processes().stream().map(process -> Map.of("name", process.name(), "state",
                process.state(), "bundle", process.bundle())).toList());
        tree.put("refusals", plan.refusals());
        tree.put("waits", plan.waits());
        tree.put("notes", plan.notes());
        return tree;
    }

    private static Map<String, Object> tree(Outcome outcome) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", outcome.id());
        tree.put("time", outcome.time().toString());
        tree.put("who", outcome.who());
        tree.put("what", outcome.what());
        tree.put("result", words(outcome.result()));
        tree.put("reason", outcome.reason());
        tree.put("changes", changes(outcome.changes()));
        return tree;
    }

    private static List<Map<String, Object>> changes(List<Plan.Change> changes) {
        List<Map<String, Object>> trees = new ArrayList<>();
        for (Plan.Change change : changes) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("action", change.action().name().toLowerCase(Locale.ROOT));
            tree.put("bundle", change.bundle());
            tree.put("from", change.from());
            tree.put("from_sha256", change.fromSha256());
            tree.put("to", change.to());
            tree.put("to_sha256", change.toSha256());
            tree.put("file", change.file());
            trees.add(tree);
        }
        return trees;
    }
}
