package io.anole.supervisor.tests;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.anole.bus.Message;
import io.anole.bus.Qos;
import io.anole.process.Filter;
import io.anole.process.HandOver;
import io.anole.process.Mailbox;
import io.anole.process.Mailboxes;
import io.anole.process.ManagedProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process for bundles of its own, see {@link CounterBundle}: counts what reaches it, and by source and sequence whether that is
 * all, in order and once. What it has to tell goes into the queue that the system properties hold under its name, which is the one
 * thing that all class loaders share.
 */
public final class Counter implements ManagedProcess, HandOver<Counter.Count> {
    /** What is published to it. */
    public record Tick(long n) {
    }

    /** Its state. */
    public record Count(long ticks, Map<String, Long> lastOf, long mails, long requests, String trouble, long lastNanos) {
    }

    private final String mode;
    private final long version;
    private final Mailbox mail;
    private final Map<String, Long> lastOf = new HashMap<>();
    private long ticks;
    private long mails;
    private long requests;
    private String trouble = "";
    private long lastNanos;
    private boolean resumed;

    public Counter(Mailboxes boxes, Map<String, Object> properties) throws Exception {
        mode = String.valueOf(properties.get("mode"));
        version = (Integer) properties.get("process.state.version");
        mail = boxes.open();
        if (!mode.equals("deaf")) {
            mail.subscribe("/ticks", Tick.class, Qos.DEFAULT, this::tick);
            mail.serve("/" + properties.get("process.name") + "/count", Long.class, Count.class, (n, request) -> completedFuture(request(n)));
        }
        mail.on(Filter.subject("n"), Long.class, (n, letter) -> mail(n));
        tell("birth");
        switch (mode) {
            case "birth-throws" -> throw new IllegalStateException("no lidar on /dev/ttyUSB0");
            case "birth-hangs" -> new CountDownLatch(1).await();
            case "birth-hangs-for-good" -> hang();
            default -> {
                // Others have their trouble later.
            }
        }
    }

    private void hang() {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
        while (System.nanoTime() - until < 0) {
            Thread.onSpinWait();
            Thread.interrupted();
            LockSupport.parkNanos(10_000_000);
        }
    }

    @SuppressWarnings("unchecked")
    private void tell(Object what) {
        ((Queue<Object>) System.getProperties().get(Counter.class.getName())).add(what instanceof String ? what + " " + version : what);
    }

    private void tick(Tick tick, Message message) {
        long now = System.nanoTime();
        if (resumed) {
            resumed = false;
            tell(Duration.ofNanos(now - lastNanos));
        }
        lastNanos = now;
        long last = lastOf.getOrDefault(message.source(), 0L);
        if (message.sequence() != last + 1) {
            trouble += message.source() + ": " + message.sequence() + " after " + last + "; ";
        }
        lastOf.put(message.source(), message.sequence());
        ticks++;
    }

    private void mail(long n) {
        mails++;
        if (n != mails) {
            trouble += "mail " + n + " as number " + mails + "; ";
        }
    }

    private Count request(long n) {
        requests += n;
        return count();
    }

    private Count count() {
        return new Count(ticks, lastOf, mails, requests, trouble, lastNanos);
    }

    @Override
    public void life() throws Exception {
        if (mode.equals("life-throws")) {
            throw new IllegalStateException("wheel fell off");
        }
    }

    @Override
    public Class<Count> stateType() {
        return Count.class;
    }

    @Override
    public Count handOver() throws Exception {
        switch (mode) {
            case "give-throws" -> throw new IllegalStateException("half way through");
            case "give-hangs" -> new CountDownLatch(1).await();
            default -> tell("give");
        }
        return count();
    }

    @Override
    public void takeOver(Count state) {
        if (mode.equals("take-throws")) {
            throw new IllegalStateException("I count in dozens");
        }
        ticks = state.ticks();
        lastOf.putAll(state.lastOf());
        mails = state.mails();
        requests = state.requests();
        trouble = state.trouble();
        lastNanos = state.lastNanos();
        resumed = true;
        tell("take");
    }

    void death() {
        tell("death");
        mail.close();
    }
}
