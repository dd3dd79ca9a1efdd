package io.anole.process;

/** Where a process is, by the names of ROS 2 {@code lifecycle_msgs}: primary states and the transitions between them. */
public enum State {
    /** Known, but what its component needs is not there. */
    UNCONFIGURED,
    /** Ready to start. */
    INACTIVE,
    /** In its birth. */
    ACTIVATING,
    /** Alive. */
    ACTIVE,
    /** Stopping, in its death included. */
    DEACTIVATING,
    /** Failed, waiting for what the restart policy decides. */
    ERRORPROCESSING,
    /** Gone, or failed for good. */
    FINALIZED
}
