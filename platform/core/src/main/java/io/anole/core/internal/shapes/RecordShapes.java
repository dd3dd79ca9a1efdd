package io.anole.core.internal.shapes;

import io.anole.bus.Shapes;
import io.anole.bus.TypeName;
import java.util.LinkedHashSet;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Converts bodies by shape. What a record class needs is worked out once and kept with the class, so that an unloaded
 * bundle takes it along. Safe for any thread.
 */
@Component(service = Shapes.class)
public final class RecordShapes implements Shapes {
    private final Plans plans = new Plans();

    /** Leaves nothing behind in classes that outlive this bundle. */
    @Deactivate
    void close() {
        plans.clear();
    }

    @Override
    public Object tree(Object body) {
        try {
            return Trees.tree(body, plans, 0);
        } catch (Mismatch e) {
            throw e.of(rootName(body.getClass()));
        }
    }

    @Override
    public <T> T as(Object body, Class<T> type) {
        if (type.isInstance(body)) {
            return type.cast(body);
        }
        try {
            return cast(type, Readers.of(type).read(body, plans, 0));
        } catch (Mismatch e) {
            throw e.of(rootName(type));
        }
    }

    @Override
    public String typeName(Class<?> type) {
        TypeName given = type.getAnnotation(TypeName.class);
        if (given != null) {
            return given.value();
        }
        return Readers.isPlain(type) ? "" : type.getName();
    }

    @Override
    public Map<String, Object> describe(Class<?> type) {
        try {
            return type.isRecord() ? plans.of(type).describe(plans, new LinkedHashSet<>()) : Map.of();
        } catch (Mismatch e) {
            throw e.of(rootName(type));
        }
    }

    @Override
    public <T> T blank(Class<T> type) {
        try {
            return cast(type, Readers.of(type).missing(plans));
        } catch (Mismatch e) {
            throw e.of(rootName(type));
        }
    }

    /** Also for the class of a primitive, which {@link Class#cast} does not know. */
    @SuppressWarnings("unchecked")
    private static <T> T cast(Class<T> type, Object value) {
        return type.isPrimitive() ? (T) value : type.cast(value);
    }

    /** The name a user knows a class by. */
    static String nameOf(Class<?> type) {
        TypeName given = type.getAnnotation(TypeName.class);
        return given == null ? type.getName() : given.value();
    }

    private static String rootName(Class<?> type) {
        TypeName given = type.getAnnotation(TypeName.class);
        return given == null ? type.getSimpleName() : given.value();
    }
}
