package io.anole.bridge.internal;

import io.anole.bridge.Crossing.Drop;
import io.anole.bridge.internal.Line.Mapping;
import io.anole.bus.BusException.LinkLost;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.core.ParticipantBus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Topics of one line in one direction. A RELIABLE message is taken when the one before it has been accepted on the other side; while
 * that has no link it waits, and so does what is behind it, up to the buffer and then back to its publishers.
 */
final class TopicRoute extends Route {
    private static final long SHORTEST_MILLIS = 20;
    private static final long LONGEST_MILLIS = 1_000;

    private final Line line;
    private final Mapping mapping;
    /** Lines that come before this one; what they carry it leaves to them. */
    private final List<Mapping> before;
    private final Trail trail;
    private final int mostNames;
    private final ParticipantBus to;
    /** Only on the lane. */
    private final Map<Name, Flow> flows = new HashMap<>();

    TopicRoute(String bridge, Tally tally, Line line, boolean outwards, List<Mapping> before, Trail trail, int mostNames,
            ParticipantBus from, ParticipantBus to) {
        super(bridge, tally);
        this.line = line;
        this.mapping = line.mapping(outwards);
        this.before = before;
        this.trail = trail;
        this.mostNames = mostNames;
        this.to = to;
        keep(List.of(() -> {
            // A refusal of the quality of service is told at once, and others see the topic before its first message.
            mapping.from().name().ifPresent(this::flow);
            return from.subscribeToOthers(mapping.from().toString(), line.qos(), lane, (body, message) -> take(message));
        }));
    }

    /** One topic. Only on the lane. */
    private static final class Flow {
        private final Publisher<Message> to;
        /** When the next message may go. */
        private long due = System.nanoTime();
        /** The newest that came too early. */
        private Message held;

        Flow(Publisher<Message> to) {
            this.to = to;
        }
    }

    private Flow flow(Name name) {
        return flows.computeIfAbsent(name, one -> new Flow(to.relay(mapping.of(one).toString(), line.qos())));
    }

    private void take(Message message) {
        if (closed()) {
            tally.dropped(Drop.CLOSED);
            return;
        }
        Name name = message.name();
        if (name.reserved() || before.stream().anyMatch(other -> other.matches(name))) {
            return;
        }
        if (trail.ends(message)) {
            tally.dropped(Drop.ECHO);
            return;
        }
        if (!flows.containsKey(name) && flows.size() >= mostNames) {
            tally.dropped(Drop.TOO_MANY, name, "there are " + mostNames + " topics already (names.max)");
            return;
        }
        Flow flow;
        try {
            flow = flow(name);
        } catch (RuntimeException e) {
            tally.dropped(Drop.REFUSED, name, why(e));
            return;
        }
        long early = line.gap() == 0 ? 0 : flow.due - System.nanoTime();
        if (early <= 0) {
            if (flow.held != null) {
                flow.held = null;
                tally.dropped(Drop.LIMITED);
            }
            send(flow, message);
        } else if (flow.held != null) {
            flow.held = message;
            tally.dropped(Drop.LIMITED);
        } else {
            flow.held = message;
            lane.schedule(() -> release(flow), early, TimeUnit.NANOSECONDS);
        }
    }

    /** The newest message of a topic gets through, however late: it may be the one that says stop. */
    private void release(Flow flow) {
        Message last = flow.held;
        if (last == null) {
            return;
        }
        long early = flow.due - System.nanoTime();
        if (early > 0) {
            // Held after another had been sent in its place.
            lane.schedule(() -> release(flow), early, TimeUnit.NANOSECONDS);
            return;
        }
        flow.held = null;
        send(flow, last);
    }

    private void send(Flow flow, Message message) {
        flow.due = System.nanoTime() + line.gap();
        Map<String, String> headers = trail.extend(message);
        try {
            for (long pause = SHORTEST_MILLIS;; pause = Math.min(2 * pause, LONGEST_MILLIS)) {
                if (message.expiredAt(System.nanoTime())) {
                    tally.dropped(Drop.EXPIRED);
                    return;
                }
                Optional<LinkLost> lost = publish(flow, message, headers);
                if (lost.isEmpty()) {
                    return;
                }
                tally.problem("messages wait: " + lost.get().getMessage());
                if (closing.await(pause, TimeUnit.MILLISECONDS)) {
                    tally.dropped(Drop.CLOSED);
                    return;
                }
            }
        } catch (InterruptedException e) {
            tally.dropped(Drop.CLOSED);
            Thread.currentThread().interrupt();
        }
    }

    /** Publishes, and counts how it went; but a RELIABLE message that found no link is to be published again. */
    private Optional<LinkLost> publish(Flow flow, Message message, Map<String, String> headers) throws InterruptedException {
        CompletionStage<Void> stage;
        try {
            stage = flow.to.publish(message, headers);
        } catch (RuntimeException e) {
            settled(message, e);
            return Optional.empty();
        }
        if (!line.reliable()) {
            stage.whenComplete((done, error) -> settled(message, error));
            return Optional.empty();
        }
        try {
            stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LinkLost lost) {
                return Optional.of(lost);
            }
            settled(message, e.getCause());
            return Optional.empty();
        }
        settled(message, null);
        tally.works();
        return Optional.empty();
    }

    private void settled(Message message, Throwable error) {
        if (error == null) {
            tally.passed();
        } else if (closed()) {
            tally.dropped(Drop.CLOSED);
        } else {
            tally.dropped(Drop.REFUSED, message.name(), why(error));
        }
    }
}
