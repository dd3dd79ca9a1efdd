package io.anole.provider.tcp.internal;

import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.provider.Outlet;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One publisher that never pauses, and subscribers that drop what they have had, by sequence, as the hub does. Whatever is
 * missing or out of order then is noted.
 */
final class Flow implements AutoCloseable {
    private static final CompletionStage<Void> TAKEN = CompletableFuture.completedStage(null);
    private static final int WINDOW = 1000;

    final AtomicLong sent = new AtomicLong();
    final AtomicLong doubled = new AtomicLong();
    final List<String> wrong = new CopyOnWriteArrayList<>();
    private final Node from;
    private final Name topic;
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread thread;

    Flow(Node from, String topic) {
        this.from = from;
        this.topic = Name.of(topic);
        this.thread = new Thread(this::publish, "flow");
    }

    /** Subscribes; what it tells is the highest sequence it has had. */
    AtomicLong hear(Node by) {
        AtomicLong highest = new AtomicLong();
        Node.done(by.link.subscribe(Pattern.of(topic), Qos.DEFAULT, message -> hear(message, highest)).ready());
        return highest;
    }

    private CompletionStage<Void> hear(Message message, AtomicLong highest) {
        long next = highest.get() + 1;
        if (message.sequence() < next) {
            doubled.incrementAndGet();
        } else {
            if (message.sequence() > next && wrong.size() < 20) {
                wrong.add(message.sequence() + " after " + (next - 1));
            }
            highest.set(message.sequence());
        }
        return TAKEN;
    }

    Flow start() {
        thread.start();
        return this;
    }

    private void publish() {
        Outlet outlet = from.link.advertise(topic, "", Qos.DEFAULT);
        ArrayDeque<CompletableFuture<Void>> unaccepted = new ArrayDeque<>();
        while (!over.get()) {
            unaccepted.add(outlet.publish(from.message(topic, "x".repeat(100), Duration.ZERO)).toCompletableFuture());
            sent.incrementAndGet();
            while (unaccepted.size() > WINDOW) {
                Node.done(unaccepted.poll());
            }
        }
        unaccepted.forEach(Node::done);
    }

    /** Ends; all that was published has been accepted then. */
    long end() throws InterruptedException {
        over.set(true);
        thread.join(Node.SOON.toMillis());
        return sent.get();
    }

    @Override
    public void close() {
        over.set(true);
    }
}
