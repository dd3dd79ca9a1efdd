package io.anole.provider.mqtt.internal;

import io.anole.bus.BusException;
import io.anole.bus.Message;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.provider.LinkListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;

/**
 * All that a link publishes, in order. Within a window it goes straight to Paho, else it waits here, bounded; what must not
 * be lost waits here while there is no connection too, and what was sent but not acknowledged when a connection broke is
 * sent again first, in its old order.
 *
 * <p>One lock guards everything, so that Paho is called serially (its topic aliases need that) and order is that of the
 * calls. Paho only queues, so nobody waits long for the lock. Results are completed outside it, on Paho's callback thread or
 * the caller's.
 */
final class Outbox {
    /** Room for topic and properties beside the payload, in bytes. */
    static final long OVERHEAD = 64 << 10;

    private final Object lock = new Object();
    private final LinkListener listener;
    private final int maxInflight;
    private final int maxQueued;
    private final Deque<Item> control = new ArrayDeque<>();
    private final Deque<Item> waiting = new ArrayDeque<>();
    private final Set<Item> flying = new LinkedHashSet<>();
    private Session session;
    private int window;
    private boolean restored;
    private boolean closed;

    Outbox(LinkListener listener, int maxInflight, int maxQueued) {
        this.listener = listener;
        this.maxInflight = maxInflight;
        this.maxQueued = maxQueued;
    }

    /** One publication. Subclassed by what it publishes; {@link #packet} makes a new one for each transmission. */
    abstract class Item implements MqttActionListener {
        final String topic;
        final CompletableFuture<Integer> result = new CompletableFuture<>();
        private final Lane lane;
        private final long expires;

        Item(String topic, Lane lane, long expires) {
            this.topic = topic;
            this.lane = lane;
            this.expires = expires;
        }

        abstract MqttMessage packet();

        @Override
        public final void onSuccess(IMqttToken token) {
            int[] codes = token.getReasonCodes();
            int code = codes == null || codes.length == 0 ? 0 : codes[0];
            if (!landed(this)) {
                return;
            }
            if (code >= MqttReturnCode.RETURN_CODE_UNSPECIFIED_ERROR) {
                result.completeExceptionally(new BusException.Rejected(
                        "the broker refuses '" + topic + "': " + Session.meaning(code)));
            } else {
                result.complete(code);
            }
        }

        @Override
        public final void onFailure(IMqttToken token, Throwable e) {
            // The connection is gone; detach decides what becomes of it.
        }
    }

    /** How an item is treated. */
    enum Lane {
        /** The provider's own; goes out while registrations are being restored; fails with the connection. */
        CONTROL,
        /** Fails with the connection, or at once if there is none. */
        FLEETING,
        /** Waits for the next connection. */
        KEPT
    }

    /** Sends, or queues; the item's result then tells the reason code, or fails. */
    CompletableFuture<Integer> send(Item item) {
        RuntimeException refused = null;
        List<Item> dropped = null;
        synchronized (lock) {
            if (closed) {
                refused = new BusException.Closed("the link is closed");
            } else if (session == null && item.lane != Lane.KEPT) {
                refused = new BusException.LinkLost("not connected to the broker");
            } else if (waiting.size() >= maxQueued && item.lane != Lane.CONTROL) {
                refused = new BusException.Rejected(
                        "'" + item.topic + "': " + maxQueued + " messages wait for the broker already (max.queued)");
            } else {
                (item.lane == Lane.CONTROL ? control : waiting).add(item);
                dropped = pump();
            }
        }
        if (refused != null) {
            item.result.completeExceptionally(refused);
        }
        expired(dropped);
        return item.result;
    }

    /** A connection is there: control items go out. */
    void attach(Session to, int serverWindow) {
        synchronized (lock) {
            session = to;
            // Paho counts a QoS 0 message a moment longer than it tells, and fails rather than wait: leave one free.
            window = Math.max(1, Math.min(maxInflight, serverWindow - 1));
            restored = false;
        }
    }

    /** Registrations are back: everything goes out. */
    void open() {
        List<Item> dropped;
        synchronized (lock) {
            restored = true;
            dropped = pump();
        }
        expired(dropped);
    }

    /** The connection is gone. */
    void detach(String reason) {
        List<Item> lost = new ArrayList<>();
        synchronized (lock) {
            session = null;
            restored = false;
            List<Item> again = new ArrayList<>();
            flying.forEach(item -> (item.lane == Lane.KEPT ? again : lost).add(item));
            flying.clear();
            lost.addAll(control);
            control.clear();
            waiting.removeIf(item -> item.lane != Lane.KEPT && lost.add(item));
            for (int i = again.size() - 1; i >= 0; i--) {
                waiting.addFirst(again.get(i));
            }
        }
        lost.forEach(item -> item.result.completeExceptionally(new BusException.LinkLost(reason)));
    }

    void close() {
        List<Item> left = new ArrayList<>();
        synchronized (lock) {
            closed = true;
            session = null;
            left.addAll(flying);
            left.addAll(control);
            left.addAll(waiting);
            flying.clear();
            control.clear();
            waiting.clear();
        }
        left.forEach(item -> item.result.completeExceptionally(new BusException.Closed("the link was closed")));
    }

    /** Done when all that was sent or queued until now has been acknowledged, or has failed. */
    CompletableFuture<Void> flush() {
        List<CompletableFuture<?>> all = new ArrayList<>();
        synchronized (lock) {
            flying.forEach(item -> all.add(item.result.exceptionally(e -> null)));
            control.forEach(item -> all.add(item.result.exceptionally(e -> null)));
            waiting.forEach(item -> all.add(item.result.exceptionally(e -> null)));
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    private boolean landed(Item item) {
        List<Item> dropped;
        synchronized (lock) {
            if (!flying.remove(item)) {
                return false; // of a former connection; it is sent again
            }
            dropped = pump();
        }
        expired(dropped);
        return true;
    }

    /** Under the lock. Returns the expired, to be completed outside it. */
    private List<Item> pump() {
        List<Item> dropped = null;
        while (session != null && flying.size() < window) {
            Item item = control.poll();
            if (item == null) {
                item = restored ? waiting.poll() : null;
            }
            if (item == null) {
                break;
            }
            long now = System.nanoTime();
            if (item.expires != Message.NEVER && now - item.expires > 0) {
                dropped = dropped == null ? new ArrayList<>() : dropped;
                dropped.add(item);
                continue;
            }
            flying.add(item);
            try {
                session.publish(item.topic, item.packet(), item);
            } catch (MqttException e) {
                // Not sent, and Paho's state is unknown; the loss of this connection brings it back into the queue.
                session.lost("the connection broke: " + Session.reason(e));
                break;
            }
        }
        return dropped;
    }

    private void expired(List<Item> items) {
        if (items == null) {
            return;
        }
        for (Item item : items) {
            // As the broker does with what expires in its queues: dropped by its publisher's wish, and counted.
            listener.dropped(Drop.EXPIRED, 1);
            item.result.complete(0);
        }
    }
}
