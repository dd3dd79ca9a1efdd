package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Value;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The master's parameters as state: {@code /@param/arm/speed} is {@code /arm/speed}. There a map is a namespace: whoever
 * watches a pattern is told its single values, whoever watches one name, or gets it, all that is below it.
 *
 * <p>Set and read on any thread. Followed on the event loop: the master tells which have changed, and their values are then
 * asked for, since an empty map stands for a parameter's end there, and for itself.
 */
final class Parameters implements Source {
    static final String ROOT = "@param";
    private static final String ALL = "/";

    private final Node node;
    private final State state;
    /** By path; no maps. */
    private final TreeMap<String, Leaf> leaves = new TreeMap<>();
    /** Paths that are being asked for, and whether they have changed again since. */
    private final Map<String, Boolean> asking = new HashMap<>();
    private boolean followed;
    private boolean synced;

    Parameters(Node node, State state) {
        this.node = node;
        this.state = state;
    }

    private record Leaf(Name name, Value value) {
        Leaf(Name name, Object body) {
            this(name, new Value(body, "", ""));
        }
    }

    /** The parameter that the key stands for. */
    static Optional<String> path(Name key) {
        return key.segments().get(0).equals(ROOT) && key.segments().size() > 1
                ? Optional.of(key.toString().substring(ROOT.length() + 1)) : Optional.empty();
    }

    // Any thread

    CompletableFuture<Void> set(Name key, String path, Object body) {
        Object value;
        try {
            value = given(body);
            return asked(key, node.master().call("setParam", path, value)).thenAccept(done -> changed(path));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(new BusException.Rejected("'" + key + "': " + e.getMessage()));
        }
    }

    CompletableFuture<Void> delete(Name key, String path) {
        return asked(key, absent(node.master().call("deleteParam", path))).thenAccept(done -> changed(path));
    }

    CompletableFuture<Optional<Value>> get(Name key, String path) {
        return asked(key, absent(node.master().call("getParam", path)))
                .thenApply(found -> found.map(body -> new Value(taken(body), "", "")));
    }

    /** What the master refuses about a parameter that has a legal name is that it is not there. */
    private static CompletableFuture<Optional<Object>> absent(CompletableFuture<Object> answer) {
        return answer.thenApply(Optional::of).exceptionallyCompose(error -> Node.cause(error) instanceof Master.Refused
                ? CompletableFuture.completedFuture(Optional.empty()) : CompletableFuture.failedFuture(error));
    }

    private static <T> CompletableFuture<T> asked(Name key, CompletableFuture<T> answer) {
        return answer.exceptionallyCompose(error -> {
            Throwable cause = Node.cause(error);
            return CompletableFuture.failedFuture(cause instanceof Master.Refused
                    ? new BusException.Rejected("'" + key + "': the master refuses: " + cause.getMessage())
                    : new BusException.LinkLost("'" + key + "': " + cause.getMessage()));
        });
    }

    /** As XML-RPC has it. */
    private static Object given(Object body) {
        if (body instanceof Map<?, ?> map) {
            Map<String, Object> struct = new LinkedHashMap<>();
            map.forEach((key, value) -> {
                String name = String.valueOf(key);
                if (name.isEmpty() || name.indexOf('/') >= 0) {
                    throw new IllegalArgumentException("'" + name + "' can't be the name of a parameter");
                }
                struct.put(name, given(value));
            });
            return struct;
        }
        if (body instanceof List<?> list) {
            return list.stream().map(Parameters::given).toList();
        }
        if (body instanceof Long || body instanceof BigInteger || body instanceof Short || body instanceof Byte) {
            try {
                return new BigInteger(body.toString()).intValueExact();
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException(body + " has more than the 32 bits of ROS's parameters", e);
            }
        }
        if (body instanceof Float number) {
            return number.doubleValue();
        }
        if (body == null) {
            throw new IllegalArgumentException("ROS has no null; remove the parameter instead");
        }
        if (body.getClass().isArray() && !(body instanceof byte[])) {
            List<Object> list = new ArrayList<>();
            for (int i = 0; i < Array.getLength(body); i++) {
                list.add(given(Array.get(body, i)));
            }
            return list;
        }
        return body;
    }

    /** As a tree. */
    private static Object taken(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> tree = new LinkedHashMap<>();
            map.forEach((key, one) -> tree.put(String.valueOf(key), taken(one)));
            return tree;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Parameters::taken).toList();
        }
        return value instanceof LocalDateTime time ? time.toString() : value;
    }

    // On the event loop

    @Override
    public String root() {
        return ROOT;
    }

    @Override
    public void follow(boolean watched) {
        if (watched == followed) {
            return;
        }
        followed = watched;
        if (watched) {
            register();
        } else {
            synced = false;
            leaves.clear();
            node.membership().unregister("unsubscribeParam", node.uri(), ALL);
        }
    }

    boolean followed() {
        return followed;
    }

    @Override
    public void register() {
        if (!followed || node.uri().isEmpty()) {
            return;
        }
        synced = false;
        node.master().call("subscribeParam", node.uri(), ALL).whenComplete((all, error) -> node.run(() -> {
            if (!followed || node.closed()) {
                return;
            }
            if (error != null) {
                node.membership().unreachable(error);
                return;
            }
            synced = true;
            leaves.clear();
            place("", all);
            state.changed(this);
            node.membership().registeredOne();
        }));
    }

    @Override
    public void lost() {
        synced = false;
    }

    @Override
    public boolean synced() {
        return synced;
    }

    /** Any thread: the value of this one, or of what is below it, is another. */
    void changed(String key) {
        String path = key.length() > 1 && key.endsWith("/") ? key.substring(0, key.length() - 1) : key;
        node.run(() -> {
            if (followed && asking.computeIfPresent(path, (same, again) -> true) == null) {
                ask(path);
            }
        });
    }

    private void ask(String path) {
        asking.put(path, false);
        absent(node.master().call("getParam", path)).whenComplete((found, error) -> node.run(() -> {
            boolean again = asking.remove(path);
            if (!followed || node.closed()) {
                return;
            }
            if (error != null) {
                node.membership().unreachable(error);
                return;
            }
            if (again) {
                ask(path);
            }
            if (synced) {
                replace(path.equals(ALL) ? "" : path, found);
                state.changed(this);
            }
        }));
    }

    private void replace(String path, Optional<Object> value) {
        leaves.remove(path);
        leaves.subMap(path + "/", path + "0").clear();
        value.ifPresent(now -> {
            for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
                leaves.remove(path.substring(0, end)); // it was a value, and is a namespace now
            }
            place(path, now);
        });
    }

    private void place(String path, Object value) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, one) -> place(path + "/" + key, one));
            return;
        }
        try {
            leaves.put(path, new Leaf(Name.of("/" + ROOT + path), taken(value)));
        } catch (IllegalArgumentException e) {
            node.log("left out a parameter", e.getMessage());
        }
    }

    @Override
    public Map<Name, Value> select(Pattern pattern) {
        Optional<Name> name = pattern.name();
        if (name.isPresent()) {
            return path(name.get()).flatMap(this::at).map(body -> Map.of(name.get(), new Value(body, "", ""))).orElse(Map.of());
        }
        Map<Name, Value> all = new LinkedHashMap<>();
        leaves.values().stream().filter(leaf -> pattern.matches(leaf.name())).forEach(leaf -> all.put(leaf.name(), leaf.value()));
        return all;
    }

    /** The value there, or all that is below it. */
    private Optional<Object> at(String path) {
        Leaf leaf = leaves.get(path);
        if (leaf != null) {
            return Optional.of(leaf.value().body());
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        leaves.subMap(path + "/", path + "0").forEach((below, one) ->
                put(tree, List.of(below.substring(path.length() + 1).split("/")), one.value().body()));
        return tree.isEmpty() ? Optional.empty() : Optional.of(tree);
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> tree, List<String> steps, Object body) {
        Map<String, Object> here = tree;
        for (String step : steps.subList(0, steps.size() - 1)) {
            here = (Map<String, Object>) here.computeIfAbsent(step, name -> new LinkedHashMap<String, Object>());
        }
        here.put(steps.get(steps.size() - 1), body);
    }
}
