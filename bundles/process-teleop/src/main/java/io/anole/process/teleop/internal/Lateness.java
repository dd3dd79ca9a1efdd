package io.anole.process.teleop.internal;

/**
 * Refuses what comes too late to be meant still: a radio link that is out for two seconds breaks no connection, and gives everything
 * out when it is back. Pages are told this machine's clock, and tell with each command what it shows; which is never more than
 * it really shows, so that a command may seem older than it is, but not younger. Guarded by itself.
 */
final class Lateness {
    private final long most;
    /** When the newest stop was given. */
    private long stopped = Long.MIN_VALUE;

    /** @param most ms that a command may have been under way */
    Lateness(int most) {
        if (most < 50 || most > 60_000) {
            throw new IllegalArgumentException("late.ms=" + most + " is not within 50 and 60000");
        }
        this.most = most;
    }

    /** What pages are told: ms, from whatever zero. */
    static long clock() {
        return System.nanoTime() / 1_000_000;
    }

    /**
     * A stop is never late, and what was given before it is void.
     *
     * @param now by {@link #clock}
     */
    synchronized void check(Command command, long now) throws Refusal {
        long given = command.given() == null ? now : Math.min(command.given(), now);
        if (command.stops()) {
            stopped = Math.max(stopped, given);
        } else if (now - given > most) {
            throw new Refusal(409, "the command is " + (now - given) + " ms old, more than " + most + " (late.ms): nothing moves");
        } else if (given < stopped) {
            throw new Refusal(409, "the command was given before a stop that came first: nothing moves");
        }
    }
}
