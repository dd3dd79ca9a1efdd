package io.anole.signal;

import java.util.Map;
import java.util.Objects;

/**
 * What a sender answers. Immutable.
 *
 * @param methods  by name
 * @param fallback answers all other methods; null for none
 */
public record Requests(Map<String, Method> methods, Fallback fallback) {
    /** Answers nothing. */
    public static final Requests NONE = new Requests(Map.of(), null);

    /** Answers one method. */
    @FunctionalInterface
    public interface Method {
        /** @throws Exception reaches the caller as {@link io.anole.bus.BusException.RemoteError} */
        Object answer(Object params) throws Exception;
    }

    /** Answers whatever it is asked. */
    @FunctionalInterface
    public interface Fallback {
        /** @throws Exception reaches the caller as {@link io.anole.bus.BusException.RemoteError} */
        Object answer(String method, Object params) throws Exception;
    }

    public Requests {
        methods = Map.copyOf(methods);
    }

    /** Answers one method by name. */
    public static Requests of(String name, Method method) {
        return new Requests(Map.of(name, Objects.requireNonNull(method)), null);
    }

    /** Whether there is nothing it answers. */
    public boolean none() {
        return methods.isEmpty() && fallback == null;
    }
}
