package io.anole.shell.internal;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Brings what the bus says onto the command's own thread: given as the lane of a command's registrations, it holds
 * their work until the command runs it. So commands need no locks, and one that can't print fast enough is held back
 * without holding back anybody else.
 */
final class Loop implements Executor {
    /** A registration has at most one piece of work here at a time. */
    private static final int MOST = 64;

    private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>(MOST);

    @Override
    public void execute(Runnable piece) {
        if (!work.offer(piece)) {
            throw new RejectedExecutionException("the command is busy");
        }
    }

    /**
     * Runs what comes until the condition holds.
     *
     * @param deadline a reading of {@link System#nanoTime()} after which it gives up
     * @return whether the condition holds
     * @throws InterruptedException when the command is to end
     */
    boolean runUntil(long deadline, BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            Runnable piece = work.poll(left, TimeUnit.NANOSECONDS);
            if (piece != null) {
                piece.run();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return true;
    }
}
