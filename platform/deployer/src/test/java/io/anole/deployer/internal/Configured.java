package io.anole.deployer.internal;

import java.lang.reflect.Proxy;
import java.util.Map;

/** Configurations as the framework makes them: the annotation's defaults, and what is given. */
final class Configured {
    private Configured() {
    }

    /** @param given values by the names of the annotation's methods */
    static <T> T of(Class<T> type, Map<String, Object> given) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
                (proxy, method, arguments) -> given.getOrDefault(method.getName(), method.getDefaultValue())));
    }
}
