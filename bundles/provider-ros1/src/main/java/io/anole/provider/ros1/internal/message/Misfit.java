package io.anole.provider.ros1.internal.message;

import io.anole.bus.BusException.BadShape;

/** A value that does not fit its field; gathers the field's path on its way out. */
final class Misfit extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String path;
    private final String what;

    Misfit(String what) {
        this("", what);
    }

    private Misfit(String path, String what) {
        super(what, null, false, false);
        this.path = path;
        this.what = what;
    }

    static Misfit expected(String expected, Object found) {
        String shown = String.valueOf(found);
        String kind = found == null ? "" : " (" + found.getClass().getSimpleName() + ")";
        return new Misfit("expected " + expected + ", found " + (shown.length() > 40 ? shown.substring(0, 40) + "..." : shown)
                + kind);
    }

    Misfit in(String field) {
        return new Misfit(path.isEmpty() || path.startsWith("[") ? field + path : field + "." + path, what);
    }

    Misfit at(int index) {
        String element = "[" + index + "]";
        return new Misfit(path.isEmpty() || path.startsWith("[") ? element + path : element + "." + path, what);
    }

    BadShape of(String type) {
        return new BadShape(type + ": " + (path.isEmpty() ? "" : path + ": ") + what);
    }
}
