package io.anole.testkit.contract;

import io.anole.bus.Handler;
import io.anole.bus.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Keeps what a handler heard, in order. Safe for any thread. */
final class Heard<T> implements Handler<T> {
    private final Duration patience;
    private final List<T> bodies = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();

    Heard(Duration patience) {
        this.patience = patience;
    }

    @Override
    public synchronized void handle(T body, Message message) {
        bodies.add(body);
        messages.add(message);
    }

    synchronized List<T> bodies() {
        return new ArrayList<>(bodies);
    }

    synchronized List<Message> messages() {
        return new ArrayList<>(messages);
    }

    /** The bodies, as soon as there are that many. */
    List<T> await(int count) {
        return await(all -> all.size() >= count);
    }

    /** The bodies, as soon as they are so. */
    List<T> await(Predicate<List<T>> enough) {
        Awaitility.await().atMost(patience).pollDelay(Duration.ZERO).pollInterval(2, TimeUnit.MILLISECONDS)
                .untilAsserted(() -> {
                    List<T> all = bodies();
                    if (!enough.test(all)) {
                        List<T> last = all.subList(Math.max(0, all.size() - 20), all.size());
                        throw new AssertionError("after " + all.size() + " the wanted one is not there; the last: " + last);
                    }
                });
        return bodies();
    }
}
