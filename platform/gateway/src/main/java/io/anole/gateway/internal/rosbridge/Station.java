package io.anole.gateway.internal.rosbridge;

import io.anole.bus.Shapes;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** What all clients share. */
record Station(Shapes shapes, Trees trees, Recent recent, Tally tally, Executor lanes, ScheduledExecutorService timer,
        RosbridgeConfig config) {
}
