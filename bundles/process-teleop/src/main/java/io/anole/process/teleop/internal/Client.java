package io.anole.process.teleop.internal;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One open page. Its buffer holds one event of each kind, the newest, so it is bounded however slow the page's network is;
 * writing never blocks.
 *
 * <p>The process's thread offers, the container's threads call back; all state is guarded by this object. After the
 * container has said "not ready", only its {@link #onWritePossible()} makes the client writable again.
 */
final class Client implements WriteListener, AsyncListener {
    private final AsyncContext context;
    private final ServletOutputStream out;
    private final Consumer<Client> ended;
    private final Map<String, byte[]> pending = new LinkedHashMap<>();
    private boolean writable;
    private boolean unflushed;
    private boolean over;
    private long stuckSince = System.nanoTime();

    /** @param ended called once, when no more is sent */
    Client(AsyncContext context, ServletOutputStream out, Consumer<Client> ended) {
        this.context = context;
        this.out = out;
        this.ended = ended;
    }

    void start() {
        context.setTimeout(0);
        context.addListener(this);
        out.setWriteListener(this);
    }

    synchronized void offer(String kind, byte[] frame) {
        if (!over) {
            pending.put(kind, frame);
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
                Iterator<byte[]> next = pending.values().iterator();
                if (next.hasNext()) {
                    byte[] frame = next.next();
                    next.remove();
                    unflushed = true;
                    out.write(frame);
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
            pending.clear();
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
