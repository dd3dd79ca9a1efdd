package io.anole.children.internal;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * What the configuration of a process says of a JVM of its own.
 *
 * @param heapMb  most heap
 * @param options more options of the JVM
 */
record ForkedSettings(int heapMb, List<String> options) {
    static final String HEAP = "process.forked.heapMB";
    static final String OPTIONS = "process.forked.options";
    private static final int USUAL_MB = 64;
    private static final int LEAST_MB = 16;
    private static final int MOST_MB = 1 << 20;

    /** @throws IllegalArgumentException with one line */
    static ForkedSettings of(Function<String, Object> properties) {
        return new ForkedSettings(heap(properties.apply(HEAP)), options(properties.apply(OPTIONS)));
    }

    private static int heap(Object given) {
        try {
            int megabytes = given == null ? USUAL_MB : Integer.parseInt(given.toString().strip());
            if (megabytes >= LEAST_MB && megabytes <= MOST_MB) {
                return megabytes;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(HEAP + ": '" + given + "' is not a whole number", e);
        }
        throw new IllegalArgumentException(HEAP + ": " + given + " is not within " + LEAST_MB + " and " + MOST_MB);
    }

    private static List<String> options(Object given) {
        List<?> all = given == null ? List.of()
                : given instanceof Object[] several ? Arrays.asList(several)
                        : given instanceof Collection<?> several ? List.copyOf(several) : List.of(given.toString().split("\\s+"));
        List<String> options = all.stream().map(each -> each.toString().strip()).filter(each -> !each.isEmpty()).toList();
        options.stream().filter(each -> !each.startsWith("-")).findFirst().ifPresent(each -> {
            throw new IllegalArgumentException(OPTIONS + ": '" + each + "' is no option of a JVM: it does not begin with '-'"
                    + (given instanceof String && options.size() > 1 ? "; one with a space in it is an element of a list" : ""));
        });
        return options;
    }
}
