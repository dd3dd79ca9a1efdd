package io.anole.children.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells that somebody has called {@code System.exit}, and where, before this JVM is gone: its exit code would be that of a stop in
 * order. The thread that has called it waits for the hooks, so it can be found.
 */
final class Farewell {
    /** Name of the thread that ends this JVM since its process has ended. */
    static final String OWN = "child ends";
    /** The launcher's, which exits when the framework has stopped. */
    private static final String LAUNCHER = "main";
    private static final Set<String> EXITS = Set.of("exit", "halt");
    private static final List<String> JDK = List.of("java.lang.Shutdown", "java.lang.Runtime", "java.lang.System",
            "java.lang.ApplicationShutdownHooks");

    private final Consumer<String> teller;
    private boolean said;

    Farewell(Consumer<String> teller) {
        this.teller = teller;
        Runtime.getRuntime().addShutdownHook(new Thread(this::say, "farewell"));
    }

    /** Once. */
    void say() {
        synchronized (this) {
            if (said) {
                return;
            }
            said = true;
        }
        culprit().ifPresent(teller);
    }

    private static Optional<String> culprit() {
        return Thread.getAllStackTraces().entrySet().stream().filter(each -> !List.of(OWN, LAUNCHER).contains(each.getKey().getName()))
                .flatMap(each -> line(each).stream()).findFirst();
    }

    private static Optional<String> line(Map.Entry<Thread, StackTraceElement[]> thread) {
        List<StackTraceElement> stack = Arrays.asList(thread.getValue());
        boolean exits = stack.stream().anyMatch(each -> each.getClassName().equals("java.lang.Runtime") && EXITS.contains(each.getMethodName()));
        return exits ? stack.stream().filter(each -> !JDK.contains(each.getClassName()) && !each.getClassName().startsWith("java.lang."))
                .findFirst().map(each -> "it called System.exit, in " + each.getClassName() + "." + each.getMethodName()
                        + " on thread '" + thread.getKey().getName() + "'") : Optional.empty();
    }
}
