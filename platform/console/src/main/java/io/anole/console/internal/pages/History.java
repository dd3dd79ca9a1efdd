package io.anole.console.internal.pages;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last minutes, for charts: a reading a second of what parts tell, also while nobody looks, so that one can see what has been.
 * One thread reads; the web server's threads look.
 */
@Component(service = History.class)
public final class History {
    /** Kept of each series: five minutes. */
    static final int READINGS = 300;
    /** Series of a part; further ones are not kept. */
    static final int MOST = 512;
    private static final long PERIOD_MILLIS = 1000;
    private static final Logger LOG = LoggerFactory.getLogger(History.class);

    private final List<Kept> all = new CopyOnWriteArrayList<>();
    private final ScheduledThreadPoolExecutor reader =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "anole console history"));

    /** Takes two values of something, by its name, for now. */
    interface Readings {
        void put(String name, double first, double second);
    }

    @Activate
    public History() {
        reader.scheduleWithFixedDelay(() -> all.forEach(Kept::read), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Reads from this each second, on the history's thread, until it is closed. */
    Kept keep(Consumer<Readings> source) {
        Kept kept = new Kept(source, all::remove);
        all.add(kept);
        return kept;
    }

    @Deactivate
    void close() {
        reader.shutdownNow();
    }

    /** What one part has told. */
    static final class Kept implements AutoCloseable, Readings {
        private final Consumer<Readings> source;
        private final Consumer<Kept> closing;
        /** Guarded by this object, as is the next. */
        private final Map<String, Series> series = new LinkedHashMap<>();
        private long now;

        Kept(Consumer<Readings> source, Consumer<Kept> closing) {
            this.source = source;
            this.closing = closing;
        }

        synchronized void read() {
            now++;
            try {
                source.accept(this);
            } catch (RuntimeException e) {
                LOG.debug("what is read goes just now", e);
            }
            series.values().removeIf(one -> now - one.last >= READINGS);
        }

        @Override
        public synchronized void put(String name, double first, double second) {
            Series to = series.get(name);
            if (to == null && series.size() < MOST) {
                to = new Series();
                series.put(name, to);
            }
            if (to != null) {
                to.put(now, first, second);
            }
        }

        /** Two lists of values of the same length, the eldest first, NaN where there was none; empty if the name is not known. */
        synchronized Optional<List<List<Double>>> of(String name) {
            return Optional.ofNullable(series.get(name)).map(one -> List.of(one.values(one.first, now), one.values(one.second, now)));
        }

        @Override
        public void close() {
            closing.accept(this);
        }
    }

    private static final class Series {
        private final float[] first = new float[READINGS];
        private final float[] second = new float[READINGS];
        private long last;

        Series() {
            Arrays.fill(first, Float.NaN);
            Arrays.fill(second, Float.NaN);
        }

        void put(long at, double one, double other) {
            for (long missed = Math.max(last + 1, at - READINGS + 1); missed < at; missed++) {
                first[(int) (missed % READINGS)] = Float.NaN;
                second[(int) (missed % READINGS)] = Float.NaN;
            }
            first[(int) (at % READINGS)] = (float) one;
            second[(int) (at % READINGS)] = (float) other;
            last = at;
        }

        List<Double> values(float[] ring, long now) {
            List<Double> values = new ArrayList<>(READINGS);
            for (long at = now - READINGS + 1; at <= now; at++) {
                float value = at < 1 || at > last ? Float.NaN : ring[(int) (at % READINGS)];
                values.add(Float.isNaN(value) ? Double.NaN : Math.round(value * 100.0) / 100.0);
            }
            return values;
        }
    }
}
