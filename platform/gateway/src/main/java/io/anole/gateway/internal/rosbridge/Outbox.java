package io.anole.gateway.internal.rosbridge;

import io.anole.bus.BusException;
import io.anole.gateway.internal.rosbridge.Tally.Of;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;

/**
 * What waits for one client. One frame is in the socket at a time; the others wait here, bounded, answers before messages and
 * topics by turns, so that a large topic doesn't hold up a small one and a slow client nobody. Offering never blocks.
 *
 * <p>Any thread offers; whichever finds the socket free writes. State is guarded by this object, frames are made and sent
 * without holding it.
 */
final class Outbox {
    private static final int ANSWERS = 1024;
    private static final int STATUS_ROOM = 64;

    private final Session session;
    private final ScheduledExecutorService timer;
    private final Tally tally;
    private final long most;
    private final BiFunction<Frame, Integer, List<Frame>> cutter;
    private final Runnable overrun;
    private final Consumer<String> unwritable;
    private final Deque<Frame> answers = new ArrayDeque<>();
    private final List<Feed> feeds = new ArrayList<>();
    private int turn;
    private boolean sending;
    private boolean closed;
    private boolean waking;
    private long sendingSince;

    /**
     * @param most       bytes of messages that may wait
     * @param cutter     cuts a frame into fragments of a size
     * @param overrun    called when answers wait that the client does not take
     * @param unwritable told, once of a topic, why its messages can't be written as the client wants them
     */
    Outbox(Session session, ScheduledExecutorService timer, Tally tally, long most,
            BiFunction<Frame, Integer, List<Frame>> cutter, Runnable overrun, Consumer<String> unwritable) {
        this.session = session;
        this.timer = timer;
        this.tally = tally;
        this.most = most;
        this.cutter = cutter;
        this.overrun = overrun;
        this.unwritable = unwritable;
    }

    /** Sends an answer; one is never dropped, so a client that lets too many wait is sent away. */
    void answer(Frame frame, int fragment) {
        boolean full;
        synchronized (this) {
            full = !closed && answers.size() >= ANSWERS;
            if (!closed && !full) {
                answers.addAll(fragment > 0 ? cutter.apply(frame, fragment) : List.of(frame));
            }
        }
        if (full) {
            tally.count(Of.CLIENTS_OVERRUN);
            overrun.run();
        } else {
            pump();
        }
    }

    /** Sends a note, if there is room for it. */
    void note(Frame frame) {
        synchronized (this) {
            if (closed || answers.size() >= STATUS_ROOM) {
                tally.count(Of.STATUS_DROPPED);
                return;
            }
            answers.addLast(frame);
        }
        pump();
    }

    synchronized void add(Feed feed) {
        feeds.add(feed);
    }

    synchronized void remove(Feed feed) {
        feeds.remove(feed);
    }

    /** Changes a feed. */
    synchronized <T> T with(Supplier<T> change) {
        return change.get();
    }

    void offer(Feed feed, Encoded message) {
        synchronized (this) {
            if (closed || !feeds.contains(feed)) {
                return;
            }
            feed.add(message, System.nanoTime());
            long size = feeds.stream().mapToLong(Feed::size).sum();
            while (size > most) {
                Feed largest = feeds.stream().filter(Feed::droppable).max(Comparator.comparingLong(Feed::size)).orElseThrow();
                size -= largest.size();
                largest.drop(Of.DROPPED_BUFFER);
                size += largest.size();
            }
        }
        pump();
    }

    /** Nanoseconds since when the client has not taken the frame that is in the socket; 0 if there is none. */
    synchronized long stuck(long now) {
        return sending ? now - sendingSince : 0;
    }

    synchronized void close() {
        closed = true;
        answers.clear();
        feeds.clear();
    }

    /** What is to be sent next: a frame, or a message that still has to be written. */
    private record Next(Frame frame, Feed feed, Encoded message, Feed.Wish wish) {
    }

    private synchronized Next next() {
        if (closed || sending) {
            return null;
        }
        Frame answer = answers.pollFirst();
        if (answer != null) {
            return begin(new Next(answer, null, null, null));
        }
        long now = System.nanoTime();
        long soonest = Long.MAX_VALUE;
        for (int i = 0; i < feeds.size(); i++) {
            int at = (turn + i) % feeds.size();
            Feed feed = feeds.get(at);
            if (feed.isEmpty()) {
                continue;
            }
            long due = feed.due(now);
            if (due > 0) {
                soonest = Math.min(soonest, due);
                continue;
            }
            turn = at + 1;
            Frame fragment = feed.fragment();
            return begin(fragment != null ? new Next(fragment, null, null, null)
                    : new Next(null, feed, feed.next(now), feed.wish()));
        }
        if (soonest != Long.MAX_VALUE && !waking) {
            waking = true;
            timer.schedule(this::wake, soonest, TimeUnit.NANOSECONDS);
        }
        return null;
    }

    private Next begin(Next next) {
        sending = true;
        sendingSince = System.nanoTime();
        return next;
    }

    private void wake() {
        synchronized (this) {
            waking = false;
        }
        pump();
    }

    void pump() {
        for (Next next = next(); next != null; next = next()) {
            Frame frame = frame(next);
            if (frame == null) {
                sent();
                continue;
            }
            Step step = new Step();
            tally.count(Of.FRAMES_OUT);
            if (frame instanceof Frame.Text text) {
                session.sendText(text.text(), step);
            } else if (frame instanceof Frame.Bytes bytes) {
                session.sendBinary(ByteBuffer.wrap(bytes.bytes()).asReadOnlyBuffer(), step);
            }
            if (!step.doneAlready()) {
                return;
            }
        }
    }

    /** The frame to send now, or null if the message can't be written. */
    private Frame frame(Next next) {
        if (next.frame() != null) {
            return next.frame();
        }
        Frame frame;
        try {
            frame = next.message().frame(next.feed().topic(), next.wish().compression());
        } catch (BusException.BadShape e) {
            tally.count(Of.DROPPED_UNREADABLE);
            if (with(next.feed()::unwritable)) {
                unwritable.accept(next.feed().topic() + ": messages can't be written: " + e.getMessage());
            }
            return null;
        }
        if (next.wish().fragment() == 0) {
            return frame;
        }
        Iterator<Frame> fragments = cutter.apply(frame, next.wish().fragment()).iterator();
        Frame first = fragments.next();
        synchronized (this) {
            next.feed().fragments(fragments);
        }
        return first;
    }

    private synchronized void sent() {
        sending = false;
    }

    /** One frame's way into the socket; if that is over before the sender looks, the sender goes on in its loop. */
    private final class Step implements Callback {
        private static final int UNDER_WAY = 0;
        private static final int DONE = 1;
        private static final int LEFT = 2;
        private final AtomicInteger state = new AtomicInteger();

        boolean doneAlready() {
            return !state.compareAndSet(UNDER_WAY, LEFT);
        }

        @Override
        public void succeed() {
            sent();
            if (!state.compareAndSet(UNDER_WAY, DONE)) {
                pump();
            }
        }

        /** The session ends by itself, and tells the client's listener. */
        @Override
        public void fail(Throwable failure) {
            close();
        }
    }
}
