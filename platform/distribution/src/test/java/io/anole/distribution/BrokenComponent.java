package io.anole.distribution;

/** Fails at birth. */
public final class BrokenComponent {
    public BrokenComponent() {
        throw new IllegalStateException("the wheel fell off\nand rolled away");
    }
}
