package io.anole.core.internal.hub;

import io.anole.bus.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Messages of one publisher on their way over a wire that a link sends together, with one stage that says how all of them went;
 * or a single one. It follows them over every link they are sent by.
 *
 * <p>A publisher adds to it, and the hub sends it again, with the lock of the {@link Transit}; a thread of a link settles it without
 * any. Unless somebody has asked how one of them went, that thread writes one word for all: what it wrote for each would have
 * to travel from its processor to that of the publisher.
 */
final class Batch implements BiConsumer<Void, Throwable> {
    private static final int SETTLED = -1;
    private static final int MOVED = -2;
    private static final int FEW = 8;
    private static final AtomicIntegerFieldUpdater<Batch> STATE = AtomicIntegerFieldUpdater.newUpdater(Batch.class, "state");

    /** Of the link; null when it has been heard of, since it may hold what was sent. */
    private CompletionStage<Void> stage;
    /** Null where nobody waits for it. */
    private final Ended ended;
    private final int places;
    private final long first;
    /** How many messages, while they are under way. */
    private volatile int state = 1;
    /** Null when they are not any more. Written by a publisher; dropped by who settles it. */
    private Message[] messages;
    /** The highest sequence; threads that had to wait for each other may come in another order. */
    private long last;
    /** Read after the state. */
    private Throwable failure;
    /** What those were given who asked, by index; null if nobody has. Guarded by this object, as is the next. */
    private volatile List<CompletableFuture<Void>> asked;
    /** Those it was taken apart into, to be sent again. */
    private volatile List<Batch> moved;

    /** @param places that each of its messages takes */
    Batch(Message message, int places, CompletionStage<Void> stage, Ended ended) {
        this.stage = stage;
        this.ended = ended;
        this.places = places;
        this.first = message.sequence();
        this.last = first;
        this.messages = new Message[] {message};
    }

    /** Hears that messages have settled that took so many places in a window; the error is null if the system has them. */
    interface Ended {
        void ended(int places, Throwable error);
    }

    /** How a message of a batch goes, for its publisher. */
    static final class Place extends Later<Void> {
        private final Batch batch;
        private final int index;

        Place(Batch batch, int index, Hub hub) {
            super(hub);
            this.batch = batch;
            this.index = index;
        }

        @Override
        CompletableFuture<Void> future() {
            return batch.future(index);
        }
    }

    static boolean wentWell(CompletionStage<Void> stage) {
        CompletableFuture<Void> future = stage.toCompletableFuture();
        return future.isDone() && !future.isCompletedExceptionally();
    }

    /** Once, when it is where it can be found. */
    void follow() {
        stage.whenComplete(this);
    }

    /** Adds a message that was sent with this stage; at which index, or -1 if it needs a batch of its own. */
    int add(Message message, int itsPlaces, CompletionStage<Void> by, Ended tells) {
        int index = state;
        Message[] room = messages;
        if (by != stage || tells != ended || itsPlaces != places || index < 0 || room == null) {
            return -1;
        }
        if (index == room.length) {
            room = Arrays.copyOf(room, Math.max(FEW, 2 * index));
            messages = room;
        }
        room[index] = message;
        if (!STATE.compareAndSet(this, index, index + 1)) {
            messages = null;
            return -1;
        }
        last = Math.max(last, message.sequence());
        return index;
    }

    /** Hears from the link how all of them went. */
    @Override
    public void accept(Void done, Throwable error) {
        failure = error;
        int count = leave(SETTLED);
        if (count < 0) {
            return;
        }
        messages = null;
        stage = null;
        if (asked != null) {
            tell();
        }
        if (ended != null) {
            tellWindow(count, error);
        }
    }

    private int leave(int next) {
        int count = state;
        while (count >= 0 && !STATE.compareAndSet(this, count, next)) {
            count = state;
        }
        return count;
    }

    private void tellWindow(int count, Throwable error) {
        if (error == null) {
            ended.ended(count * places, null);
            return;
        }
        for (int i = 0; i < count; i++) {
            ended.ended(places, error);
        }
    }

    private void tell() {
        List<CompletableFuture<Void>> all;
        synchronized (this) {
            all = new ArrayList<>(asked);
        }
        for (CompletableFuture<Void> one : all) {
            if (one != null) {
                finish(one);
            }
        }
    }

    private void finish(CompletableFuture<Void> one) {
        if (failure == null) {
            one.complete(null);
        } else {
            one.completeExceptionally(failure);
        }
    }

    /** Done when this message has settled, over whatever link. */
    CompletableFuture<Void> future(int index) {
        CompletableFuture<Void> one = ask(index);
        if (one == null) {
            return moved.get(index).future(0);
        }
        if (state == SETTLED) {
            finish(one);
        }
        return one;
    }

    /** Null if it was taken apart; then it stays so. */
    private synchronized CompletableFuture<Void> ask(int index) {
        if (moved != null) {
            return null;
        }
        if (asked == null) {
            asked = new ArrayList<>();
        }
        while (asked.size() <= index) {
            asked.add(null);
        }
        if (asked.get(index) == null) {
            asked.set(index, new CompletableFuture<>());
        }
        return asked.get(index);
    }

    /**
     * Sends what has not settled once more, each message by itself.
     *
     * @return what is under way now
     */
    List<Batch> again(Function<Message, CompletionStage<Void>> send) {
        Message[] those = messages;
        CompletionStage<Void> by = stage;
        int count = those == null || by == null || wentWell(by) ? -1 : leave(MOVED);
        if (count < 0) {
            return List.of(this);
        }
        messages = null;
        stage = null;
        List<Batch> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(new Batch(those[i], places, sent(those[i], send), ended));
        }
        move(parts);
        parts.forEach(Batch::follow);
        return parts;
    }

    /** One that a link throws at must not keep the others from it, nor be forgotten. */
    private static CompletionStage<Void> sent(Message message, Function<Message, CompletionStage<Void>> send) {
        try {
            return send.apply(message);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private synchronized void move(List<Batch> parts) {
        for (int i = 0; asked != null && i < asked.size(); i++) {
            if (asked.get(i) != null) {
                parts.get(i).asked = new ArrayList<>(List.of(asked.get(i)));
            }
        }
        asked = null;
        moved = parts;
    }

    /** Whether nothing of it is under way any more, at least not as this batch. */
    boolean isSettled() {
        return state < 0;
    }

    /** Whether the system has all of it. */
    boolean wentWell() {
        return state == SETTLED && failure == null;
    }

    long first() {
        return first;
    }

    /** With the lock of the transit. */
    long last() {
        return last;
    }
}
