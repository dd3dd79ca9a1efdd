package io.anole.bridge.internal;

import io.anole.bridge.Crossing.Drop;
import io.anole.bridge.internal.Line.Mapping;
import io.anole.bus.BusException.LinkLost;
import io.anole.bus.BusException.Timeout;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Registration;
import io.anole.bus.Shapes;
import io.anole.bus.Value;
import io.anole.bus.Watcher;
import io.anole.core.ParticipantBus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Parameters of one line. A change that is heard is only the occasion to look: the value that is there now is copied, one key after
 * another, if the other side has another one. So two sides that are written at the same time come to agree, and an own write that is
 * heard is none.
 */
final class ParamRoute extends Route {
    private static final String SPACE = "@param";
    private static final long AGAIN_MILLIS = 1_000;

    private final Shapes shapes;
    private final int mostNames;
    /** Only on the lane, as is the next. */
    private final Set<Name> names = new HashSet<>();
    private final Set<Name> again = new HashSet<>();

    ParamRoute(String bridge, Tally tally, Line line, Shapes shapes, int mostNames, ParticipantBus left, ParticipantBus right) {
        super(bridge, tally);
        this.shapes = shapes;
        this.mostNames = mostNames;
        List<Supplier<Registration>> watches = new ArrayList<>();
        if (line.out()) {
            watches.add(new Side(left, right, below(line.mapping(true)), false)::watch);
        }
        if (line.in()) {
            watches.add(new Side(right, left, below(line.mapping(false)), line.out())::watch);
        }
        keep(watches);
    }

    private static Mapping below(Mapping names) {
        return new Mapping(Pattern.of(SPACE + names.from()), Pattern.of(SPACE + names.to()));
    }

    /** One direction. Only on the lane. */
    private final class Side implements Watcher<Value> {
        private final ParticipantBus from;
        private final ParticipantBus to;
        private final Mapping mapping;
        /** In the beginning the other side's values hold. */
        private boolean yields;

        Side(ParticipantBus from, ParticipantBus to, Mapping mapping, boolean yields) {
            this.from = from;
            this.to = to;
            this.mapping = mapping;
            this.yields = yields;
        }

        Registration watch() {
            return from.watch(mapping.from().toString(), Value.class, lane, this);
        }

        @Override
        public void put(Name key, Value value) {
            changed(key);
        }

        @Override
        public void removed(Name key) {
            changed(key);
        }

        @Override
        public void synced() {
            yields = false;
        }

        private void changed(Name key) {
            if (!names.contains(key) && names.size() >= mostNames) {
                tally.dropped(Drop.TOO_MANY, key, "there are " + mostNames + " parameters already (names.max)");
                return;
            }
            names.add(key);
            copy(key, yields);
        }

        private void copy(Name key, boolean yielding) {
            again.remove(key);
            try {
                String there = mapping.of(key).toString();
                Optional<Value> now = done(from.get(key.toString(), Value.class));
                Optional<Value> then = done(to.get(there, Value.class));
                if (same(now, then) || yielding && then.isPresent()) {
                    return;
                }
                done(now.isPresent() ? to.put(there, now.get().body(), Lifetime.DURABLE) : to.remove(there));
                tally.passed();
            } catch (ExecutionException e) {
                failed(key, yielding, cause(e.getCause()));
            } catch (IllegalArgumentException e) {
                tally.dropped(Drop.REFUSED, key, e.getMessage());
            } catch (InterruptedException e) {
                tally.dropped(Drop.CLOSED);
                Thread.currentThread().interrupt();
            }
        }

        private void failed(Name key, boolean yielding, Throwable error) {
            if (!(error instanceof LinkLost) && !(error instanceof Timeout)) {
                tally.dropped(Drop.REFUSED, key, why(error));
            } else if (!closed() && again.add(key)) {
                lane.schedule(() -> copy(key, yielding), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private static <T> T done(CompletableFuture<T> future) throws InterruptedException, ExecutionException {
        return future.get();
    }

    private boolean same(Optional<Value> one, Optional<Value> other) {
        return one.isPresent() == other.isPresent()
                && (one.isEmpty() || Sameness.of(shapes.tree(one.get().body()), shapes.tree(other.get().body())));
    }
}
