package io.anole.supervisor;

import java.util.Objects;

/**
 * A state as a process has given it to its successor; see {@link io.anole.process.HandOver}.
 *
 * @param tree    a tree, as {@link io.anole.bus.Shapes} has it
 * @param version its schema's version
 */
public record HandedState(Object tree, int version) {
    public HandedState {
        Objects.requireNonNull(tree, "tree");
    }
}
