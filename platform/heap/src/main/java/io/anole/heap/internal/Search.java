package io.anole.heap.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.netbeans.lib.profiler.heap.ArrayItemValue;
import org.netbeans.lib.profiler.heap.FieldValue;
import org.netbeans.lib.profiler.heap.GCRoot;
import org.netbeans.lib.profiler.heap.Heap;
import org.netbeans.lib.profiler.heap.Instance;
import org.netbeans.lib.profiler.heap.JavaClass;
import org.netbeans.lib.profiler.heap.JavaFrameGCRoot;
import org.netbeans.lib.profiler.heap.PrimitiveArrayInstance;
import org.netbeans.lib.profiler.heap.Value;

/**
 * The shortest way from a root to the loader of a former revision, and who on it is to blame: the first that is not of the revision
 * itself. Weak and soft references are no way.
 */
final class Search {
    private static final int MOST_STEPS = 10_000;
    private static final int MOST_TOLD = 8;
    private static final long NOBODY = -1;

    private final Heap heap;
    /** Numbers of revisions by the identity of their loaders. */
    private final Map<Long, Long> loaders = new HashMap<>();
    private final Map<Long, String> names = new HashMap<>();

    Search(Heap heap, String revisionClass) {
        this.heap = heap;
        JavaClass revisions = heap.getJavaClassByName(revisionClass);
        for (Instance revision : revisions == null ? List.<Instance>of() : instances(revisions)) {
            Instance loader = (Instance) ((Instance) revision.getValueOfField("loader")).getValueOfField("referent");
            if (loader != null) {
                long number = (Long) revision.getValueOfField("number");
                loaders.put(loader.getInstanceId(), number);
                names.put(number, text(revision.getValueOfField("bundle")));
            }
        }
    }

    /** One for each revision that is wanted and still there. */
    List<Holder> holders(Set<Long> wanted) {
        return loaders.entrySet().stream().filter(loader -> wanted.contains(loader.getValue()))
                .map(loader -> path(heap.getInstanceByID(loader.getKey())).map(path -> told(loader.getValue(), path))
                        .orElseGet(() -> new Holder(loader.getValue(), "SOFT",
                                "only soft references hold it, which go when memory is short", "")))
                .toList();
    }

    private Optional<List<Step>> path(Instance from) {
        List<Step> steps = new ArrayList<>();
        Instance object = from;
        while (steps.isEmpty() || !object.isGCRoot() && steps.size() < MOST_STEPS) {
            Instance holder = object.getNearestGCRootPointer();
            if (holder == null) {
                return Optional.empty();
            }
            steps.add(step(object, holder));
            object = holder;
        }
        return Optional.of(steps);
    }

    private Step step(Instance object, Instance holder) {
        for (Value reference : references(object)) {
            if (holder.equals(reference.getDefiningInstance())) {
                if (reference instanceof FieldValue value) {
                    boolean isStatic = value.getField().isStatic();
                    JavaClass type = isStatic ? value.getField().getDeclaringClass() : holder.getJavaClass();
                    return new Step(holder, type.getName(), value.getField().getName(), isStatic, owner(type));
                }
                if (reference instanceof ArrayItemValue) {
                    return new Step(holder, holder.getJavaClass().getName(), "", false, owner(holder));
                }
            }
        }
        return new Step(holder, holder.getJavaClass().getName(), "", false, owner(holder));
    }

    private Holder told(long revision, List<Step> steps) {
        String path = steps.stream().filter(step -> !step.field().startsWith("<")).map(Step::toString).limit(MOST_TOLD)
                .collect(Collectors.joining(" < "));
        if (steps.stream().anyMatch(step -> step.isStatic() && step.type().equals("java.lang.ApplicationShutdownHooks"))) {
            return new Holder(revision, "SHUTDOWN_HOOK", "a shutdown hook is of its code", path);
        }
        for (Step step : steps) {
            boolean own = step.owner() == revision;
            if (isThread(step.holder())) {
                return thread(revision, step, path);
            }
            if (!own && step.type().startsWith("com.sun.jmx.mbeanserver.")) {
                return new Holder(revision, "MBEAN", "an MBean of its code is registered", path);
            }
            if (!own && step.isStatic()) {
                return new Holder(revision, "STATIC_FIELD", "static field " + step + of(step) + " holds it", path);
            }
            if (!own && step.owner() != NOBODY) {
                return new Holder(revision, "OBJECT", "field " + step + of(step) + " holds it", path);
            }
        }
        return root(revision, steps.get(steps.size() - 1).holder(), path);
    }

    private String of(Step step) {
        return step.owner() == NOBODY ? "" : " of bundle '" + names.get(step.owner()) + "'";
    }

    private Holder thread(long revision, Step step, String path) {
        String name = "thread '" + text(step.holder().getValueOfField("name")) + "'";
        return switch (step.field()) {
            case "threadLocals", "inheritableThreadLocals" ->
                new Holder(revision, "THREAD_LOCAL", "a ThreadLocal of " + name + " holds it", path);
            case "contextClassLoader" ->
                new Holder(revision, "THREAD", name + " has it as its context class loader", path);
            case "inheritedAccessControlContext" -> new Holder(revision, "THREAD", name + " was started by its code", path);
            default -> new Holder(revision, "THREAD", name + " runs its code", path);
        };
    }

    private Holder root(long revision, Instance last, String path) {
        if (isThread(last)) {
            return new Holder(revision, "THREAD", "thread '" + text(last.getValueOfField("name")) + "' runs its code", path);
        }
        GCRoot root = heap.getGCRoot(last);
        if (root instanceof JavaFrameGCRoot frame && frame.getThreadGCRoot() != null) {
            return new Holder(revision, "THREAD", "thread '" + text(frame.getThreadGCRoot().getInstance().getValueOfField("name"))
                    + "' runs its code", path);
        }
        return new Holder(revision, "UNKNOWN", "the JVM holds " + last.getJavaClass().getName() + " ("
                + (root == null ? "no root" : root.getKind()) + ")", path);
    }

    private long owner(Instance object) {
        JavaClass asClass = heap.getJavaClassByID(object.getInstanceId());
        Long asLoader = loaders.get(object.getInstanceId());
        return asLoader != null ? asLoader : owner(asClass != null ? asClass : object.getJavaClass());
    }

    private long owner(JavaClass type) {
        Instance loader = type.getClassLoader();
        return loader == null ? NOBODY : loaders.getOrDefault(loader.getInstanceId(), NOBODY);
    }

    private static boolean isThread(Instance object) {
        JavaClass type = object.getJavaClass();
        while (type != null && !type.getName().equals("java.lang.Thread")) {
            type = type.getSuperClass();
        }
        return type != null;
    }

    @SuppressWarnings("unchecked")
    private static List<Value> references(Instance object) {
        return (List<Value>) (List<?>) object.getReferences();
    }

    @SuppressWarnings("unchecked")
    private static List<Instance> instances(JavaClass type) {
        return (List<Instance>) (List<?>) type.getInstances();
    }

    /** A string of the robot's. */
    private static String text(Object string) {
        if (!(string instanceof Instance instance)
                || !(instance.getValueOfField("value") instanceof PrimitiveArrayInstance array)) {
            return "";
        }
        List<?> values = array.getValues();
        byte[] bytes = new byte[values.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = Byte.parseByte(values.get(i).toString());
        }
        boolean latin = Byte.valueOf((byte) 0).equals(instance.getValueOfField("coder"));
        return new String(bytes, latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16LE);
    }
}
