package io.anole.deployer.internal;

import io.anole.deployer.Plan;
import io.anole.deployer.Plan.Action;
import io.anole.deployer.Plan.Change;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.osgi.framework.Bundle;

/**
 * A plan with what is needed to carry it out.
 *
 * @param plan      as it is told
 * @param steps     the changes, without those that keep what is there
 * @param roots     bundles to be refreshed after the change, with all that is wired to them
 * @param refreshed the others that are restarted by that
 * @param hopeless  whether nothing that happens in the framework can make it possible
 * @param patience  longest time for which it may be postponed, in milliseconds
 */
record Draft(Plan plan, List<Step> steps, Set<Bundle> roots, Set<Bundle> refreshed, boolean hopeless, long patience) {
    /**
     * One change.
     *
     * @param jar     what comes, or null
     * @param present the bundle that is there, or null
     */
    record Step(Change change, StagedJar jar, Bundle present) {
        boolean installs() {
            return change.action() == Action.INSTALL;
        }
    }

    /** Whether things only go. Who takes a bundle away wants it gone, and nothing that is said about it brings it back. */
    boolean takesAway() {
        return steps.stream().allMatch(step -> step.jar() == null);
    }

    /** All bundles that will be stopped. */
    Collection<Bundle> stopped() {
        Set<Bundle> stopped = new LinkedHashSet<>();
        steps.stream().map(Step::present).filter(Objects::nonNull).forEach(stopped::add);
        stopped.addAll(refreshed);
        return stopped;
    }

    /**
     * What this would do beyond a plan that was told before. Less is no difference, and neither is that processes have changed
     * their state.
     */
    List<String> beyond(Plan told) {
        List<String> more = new ArrayList<>();
        plan.changes().stream().filter(change -> !told.changes().contains(change))
                .filter(change -> change.action() != Action.KEEP).forEach(change -> more.add(change.toString()));
        plan.refreshed().stream().filter(name -> !told.refreshed().contains(name))
                .forEach(name -> more.add("restart " + name));
        plan.processes().stream().map(Plan.Touched::name)
                .filter(name -> told.processes().stream().noneMatch(touched -> touched.name().equals(name)))
                .forEach(name -> more.add("touch process " + name));
        return more;
    }
}
