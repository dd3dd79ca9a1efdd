package io.anole.bus.provider;

import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * This JVM's monotonic clock, to be told beside the lifespan of a message, so that {@link SenderClocks} on the other side can tell
 * whether it was held up. It stands still while the machine sleeps, and whoever had heard it before would take all that comes later
 * for late; so after that it goes by another name. Any thread.
 */
public final class OwnClock {
    /** What it and the wall clock differ by changes by no more where nobody slept, and nobody set the wall clock. */
    private static final long APART_MS = 500;
    private static final int NAME = 8;
    private static final OwnClock CLOCK = new OwnClock(System::nanoTime, System::currentTimeMillis);

    private final LongSupplier nanos;
    private final LongSupplier wall;
    private String name = newName();
    private long apart;

    /**
     * @param nanos the monotonic clock
     * @param wall  the wall clock, in ms
     */
    OwnClock(LongSupplier nanos, LongSupplier wall) {
        this.nanos = nanos;
        this.wall = wall;
        this.apart = wall.getAsLong() - millis();
    }

    /** What it shows now: its name, a space, and milliseconds since some time. Ask it before what is left of a life, not after. */
    public static String told() {
        return CLOCK.tell();
    }

    synchronized String tell() {
        long now = millis();
        long difference = wall.getAsLong() - now;
        if (Math.abs(difference - apart) > APART_MS) {
            name = newName();
        }
        apart = difference;
        return name + " " + now;
    }

    private long millis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
    }

    private static String newName() {
        return UUID.randomUUID().toString().substring(0, NAME);
    }
}
