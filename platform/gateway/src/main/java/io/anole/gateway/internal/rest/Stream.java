package io.anole.gateway.internal.rest;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Server-sent events to one client. Writing never blocks.
 *
 * <p>Any thread wakes it, the container's call back; all state is guarded by this object. After the container has said "not
 * ready", only its {@link #onWritePossible()} makes the stream writable again.
 */
final class Stream implements WriteListener, AsyncListener {
    private static final byte[] BEAT = ": beat\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HELLO = "retry: 1000\n\n".getBytes(StandardCharsets.US_ASCII);

    private final AsyncContext context;
    private final ServletOutputStream out;
    private final Events events;
    private final Consumer<Stream> ended;
    private byte[] next = HELLO;
    private boolean writable;
    private boolean unflushed;
    private boolean over;
    private long stuckSince = System.nanoTime();

    /** What is told, asked for when the client can take it. Safe for any thread. */
    interface Events {
        /** Told when nothing comes after it any more. */
        byte[] END = {};

        /** The next event, null if there is none now, or {@link #END}. */
        byte[] next();

        /** An event as it is written. */
        static byte[] event(String name, byte[] json) {
            return ("event: " + name + "\ndata: " + new String(json, StandardCharsets.UTF_8) + "\n\n")
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    /** @param ended called once, when no more is sent */
    Stream(AsyncContext context, ServletOutputStream out, Events events, Consumer<Stream> ended) {
        this.context = context;
        this.out = out;
        this.events = events;
        this.ended = ended;
    }

    void start() {
        context.setTimeout(0);
        context.addListener(this);
        out.setWriteListener(this);
    }

    /** There is something to tell. */
    synchronized void wake() {
        if (!over && writable) {
            drain();
        }
    }

    /** A sign of life, so that either side hears of a lost connection. */
    synchronized void beat() {
        if (!over && next == null) {
            next = BEAT;
            if (writable) {
                drain();
            }
        }
    }

    @Override
    public synchronized void onWritePossible() {
        writable = true;
        drain();
    }

    private void drain() {
        try {
            while (!over) {
                if (!out.isReady()) {
                    writable = false;
                    stuckSince = System.nanoTime();
                    return;
                }
                byte[] event = next();
                if (event != null && event != Events.END) {
                    unflushed = true;
                    out.write(event);
                } else if (unflushed) {
                    unflushed = false;
                    out.flush();
                } else if (event == Events.END) {
                    end();
                } else {
                    return;
                }
            }
        } catch (IOException e) {
            end();
        }
    }

    private byte[] next() {
        if (next == null) {
            return events.next();
        }
        byte[] event = next;
        next = null;
        return event;
    }

    /** Whether it has taken nothing for this time, in ns. */
    synchronized boolean stuck(long time) {
        return !writable && System.nanoTime() - stuckSince > time;
    }

    /** Ends the response. Idempotent. */
    void end() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        ended.accept(this);
        try {
            context.complete();
        } catch (IllegalStateException e) {
            // The container has completed it before: the connection was lost.
            return;
        }
    }

    @Override
    public void onError(Throwable error) {
        end();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        end();
    }

    @Override
    public void onError(AsyncEvent event) {
        end();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Nothing here starts it again.
    }
}
