package io.anole.gateway.internal.rest;

import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.door.Door;
import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The open streams, as many as there may be. An owner's {@link #sweep()} ends those whose clients take nothing. Safe for any thread. */
final class Streams {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    private final int most;
    private final Executor housekeeping;
    private final Semaphore places;
    private final Map<Stream, Opened> streams = new ConcurrentHashMap<>();

    /** What tells a stream that there is something new. */
    interface Feed {
        /** Begins to call {@code wake}, from any thread. @return ends that */
        Runnable begin(Runnable wake);
    }

    private record Opened(Door door, Runnable unfeed) {
    }

    /** @param housekeeping runs what may have to wait for a stream's own thread */
    Streams(int most, Executor housekeeping) {
        this.most = most;
        this.housekeeping = housekeeping;
        this.places = new Semaphore(most);
    }

    /**
     * Makes a stream of the answer to a call, whose place among the requests is free again at once.
     *
     * @param door with which it ends, or null
     */
    void open(Call call, Stream.Events events, Door door, Feed feed) throws IOException {
        if (!places.tryAcquire()) {
            throw new Refusal(503, "all " + most + " places for streams are taken");
        }
        AtomicReference<Stream> opened = new AtomicReference<>();
        Runnable end = places::release;
        try {
            Runnable unfed = feed.begin(() -> {
                Stream stream = opened.get();
                if (stream != null) {
                    stream.wake();
                }
            });
            end = () -> {
                unfed.run();
                places.release();
            };
            call.response().setContentType("text/event-stream");
            call.response().setCharacterEncoding("UTF-8");
            AsyncContext context = call.request().startAsync();
            Stream stream = new Stream(context, call.response().getOutputStream(), events, this::ended);
            streams.put(stream, new Opened(door, end));
            opened.set(stream);
            // What came before it was known is drained with the first write.
            stream.start();
        } catch (IOException | RuntimeException e) {
            if (opened.get() == null) {
                end.run();
            } else {
                opened.get().end();
            }
            throw e;
        }
    }

    /** On another thread: closing a subscription waits for its handler, which may wait for the stream that calls this. */
    private void ended(Stream stream) {
        Opened opened = streams.remove(stream);
        if (opened != null) {
            housekeeping.execute(opened.unfeed());
        }
    }

    int count() {
        return streams.size();
    }

    /** Ends what came through a door that is no more. */
    void end(Door door) {
        streams.forEach((stream, opened) -> {
            if (opened.door() == door) {
                stream.end();
            }
        });
    }

    void sweep() {
        streams.keySet().forEach(stream -> {
            if (stream.stuck(PATIENCE_NS)) {
                stream.end();
            } else {
                stream.beat();
            }
        });
    }

    /** Ends all, here and now. */
    void close() {
        streams.forEach((stream, opened) -> {
            streams.remove(stream);
            stream.end();
            opened.unfeed().run();
        });
    }
}
