package io.anole.heap.internal;

import org.netbeans.lib.profiler.heap.Instance;

/**
 * One reference on the way from an object to the root that keeps it.
 *
 * @param holder   who refers; for a static field the class
 * @param type     the class of the holder, or for a static field the class itself
 * @param field    the field, or empty where the reference has no name
 * @param isStatic whether it is a field of the class
 * @param owner    the number of the revision whose loader has defined the type; -1 if it is none
 */
record Step(Instance holder, String type, String field, boolean isStatic, long owner) {
    @Override
    public String toString() {
        return field.isEmpty() ? type : type + "." + field;
    }
}
