package io.anole.distribution;

/** What {@link LeakyComponent} offers to managers. */
public interface LeakyComponentMBean {
    /** Waits for good. */
    void run();
}
