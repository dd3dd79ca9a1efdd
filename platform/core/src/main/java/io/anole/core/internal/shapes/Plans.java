package io.anole.core.internal.shapes;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The plans of record classes. Each lives in its class ({@link ClassValue}), and so does not keep an unloaded bundle's
 * class loader. For the other direction, no plan refers to this object, and {@link #clear} takes the plans out of classes
 * that live on.
 */
final class Plans {
    private final Set<Class<?>> planned = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
    private final ClassValue<RecordPlan> values = new ClassValue<>() {
        @Override
        protected RecordPlan computeValue(Class<?> type) {
            RecordPlan plan = RecordPlan.of(type);
            planned.add(type);
            return plan;
        }
    };

    /** The plan of a record class. */
    RecordPlan of(Class<?> type) {
        return values.get(type);
    }

    void clear() {
        synchronized (planned) {
            planned.forEach(values::remove);
            planned.clear();
        }
    }
}
