package io.anole.gateway.internal.rest;

import io.anole.bus.Name;
import io.anole.bus.Qos;
import io.anole.bus.Registration;
import io.anole.bus.Shapes;
import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.door.Door;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;

/**
 * Topics that somebody has asked for by {@code latest} or {@code drain}. Reading one begins with the first question, since
 * reading all that is exposed would cost every robot its cameras twice, and ends a minute after the last. Safe for any thread;
 * an owner's {@link #sweep()} ends what is not asked for.
 */
final class Readers {
    private static final long IDLE = TimeUnit.SECONDS.toNanos(60);

    private final Shapes shapes;
    private final RestConfig config;
    private final Map<Key, Reader> readers = new HashMap<>();

    private record Key(Door door, Name topic) {
    }

    Readers(Shapes shapes, RestConfig config) {
        this.shapes = shapes;
        this.config = config;
    }

    private final class Reader {
        private final Kept kept = new Kept(config.keep(), config.keep_max_bytes());
        private final Registration registration;
        private long askedAt = System.nanoTime();
        private boolean ended;

        Reader(Key key) {
            Qos qos = Door.reading(config.keep());
            registration = key.door().bus().subscribe(key.topic().toString(), Object.class, qos, (body, message) -> {
                Object tree = shapes.tree(body);
                synchronized (this) {
                    kept.add(message, tree);
                    notifyAll();
                }
            });
        }

        synchronized Map<String, Object> latest(long waitNanos) throws InterruptedException {
            long begin = System.nanoTime();
            askedAt = begin;
            long left = waitNanos;
            while (kept.newest() == null && !ended && left > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                left = begin + waitNanos - System.nanoTime();
            }
            return kept.newest();
        }

        synchronized List<Object> drain(int most) {
            askedAt = System.nanoTime();
            return kept.take(most);
        }

        synchronized boolean idle(long now) {
            return now - askedAt > IDLE;
        }

        void end() {
            registration.close();
            synchronized (this) {
                ended = true;
                notifyAll();
            }
        }
    }

    private Reader reader(Door door, Name topic) {
        synchronized (readers) {
            Key key = new Key(door, topic);
            Reader reader = readers.get(key);
            if (reader == null) {
                if (readers.size() >= config.readers_max()) {
                    throw new Refusal(429, "all " + config.readers_max() + " places for read topics are taken; one that nobody "
                            + "asks for gives way after a minute");
                }
                reader = new Reader(key);
                readers.put(key, reader);
            }
            return reader;
        }
    }

    /** The newest message; waits for one if there was none yet. */
    Map<String, Object> latest(Door door, Name topic, long waitMillis) throws InterruptedException {
        Map<String, Object> latest = reader(door, topic).latest(TimeUnit.MILLISECONDS.toNanos(waitMillis));
        if (latest == null) {
            throw new Refusal(404, "no message of " + topic + " came within " + waitMillis + " ms");
        }
        return latest;
    }

    /** Takes the oldest kept messages. */
    List<Object> drain(Door door, Name topic, int most) {
        return reader(door, topic).drain(most);
    }

    int count() {
        synchronized (readers) {
            return readers.size();
        }
    }

    /** Ends what nobody has asked for. */
    void sweep() {
        long now = System.nanoTime();
        end((key, reader) -> reader.idle(now));
    }

    /** Ends what was read through a door that is no more. */
    void end(Door door) {
        end((key, reader) -> key.door() == door);
    }

    private void end(BiPredicate<Key, Reader> which) {
        List<Reader> over = new ArrayList<>();
        synchronized (readers) {
            readers.entrySet().removeIf(entry -> which.test(entry.getKey(), entry.getValue())
                    && over.add(entry.getValue()));
        }
        over.forEach(Reader::end);
    }
}
