package io.anole.core.internal.hub;

import io.anole.bus.Message;
import io.anole.bus.provider.FanOut;
import io.anole.bus.provider.MessageHandler;
import io.anole.core.internal.hub.Ring.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The subscriptions of one topic. Those that keep up have a {@link Seat} at one {@link Ring}, into which a message is put
 * once; the others are handed each message into their own buffers. A subscription whose depth is used up, or that is handed
 * something by another way, leaves its seat, and may come back when it has caught up; so nobody waits for it but who must.
 *
 * <p>Publishers take no lock unless the ring is full or the occupancy changes. The lock guards changes, which are rare, and
 * what is forgotten; while it is held no other lock is taken, and nothing waited for but a publisher that has its place in the
 * ring and has not filled it yet.
 */
final class Fan implements FanOut {
    private static final MessageHandler[] NOBODY = {};
    private static final Seat[] EMPTY = {};
    private static final int LEAST = 64;
    private static final int MOST = 16_384;

    private final ReentrantLock lock = new ReentrantLock();
    /** All, in the order they came. Guarded by lock. */
    private final Set<MessageHandler> members = new LinkedHashSet<>();
    private volatile Occupancy occupancy = new Occupancy(0, null, EMPTY, NOBODY);

    /** Who sits at the ring, and who has none. */
    private static final class Occupancy {
        final int number;
        /** Null if nobody sits. */
        final Ring ring;
        final Seat[] seats;
        final MessageHandler[] direct;
        /** The message before which somebody must be asked whether he is full. */
        volatile long limit;

        Occupancy(int number, Ring ring, Seat[] seats, MessageHandler[] direct) {
            this.number = number;
            this.ring = ring;
            this.seats = seats;
            this.direct = direct;
        }
    }

    @Override
    public CompletionStage<Void> accept(Message message) {
        Occupancy now = occupancy;
        while (now.ring != null) {
            Outcome outcome = now.ring.offer(message, now.number, now.limit);
            if (outcome == Outcome.TAKEN) {
                for (Seat seat : now.seats) {
                    seat.subscription.schedule();
                }
                break;
            }
            if (outcome == Outcome.MOVED || !advance(now)) {
                makeRoom();
            }
            now = occupancy;
        }
        return now.direct.length == 0 ? Subscription.DONE : each(now.direct, message);
    }

    /** All get it before anybody waits for one of them. */
    private static CompletionStage<Void> each(MessageHandler[] direct, Message message) {
        CompletionStage<Void> result = Subscription.DONE;
        for (MessageHandler handler : direct) {
            CompletionStage<Void> one = handler.accept(message);
            if (one != Subscription.DONE) {
                result = result == Subscription.DONE ? one : result.thenCombine(one, (a, b) -> null);
            }
        }
        return result;
    }

    /** Whether there is room for a message after all. */
    private static boolean advance(Occupancy now) {
        long limit = Math.min(now.ring.kept() + now.ring.capacity(), Ring.MOST);
        for (Seat seat : now.seats) {
            limit = Math.min(limit, seat.limit());
        }
        now.limit = limit;
        return now.ring.index() < limit;
    }

    /** Has who is full leave. Also waits for a change that is under way. */
    private void makeRoom() {
        lock.lock();
        try {
            Occupancy now = occupancy;
            if (now.ring == null) {
                return;
            }
            now.ring.forget(slowest(now));
            if (!advance(now)) {
                long index = now.ring.index();
                List<Seat> full = new ArrayList<>();
                for (Seat seat : now.seats) {
                    if (seat.limit() <= index || index >= Ring.MOST) {
                        full.add(seat);
                    }
                }
                if (!full.isEmpty()) {
                    change(full, List.of());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private static long slowest(Occupancy now) {
        long slowest = Long.MAX_VALUE;
        for (Seat seat : now.seats) {
            slowest = Math.min(slowest, seat.next());
        }
        return slowest;
    }

    /** Forgets what all have taken, unless somebody else is about to. */
    void forget(Ring ring) {
        while (occupancy.ring == ring && slowest(occupancy) > ring.kept() && lock.tryLock()) {
            try {
                Occupancy now = occupancy;
                if (now.ring == ring) {
                    ring.forget(slowest(now));
                }
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public void add(MessageHandler handler) {
        lock.lock();
        try {
            members.add(handler);
            if (handler instanceof Subscription subscription) {
                subscription.belongsTo(this);
                seat(subscription);
            }
            if (!seated(handler)) {
                change(List.of(), List.of());
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean seated(MessageHandler handler) {
        return Arrays.stream(occupancy.seats).anyMatch(seat -> seat.subscription == handler);
    }

    @Override
    public void remove(MessageHandler handler) {
        lock.lock();
        try {
            if (members.remove(handler)) {
                change(Arrays.stream(occupancy.seats).filter(seat -> seat.subscription == handler).toList(), List.of());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives a subscription a seat if it may have one; the first together with another. */
    void seat(Subscription one) {
        lock.lock();
        try {
            if (!members.contains(one) || !one.maySit()) {
                return;
            }
            Ring ring = occupancy.ring;
            if (ring != null && ring.capacity() >= Math.min(one.depth(), MOST)) {
                change(List.of(), List.of(one));
                return;
            }
            List<Subscription> fit = new ArrayList<>();
            for (MessageHandler member : members) {
                if (member instanceof Subscription other && other.maySit()) {
                    fit.add(other);
                }
            }
            if (ring != null) {
                // Those who sit at the smaller one come over when they have caught up.
                change(List.of(occupancy.seats), fit);
            } else if (fit.size() > 1) {
                change(List.of(), fit);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has a subscription leave its seat; from now on it is handed each message. */
    void leave(Seat seat) {
        lock.lock();
        try {
            if (!seat.left()) {
                change(List.of(seat), List.of());
            }
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held: publishers find the ring closed until the new occupancy is there. */
    private void change(List<Seat> leaving, List<Subscription> coming) {
        Occupancy before = occupancy;
        Ring ring = before.ring;
        int number = Ring.after(before.number);
        long index = ring == null ? 0 : ring.next(number);
        List<Seat> seats = new ArrayList<>(List.of(before.seats));
        seats.removeAll(leaving);
        leaving.forEach(seat -> seat.leave(index));
        if (seats.isEmpty()) {
            ring = coming.isEmpty() ? null : new Ring(capacity(coming));
            number = 0;
        }
        for (Subscription one : coming) {
            Seat seat = new Seat(this, ring, one, ring == before.ring ? index : 0);
            if (one.sit(seat)) {
                seats.add(seat);
            }
        }
        if (seats.isEmpty()) {
            ring = null;
        }
        Set<MessageHandler> direct = new LinkedHashSet<>(members);
        seats.forEach(seat -> direct.remove(seat.subscription));
        occupancy = new Occupancy(number, ring, seats.toArray(EMPTY), direct.toArray(NOBODY));
        for (Seat seat : seats) {
            if (coming.contains(seat.subscription) && !seat.subscription.mayStay()) {
                leave(seat);
            }
        }
    }

    private static int capacity(List<Subscription> coming) {
        int depth = coming.stream().mapToInt(Subscription::depth).max().orElse(LEAST);
        return Math.max(LEAST, Integer.highestOneBit(2 * Math.min(depth, MOST) - 1));
    }
}
