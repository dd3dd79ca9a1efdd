package io.anole.provider.tcp.internal;

import io.anole.bus.BusException;
import io.anole.bus.BusException.BadShape;
import io.anole.bus.BusException.Closed;
import io.anole.bus.BusException.LinkLost;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Value;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.StateListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** State, as one link sees it: what it asks, what it watches, and the keys that are its own. */
final class Keys {
    private final TcpLink link;
    private final Wire wire;
    private final LinkListener listener;
    private final Map<Integer, CompletableFuture<Optional<Value>>> gets = new HashMap<>();
    private final Map<Integer, Watching> watches = new HashMap<>();
    private final Map<Name, Own> own = new LinkedHashMap<>();
    private Out out;

    Keys(TcpLink link, Wire wire, LinkListener listener) {
        this.link = link;
        this.wire = wire;
        this.listener = listener;
    }

    /** A key that ends with this link. */
    private record Own(byte[] value, CompletableFuture<Void> accepted) {
    }

    private final class Watching extends Registered {
        private final Pattern pattern;
        private final StateListener to;
        private final Map<Name, byte[]> known = new HashMap<>();
        /** Known from a former connection, and not told again by this one. */
        private final Set<Name> unconfirmed = new HashSet<>();
        private boolean syncing = true;

        Watching(int id, Pattern pattern, StateListener to) {
            super(id);
            this.pattern = pattern;
            this.to = to;
        }

        @Override
        void ask(Out by, boolean restoring) {
            unconfirmed.addAll(known.keySet());
            syncing = true;
            by.watch(id, pattern.toString());
        }

        @Override
        void forget() {
            watches.remove(id);
        }

        void put(Name key, byte[] value) {
            byte[] before = known.put(key, value);
            if (unconfirmed.remove(key) && syncing && Arrays.equals(before, value) || over()) {
                return;
            }
            try {
                to.put(key, wire.value(value));
            } catch (BadShape e) {
                listener.dropped(Drop.MALFORMED, 1);
                link.malformed(key, e.getMessage());
            }
        }

        void removed(Name key) {
            unconfirmed.remove(key);
            if (known.remove(key) != null && !over()) {
                to.removed(key);
            }
        }

        void synced() {
            List.copyOf(unconfirmed).forEach(this::removed);
            syncing = false;
            if (!over()) {
                to.synced();
            }
        }
    }

    CompletionStage<Void> put(Name key, Optional<Value> value, Lifetime lifetime) {
        boolean ephemeral = lifetime == Lifetime.EPHEMERAL;
        byte[] bytes;
        try {
            bytes = value.isPresent() ? wire.value(key, value.get()) : new byte[0];
        } catch (BusException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Void> accepted = new CompletableFuture<>();
        int flags = (ephemeral ? Frame.EPHEMERAL : 0) | (value.isEmpty() ? Frame.REMOVE : 0);
        link.run(() -> put(key, bytes, flags, accepted));
        return accepted;
    }

    private void put(Name key, byte[] value, int flags, CompletableFuture<Void> accepted) {
        if (link.closed()) {
            accepted.completeExceptionally(new Closed("the link is closed"));
            return;
        }
        if (flags == Frame.EPHEMERAL) {
            own.put(key, new Own(value, accepted));
        } else {
            own.remove(key);
        }
        if (out != null) {
            out.put(link.expect(accepted), flags, key.toString(), value);
        } else if (flags != Frame.EPHEMERAL) {
            accepted.completeExceptionally(new LinkLost("not connected to the router"));
        }
    }

    CompletionStage<Optional<Value>> get(Name key) {
        CompletableFuture<Optional<Value>> result = new CompletableFuture<>();
        link.run(() -> {
            if (link.closed()) {
                result.completeExceptionally(new Closed("the link is closed"));
            } else if (out == null) {
                result.completeExceptionally(new LinkLost("not connected to the router"));
            } else {
                int id = link.number();
                gets.put(id, result);
                out.get(id, key.toString());
            }
        });
        return result;
    }

    Registration watch(Pattern pattern, StateListener to) {
        Watching watching = new Watching(link.number(), pattern, to);
        return link.register(watching, () -> watches.put(watching.id, watching));
    }

    /** An answer to a question, or news for a watch. */
    void value(int id, Name key, byte[] value) {
        CompletableFuture<Optional<Value>> get = gets.remove(id);
        if (get == null) {
            Watching watching = watches.get(id);
            if (watching != null && value != null) {
                watching.put(key, value);
            }
            return;
        }
        try {
            get.complete(value == null ? Optional.empty() : Optional.of(wire.value(value)));
        } catch (BadShape e) {
            get.completeExceptionally(e);
        }
    }

    void removed(int id, Name key) {
        Watching watching = watches.get(id);
        if (watching != null) {
            watching.removed(key);
        }
    }

    void synced(int id) {
        Watching watching = watches.get(id);
        if (watching != null) {
            watching.synced();
        }
    }

    /** @param lost whether the router does not have this link's own keys any more */
    void attach(Out to, boolean lost) {
        out = to;
        own.forEach((key, one) -> {
            if (lost || !one.accepted.isDone()) {
                out.put(link.expect(one.accepted), Frame.EPHEMERAL | (one.accepted.isDone() ? Frame.RESTORED : 0), key.toString(),
                        one.value);
            }
        });
    }

    void detach(BusException why) {
        out = null;
        List<CompletableFuture<Optional<Value>>> all = new ArrayList<>(gets.values());
        gets.clear();
        all.forEach(one -> one.completeExceptionally(why));
    }

    /** Whether this is the putting of an own key, which is done again. */
    boolean waits(CompletableFuture<Void> done) {
        return own.values().stream().anyMatch(one -> one.accepted == done);
    }

    void close(BusException why) {
        own.values().forEach(one -> one.accepted.completeExceptionally(why));
        own.clear();
    }
}
