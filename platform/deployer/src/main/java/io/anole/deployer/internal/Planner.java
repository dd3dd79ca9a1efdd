package io.anole.deployer.internal;

import io.anole.deployer.Plan;
import io.anole.deployer.Plan.Action;
import io.anole.deployer.Plan.Change;
import io.anole.deployer.Plan.Touched;
import io.anole.process.ProcessInfo;
import io.anole.process.ProcessName;
import io.anole.supervisor.ProcessUpdates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/**
 * Works out what wishes mean in the framework as it is, and touches nothing.
 *
 * <p>Confined to one thread.
 */
final class Planner {
    /** Location of bundles that were not there before they were deployed. */
    static final String LOCATION = "deploy:";

    private final BundleContext context;
    private final Ledger ledger;
    private final Surroundings surroundings;
    private final Trust trust;
    private final DryRun dryRun;
    private final Dependents dependents;

    Planner(BundleContext context, Ledger ledger, Surroundings surroundings, Trust trust) {
        this.context = context;
        this.ledger = ledger;
        this.surroundings = surroundings;
        this.trust = trust;
        this.dryRun = new DryRun(context);
        this.dependents = new Dependents(context);
    }

    Draft draft(List<? extends Wish> wishes) throws IOException {
        List<Change> changes = new ArrayList<>();
        List<Draft.Step> steps = new ArrayList<>();
        for (Wish wish : wishes) {
            Bundle present = present(wish.name());
            Change change = change(wish, present);
            changes.add(change);
            if (change.action() != Action.KEEP) {
                steps.add(new Draft.Step(change, wish instanceof Wish.Bring bring ? bring.jar() : null, present));
            }
        }
        Set<Bundle> roots = dependents.roots(steps);
        Set<Bundle> refreshed = new LinkedHashSet<>(dependents.closure(roots));
        steps.forEach(step -> refreshed.remove(step.present()));

        List<String> hopeless = hopeless(wishes, steps, refreshed);
        List<String> refusals = new ArrayList<>(hopeless);
        List<StagedJar> coming = steps.stream().map(Draft.Step::jar).filter(jar -> jar != null).toList();
        dryRun.problems(coming).forEach((name, why) -> refusals.add(name + ": " + why));
        refusals.addAll(dependents.losses(steps));
        steps.forEach(step -> schema(step).ifPresent(why -> refusals.add(step.change().bundle() + ": " + why)));
        refusals.addAll(taken(steps));
        List<Touched> processes = processes(steps, refreshed);
        List<String> waits = new ArrayList<>();
        long patience = 0;
        for (Interlock interlock : processes.isEmpty() ? List.<Interlock>of() : surroundings.interlocks()) {
            Optional<Interlock.Hold> hold = interlock.hold(processes.stream().map(Touched::name).toList());
            if (hold.isPresent()) {
                (hold.get().postpone() ? waits : refusals).add(hold.get().reason());
                patience = Math.max(patience, hold.get().patience());
            }
        }
        Plan plan = new Plan(changes, names(refreshed), processes, refusals, waits, notes(steps));
        return new Draft(plan, steps, roots, refreshed, !hopeless.isEmpty(), patience);
    }

    /** The bundle of this name, the highest version if there are several, or null. */
    Bundle present(String name) {
        return Arrays.stream(context.getBundles()).filter(bundle -> name.equals(bundle.getSymbolicName()))
                .max(Comparator.<Bundle, Boolean>comparing(bundle -> bundle.getLocation().startsWith(LOCATION))
                        .thenComparing(Bundle::getVersion)).orElse(null);
    }

    private Change change(Wish wish, Bundle present) {
        Optional<Kept> current = ledger.current(wish.name());
        String from = present == null ? "" : present.getVersion().toString();
        String fromSha256 = current.map(Kept::sha256).orElse("");
        if (wish instanceof Wish.Bring bring) {
            boolean same = present != null && fromSha256.equals(bring.jar().sha256());
            Action action = present == null ? Action.INSTALL : same ? Action.KEEP : Action.UPDATE;
            return new Change(action, wish.name(), from, fromSha256, bring.jar().version().toString(),
                    bring.jar().sha256(), bring.file());
        }
        boolean own = present == null || present.getLocation().startsWith(LOCATION);
        return new Change(own ? Action.REMOVE : Action.RESTORE, wish.name(), from, fromSha256, "", "",
                current.map(Kept::file).orElse(""));
    }

    private List<String> hopeless(List<? extends Wish> wishes, List<Draft.Step> steps, Set<Bundle> refreshed) {
        List<String> reasons = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> files = new HashSet<>();
        for (Wish wish : wishes) {
            if (!names.add(wish.name())) {
                reasons.add(wish.name() + " is in this set twice: leave one out");
            }
            if (wish instanceof Wish.Bring bring) {
                if (!files.add(bring.file())) {
                    reasons.add("two files of this set are called " + bring.file() + ": rename one");
                }
                trust.refusal(bring.jar()).ifPresent(why -> reasons.add(wish.name() + ": " + why));
            }
        }
        Bundle self = context.getBundle();
        for (Draft.Step step : steps) {
            Bundle present = step.present();
            if (present != null && (present.getBundleId() == 0 || present.equals(self) && self.getBundleId() != 0)) {
                reasons.add(step.change().bundle()
                        + " runs the deployment itself: stop Anole and replace it in the distribution");
            }
        }
        if (refreshed.contains(self) || refreshed.stream().anyMatch(bundle -> bundle.getBundleId() == 0)) {
            reasons.add(steps.stream().map(step -> step.change().bundle()).collect(Collectors.joining(", "))
                    + ": the deployment itself stands on it and would be stopped: stop Anole and replace it in the "
                    + "distribution");
        }
        return reasons;
    }

    private Optional<String> schema(Draft.Step step) {
        if (step.present() == null || step.jar() == null) {
            return Optional.empty();
        }
        Map<String, String> manifest = new HashMap<>();
        step.jar().manifest().getMainAttributes().forEach((key, value) -> manifest.put(key.toString(), value.toString()));
        return surroundings.updates().flatMap(updates -> updates.refusal(step.present(), manifest));
    }

    private List<Touched> processes(List<Draft.Step> steps, Collection<Bundle> refreshed) {
        Map<String, Touched> touched = new LinkedHashMap<>();
        Optional<ProcessUpdates> updates = surroundings.updates();
        steps.stream().map(Draft.Step::present).filter(bundle -> bundle != null)
                .forEach(bundle -> updates.ifPresent(known -> add(touched, known.processesOf(bundle))));
        refreshed.forEach(bundle -> updates.ifPresent(known -> add(touched, known.processesOf(bundle))));
        for (Draft.Step step : steps) {
            if (step.jar() != null) {
                declared(step.jar().header(Constants.PROVIDE_CAPABILITY)).forEach(name -> touched.putIfAbsent(name,
                        new Touched(name, "new", step.jar().name() + " " + step.jar().version())));
            }
        }
        return touched.values().stream().sorted(Comparator.comparing(Touched::name)).toList();
    }

    /** Names of processes that what comes says it has, and what stays has already: of two of a name only one lives. */
    private List<String> taken(List<Draft.Step> steps) {
        Map<String, String> owners = new HashMap<>();
        Set<Bundle> going = steps.stream().map(Draft.Step::present).filter(bundle -> bundle != null).collect(Collectors.toSet());
        surroundings.updates().ifPresent(known -> Arrays.stream(context.getBundles()).filter(bundle -> !going.contains(bundle))
                .forEach(bundle -> known.processesOf(bundle).forEach(info -> owners.put(info.name(), bundle.getSymbolicName()))));
        List<String> reasons = new ArrayList<>();
        for (Draft.Step step : steps) {
            for (String name : step.jar() == null ? List.<String>of() : declared(step.jar().header(Constants.PROVIDE_CAPABILITY))) {
                String owner = owners.putIfAbsent(name, step.change().bundle());
                if (owner != null) {
                    reasons.add(step.change().bundle() + ": it has a process '" + name + "', and so has " + owner
                            + ": give one of them another name (@ProcessName), or remove the other bundle");
                }
            }
        }
        return reasons;
    }

    /** The names of the processes that a bundle says it has. */
    private static List<String> declared(String capabilities) {
        return Clause.of(capabilities).stream().filter(clause -> clause.paths().contains(ProcessName.NAMESPACE))
                .map(clause -> clause.parameters().get(ProcessName.NAMESPACE)).filter(name -> name != null).toList();
    }

    private static void add(Map<String, Touched> touched, List<ProcessInfo> processes) {
        processes.forEach(info -> touched.put(info.name(),
                new Touched(info.name(), info.state().name().toLowerCase(Locale.ROOT), info.bundle())));
    }

    private List<String> notes(List<Draft.Step> steps) {
        List<String> notes = new ArrayList<>();
        for (Draft.Step step : steps) {
            Change change = step.change();
            if (change.action() == Action.UPDATE && change.fromSha256().isEmpty()) {
                notes.add(change.bundle() + " " + change.from()
                        + " came with a feature, and comes back when what is deployed over it is removed");
            }
            if (change.action() == Action.REMOVE && step.present() != null && dependents.used(step.present())) {
                notes.add("bundles wired to " + change.bundle() + " keep its classes until they are replaced");
            }
            if (step.present() != null && step.jar() != null) {
                List<String> left = declared(step.jar().header(Constants.PROVIDE_CAPABILITY));
                declared(step.present().getHeaders("").get(Constants.PROVIDE_CAPABILITY)).stream().filter(name -> !left.contains(name))
                        .forEach(name -> notes.add("process " + name + " ends: " + change.bundle() + " " + change.to()
                                + " has none of that name"));
            }
            if (change.action() == Action.UPDATE && change.from().equals(change.to())) {
                notes.add(change.bundle() + " " + change.to() + " is replaced by other content with the same version");
            }
        }
        return notes;
    }

    private static List<String> names(Collection<Bundle> bundles) {
        return bundles.stream().map(bundle -> String.valueOf(bundle.getSymbolicName())).sorted().toList();
    }
}
