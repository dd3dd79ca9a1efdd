package io.anole.bridge.internal;

import io.anole.bridge.Crossing.Drop;
import io.anole.bridge.internal.Line.Mapping;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.Caller;
import io.anole.bus.Message;
import io.anole.core.ParticipantBus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service of one bus, offered on the other whether or not anybody serves it now: not every system tells. Requests carry no trail, so
 * a circle of bridges ends by the bound on calls under way.
 */
final class ServiceRoute extends Route {
    private final Line line;
    private final String self;
    private final int mostCalls;
    private final Caller<Object, Object> caller;
    private final AtomicInteger underWay = new AtomicInteger();

    /** @param self what the sources of this bridge begin with */
    ServiceRoute(String bridge, Tally tally, Line line, String self, int mostCalls, ParticipantBus from, ParticipantBus to) {
        super(bridge, tally);
        this.line = line;
        this.self = self;
        this.mostCalls = mostCalls;
        Mapping mapping = line.mapping(line.out());
        caller = from.caller(mapping.from().toString(), Object.class, Object.class);
        keep(List.of(() -> to.serve(mapping.to().toString(), Object.class, Object.class, this::answer)));
    }

    /** On a thread of the bus that it is offered on; waits for nothing. */
    private CompletionStage<Object> answer(Object body, Message request) {
        if (request.source().startsWith(self)) {
            tally.dropped(Drop.ECHO);
            return CompletableFuture.failedFuture(new Rejected("'" + request.name() + "' is offered by the bridge that calls it"));
        }
        if (underWay.incrementAndGet() > mostCalls) {
            underWay.decrementAndGet();
            tally.dropped(Drop.TOO_MANY);
            return CompletableFuture.failedFuture(new Rejected("'" + request.name() + "': " + mostCalls
                    + " calls are under way over the bridge already (calls.max)"));
        }
        CompletableFuture<Object> called;
        try {
            called = caller.call(body, line.limit());
        } catch (RuntimeException e) {
            called = CompletableFuture.failedFuture(e);
        }
        return called.whenComplete((answer, error) -> {
            underWay.decrementAndGet();
            if (error == null) {
                tally.passed();
            } else {
                tally.dropped(Drop.REFUSED);
            }
        });
    }
}
