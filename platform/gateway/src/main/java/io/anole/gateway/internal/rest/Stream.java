package io.anole.gateway.internal.rest;

import io.anole.bus.Codec;
import io.anole.bus.Message;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One topic as server-sent events to one client. The newest messages wait, bounded; how many were dropped is told with the
 * next. Writing never blocks.
 *
 * <p>The bus's threads offer, the container's call back; all state is guarded by this object. After the container has said
 * "not ready", only its {@link #onWritePossible()} makes the stream writable again.
 */
final class Stream implements WriteListener, AsyncListener {
    private static final byte[] BEAT = ": beat\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HELLO = "retry: 1000\n\n".getBytes(StandardCharsets.US_ASCII);

    private final AsyncContext context;
    private final ServletOutputStream out;
    private final Codec json;
    private final Kept waiting;
    private final Consumer<Stream> ended;
    private byte[] next = HELLO;
    private long told;
    private boolean writable;
    private boolean unflushed;
    private boolean over;
    private long stuckSince = System.nanoTime();

    /** @param ended called once, when no more is sent */
    Stream(AsyncContext context, ServletOutputStream out, Codec json, Kept waiting, Consumer<Stream> ended) {
        this.context = context;
        this.out = out;
        this.json = json;
        this.waiting = waiting;
        this.ended = ended;
    }

    void start() {
        context.setTimeout(0);
        context.addListener(this);
        out.setWriteListener(this);
    }

    synchronized void offer(Message message, Object body) {
        if (!over) {
            waiting.add(message, body);
            if (writable) {
                drain();
            }
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
                if (event != null) {
                    unflushed = true;
                    out.write(event);
                } else if (unflushed) {
                    unflushed = false;
                    out.flush();
                } else {
                    return;
                }
            }
        } catch (IOException e) {
            end();
        }
    }

    private byte[] next() {
        if (next != null) {
            byte[] event = next;
            next = null;
            return event;
        }
        Map<String, Object> message = waiting.take();
        if (message == null) {
            return null;
        }
        if (waiting.dropped() > told) {
            message.put("dropped", waiting.dropped() - told);
            told = waiting.dropped();
        }
        return ("event: message\ndata: " + new String(json.encode(message), StandardCharsets.UTF_8) + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
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
