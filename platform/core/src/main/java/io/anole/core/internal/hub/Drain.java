package io.anole.core.internal.hub;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits, its gates closed, until a link has acknowledged what it was given and has brought it to the subscriptions of this
 * runtime: its publishers tell the last sequence that was accepted, its subscriptions the highest they have seen. By
 * reference there is nothing to wait for: accepted is in the buffers.
 */
final class Drain {
    private static final long LOOK = 500_000;
    /** What has not come by then may never have been meant to: a message of another runtime, or a call that another one answers. */
    private static final long PATIENCE = 1_000_000_000;

    private final Hub hub;
    private final Session former;
    private final List<HubPublisher<?>> publishers;
    private final List<Subscription> subscriptions;
    private final long begin = System.nanoTime();

    Drain(Hub hub, Session former) {
        this.hub = hub;
        this.former = former;
        this.publishers = hub.publishers();
        this.subscriptions = hub.endpoints(Subscription.class);
    }

    /** Whether it came to an end within the bound; not if the link is down, since then there is no end. */
    boolean await(Duration bound) throws InterruptedException {
        if (former.byReference()) {
            return true;
        }
        while (publishers.stream().anyMatch(publisher -> publisher.transit().unsettled()) || missing() > 0 || gaps() > 0) {
            if (!former.isUp() || System.nanoTime() - begin > bound.toNanos()) {
                return false;
            }
            look();
        }
        return true;
    }

    /**
     * Waits, bounded, until the services of this runtime have what was asked of them; not until they have answered. Where a system does
     * not tell whose a request is, as ROS 1, an answer tells.
     */
    void awaitCalls() throws InterruptedException {
        List<Served> services = hub.endpoints(Served.class);
        List<HubCaller<?, ?>> local = hub.callers().all().stream()
                .filter(caller -> services.stream().anyMatch(service -> service.serves(caller.name()))).toList();
        long since = System.nanoTime();
        while (former.isUp() && System.nanoTime() - since < PATIENCE
                && local.stream().anyMatch(caller -> caller.isUnderWay(former))) {
            look();
        }
    }

    private void look() throws InterruptedException {
        LockSupport.parkNanos(this, LOOK);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Of other runtimes' publishers, where both links lead to the same system. */
    private long gaps() {
        return System.nanoTime() - begin > PATIENCE ? 0 : subscriptions.stream().filter(Subscription::reliable).mapToLong(Subscription::gap).sum();
    }

    /** How many messages that were accepted have not come to subscriptions which were there when they were sent. */
    long missing() {
        long all = 0;
        for (HubPublisher<?> publisher : publishers) {
            boolean expired = publisher.lifespan() > 0 && System.nanoTime() - begin > publisher.lifespan();
            if (!publisher.reliable() || expired) {
                continue;
            }
            Transit.Sent sent = publisher.transit().sent();
            if (sent.accepted() == 0) {
                continue;
            }
            for (Subscription one : subscriptions) {
                if (one.reliable() && one.hears(publisher.name()) && one.readiedBefore(sent.at())) {
                    all += one.missing(publisher.source(), publisher.name(), sent.accepted());
                }
            }
        }
        return all;
    }
}
