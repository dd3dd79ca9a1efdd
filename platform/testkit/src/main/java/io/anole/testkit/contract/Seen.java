package io.anole.testkit.contract;

import io.anole.bus.Name;
import io.anole.bus.Watcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Keeps what a watch told, as {@code name=value}, {@code -name} and {@code synced}, in order. Safe for any thread. */
final class Seen implements Watcher<Object> {
    static final String SYNCED = "synced";

    private final Duration patience;
    private final List<String> events = new ArrayList<>();
    private final Map<String, Object> now = new HashMap<>();

    Seen(Duration patience) {
        this.patience = patience;
    }

    @Override
    public synchronized void put(Name key, Object value) {
        events.add(key + "=" + value);
        now.put(key.toString(), value);
    }

    @Override
    public synchronized void removed(Name key) {
        events.add("-" + key);
        now.remove(key.toString());
    }

    @Override
    public synchronized void synced() {
        events.add(SYNCED);
    }

    synchronized List<String> events() {
        return new ArrayList<>(events);
    }

    /** What there is, as told so far. */
    synchronized Map<String, Object> now() {
        return new HashMap<>(now);
    }

    List<String> await(Predicate<List<String>> enough) {
        Awaitility.await().atMost(patience).pollDelay(Duration.ZERO).pollInterval(2, TimeUnit.MILLISECONDS)
                .untilAsserted(() -> {
                    List<String> all = events();
                    if (!enough.test(all)) {
                        List<String> last = all.subList(Math.max(0, all.size() - 20), all.size());
                        throw new AssertionError("after " + all.size() + " the wanted one is not there; the last: " + last);
                    }
                });
        return events();
    }

    List<String> awaitSynced() {
        return await(all -> all.contains(SYNCED));
    }
}
