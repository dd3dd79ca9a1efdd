package io.anole.health.internal;

import io.anole.health.Leak;
import io.anole.health.Leak.Kind;
import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;

/** Who holds a former revision, as far as the JVM and the framework tell it. */
final class Holders {
    List<Leak> of(Revision revision) {
        List<Leak> leaks = new ArrayList<>(wired(revision));
        ClassLoader loader = revision.loader.get();
        if (loader != null) {
            threads(loader).forEach(holder -> leaks.add(revision.leak(Kind.THREAD, holder, "")));
            beans(loader).forEach(holder -> leaks.add(revision.leak(Kind.MBEAN, holder, "")));
        }
        return leaks;
    }

    /** Other bundles that were resolved against it and not refreshed since. */
    List<Leak> wired(Revision revision) {
        BundleWiring wiring = revision.wiring.get();
        List<BundleWire> wires = wiring == null || !wiring.isInUse() ? null : wiring.getProvidedWires(null);
        if (wires == null) {
            return List.of();
        }
        String names = wires.stream().map(wire -> wire.getRequirer().getBundle()).filter(Objects::nonNull)
                .filter(bundle -> !bundle.equals(wiring.getBundle())).map(bundle -> "'" + bundle.getSymbolicName() + "'")
                .distinct().sorted().collect(Collectors.joining(", "));
        return names.isEmpty() ? List.of() : List.of(revision.leak(Kind.WIRING, names + " is still wired to it", ""));
    }

    private static Stream<String> threads(ClassLoader loader) {
        return Thread.getAllStackTraces().keySet().stream().map(thread -> {
            UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
            String name = "thread '" + thread.getName() + "'";
            if (thread.getClass().getClassLoader() == loader) {
                return name + " runs its code";
            }
            return thread.getContextClassLoader() == loader || handler != null && handler.getClass().getClassLoader() == loader
                    ? name + " was set up by it" : null;
        }).filter(Objects::nonNull).sorted();
    }

    private static Stream<String> beans(ClassLoader loader) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        return server.queryNames(null, null).stream().filter(name -> made(server, name, loader)).map(ObjectName::toString).sorted()
                .map(name -> "MBean '" + name + "' is registered");
    }

    private static boolean made(MBeanServer server, ObjectName name, ClassLoader loader) {
        try {
            return server.getClassLoaderFor(name) == loader;
        } catch (InstanceNotFoundException e) {
            return false; // it has just been unregistered
        }
    }
}
