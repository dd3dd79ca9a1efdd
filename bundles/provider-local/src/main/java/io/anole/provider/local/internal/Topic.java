package io.anole.provider.local.internal;

import io.anole.bus.BusException.Closed;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.provider.FanOut;
import io.anole.bus.provider.MessageHandler;
import io.anole.bus.provider.Outlet;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/** One advertised topic and its resolved handlers. */
final class Topic {
    private static final MessageHandler[] NONE = {};

    final Name name;
    private final String bus;
    /** Open outlets; guarded by {@link Routes}. */
    int outlets;
    /** Those to call: each, or what stands for all. */
    private volatile MessageHandler[] handlers = NONE;
    private volatile boolean closed;
    /** What stands for all, since there were two of them; null before. Guarded by this object. */
    private FanOut fan;
    /** The newest kept message. Guarded by this object, as is the order of kept messages and new subscriptions. */
    private Message kept;

    Topic(Name name, String bus) {
        this.name = name;
        this.bus = bus;
    }

    synchronized void add(MessageHandler handler, boolean wantsKept) {
        if (wantsKept && kept != null && !kept.expiredAt(System.nanoTime())) {
            handler.accept(kept);
        }
        MessageHandler[] before = handlers;
        if (fan == null && before.length == 1) {
            fan = before[0].fanOut().orElse(null);
            if (fan != null) {
                fan.add(before[0]);
                fan.add(handler);
                handlers = new MessageHandler[] {fan};
                return;
            }
        }
        if (fan != null) {
            fan.add(handler);
            return;
        }
        MessageHandler[] longer = Arrays.copyOf(before, before.length + 1);
        longer[before.length] = handler;
        handlers = longer;
    }

    synchronized void remove(MessageHandler handler) {
        if (fan != null) {
            fan.remove(handler);
            return;
        }
        MessageHandler[] before = handlers;
        for (int i = 0; i < before.length; i++) {
            if (before[i] == handler) {
                MessageHandler[] shorter = before.length == 1 ? NONE : Arrays.copyOf(before, before.length - 1);
                System.arraycopy(before, i + 1, shorter, i, before.length - i - 1);
                handlers = shorter;
                return;
            }
        }
    }

    synchronized boolean forget() {
        boolean had = kept != null;
        kept = null;
        return had;
    }

    synchronized void close() {
        closed = true;
        handlers = NONE;
        kept = null;
    }

    Outlet outlet(boolean keeps, Routes routes) {
        AtomicBoolean open = new AtomicBoolean(true);
        Runnable release = () -> {
            if (open.getAndSet(false)) {
                routes.release(this);
            }
        };
        return keeps ? new Keeping(release) : new Passing(release);
    }

    private CompletionStage<Void> deliver(Message message) {
        MessageHandler[] all = handlers;
        if (all.length == 1) {
            return all[0].accept(message);
        }
        return all.length == 0 ? none() : fanOut(all, message);
    }

    private CompletionStage<Void> none() {
        return closed
                ? CompletableFuture.failedStage(new Closed("the local link of bus '" + bus + "' is closed"))
                : LocalLink.DONE;
    }

    /** All handlers get it before anybody waits for one of them: a full buffer never keeps it from the others. */
    private static CompletionStage<Void> fanOut(MessageHandler[] all, Message message) {
        CompletionStage<Void> first = all[0].accept(message);
        CompletionStage<Void> result = first;
        for (int i = 1; i < all.length; i++) {
            CompletionStage<Void> one = all[i].accept(message);
            if (one != first) {
                result = result.thenCombine(one, (a, b) -> null);
            } 
        }
        return result;
    }

    /** Passes messages on and keeps none. */
    private final class Passing implements Outlet {
        private final Runnable release;

        Passing(Runnable release) {
            this.release = release;
        }

        @Override
        public CompletionStage<Void> publish(Message message) {
            return deliver(message);
        }

        @Override
        public void close() {
            release.run();
        }
    }

    /** Keeps the newest message; the lock puts it and new subscriptions in one order. */
    private final class Keeping implements Outlet {
        private final Runnable release;

        Keeping(Runnable release) {
            this.release = release;
        }

        @Override
        public CompletionStage<Void> publish(Message message) {
            synchronized (Topic.this) {
                if (!closed) {
                    kept = message;
                }
                return deliver(message);
            }
        }

        @Override
        public void close() {
            release.run();
        }
    }
}
