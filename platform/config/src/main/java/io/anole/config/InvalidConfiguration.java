package io.anole.config;

import java.util.List;

/** A configuration that would not do. Each reason is a line of its own: where, what, and what is right. */
public final class InvalidConfiguration extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final List<String> reasons;

    public InvalidConfiguration(List<String> reasons) {
        super(String.join("; ", reasons));
        this.reasons = List.copyOf(reasons);
    }

    public List<String> reasons() {
        return reasons;
    }
}
