package io.anole.deployer.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/**
 * Finds the threads of a version of a bundle: their context class loader or own class is the version's, or a method of one of
 * its classes is on their stack.
 *
 * @param bundle  symbolic name and version
 * @param loader  the version's class loader, null if it was never resolved
 * @param classes names of the classes in its jar
 */
record VersionThreads(String bundle, ClassLoader loader, Set<String> classes) {
    private static final int TOLD = 3;

    /** Remembers a version before it is stopped. */
    static VersionThreads of(Bundle bundle) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        Set<String> classes = new TreeSet<>();
        if (wiring != null && wiring.getClassLoader() != null) {
            wiring.listResources("/", "*.class",
                    BundleWiring.LISTRESOURCES_LOCAL | BundleWiring.LISTRESOURCES_RECURSE)
                    .forEach(path -> classes.add(path.substring(0, path.length() - ".class".length()).replace('/', '.')));
        }
        return new VersionThreads(bundle.getSymbolicName() + " " + bundle.getVersion(),
                wiring == null ? null : wiring.getClassLoader(), classes);
    }

    /** How many of these threads are its own. */
    long among(Map<Thread, StackTraceElement[]> all) {
        return all.entrySet().stream().filter(entry -> owns(entry.getKey(), entry.getValue())).count();
    }

    /**
     * One line about the threads that it has left running when it was stopped, or empty. Asked while no version of the bundle runs.
     *
     * @param known threads that were told of before; what is found is added
     */
    String told(Set<Thread> known) {
        List<String> left = new ArrayList<>();
        for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
            Thread thread = entry.getKey();
            if (thread != Thread.currentThread() && thread.isAlive() && owns(thread, entry.getValue()) && known.add(thread)) {
                left.add("'" + thread.getName() + "'");
            }
        }
        if (left.isEmpty()) {
            return "";
        }
        return bundle + " has left " + left.size() + (left.size() == 1 ? " thread" : " threads") + " running when it was "
                + "stopped: " + String.join(", ", left.subList(0, Math.min(TOLD, left.size())))
                + (left.size() > TOLD ? ", ..." : "");
    }

    private boolean owns(Thread thread, StackTraceElement[] stack) {
        if (loader == null) {
            return false;
        }
        if (thread.getContextClassLoader() == loader || thread.getClass().getClassLoader() == loader) {
            return true;
        }
        for (StackTraceElement frame : stack) {
            if (classes.contains(frame.getClassName())) {
                return true;
            }
        }
        return false;
    }
}
