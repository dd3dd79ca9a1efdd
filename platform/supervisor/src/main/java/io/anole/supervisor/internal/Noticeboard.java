package io.anole.supervisor.internal;

import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Registration;
import io.anole.bus.Watcher;
import io.anole.core.ParticipantBus;
import io.anole.core.Participants;
import io.anole.process.State;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells every bus that processes use how they stand ({@code @process/<runtime>/<name>}, ephemeral) and whether an emergency stop
 * holds ({@code @emergency/<runtime>}, durable: a runtime that comes back finds itself held). All of it happens on one thread, in
 * the order it was told; nothing here waits for a bus.
 */
final class Noticeboard {
    private static final Logger LOG = LoggerFactory.getLogger(Noticeboard.class);
    private static final String PARTICIPANT = "supervisor";

    private record Desk(ParticipantBus bus, Registration watch) {
    }

    private final Participants participants;
    private final String runtime;
    private final Executor thread;
    private final Consumer<String> pressed;
    /** Tells notices of this supervisor from those of others and of its own past. */
    private final String token = UUID.randomUUID().toString();
    private final Map<String, Desk> desks = new HashMap<>();
    private String emergency;

    /**
     * @param thread  runs everything, one at a time
     * @param pressed hears of an emergency stop that somebody else has put up for this runtime
     */
    Noticeboard(Participants participants, String runtime, Executor thread, Consumer<String> pressed) {
        this.participants = participants;
        this.runtime = runtime;
        this.thread = thread;
        this.pressed = pressed;
    }

    void open(String bus) {
        thread.execute(() -> {
            if (desks.containsKey(bus)) {
                return;
            }
            try {
                ParticipantBus view = participants.open(bus, PARTICIPANT, null);
                desks.put(bus, new Desk(view, view.watch(emergencyKey(), Object.class, watcher())));
                if (emergency != null) {
                    putEmergency(view);
                }
            } catch (NoSuchElementException e) {
                LOG.debug("bus '{}' has gone before it could be used", bus, e);
            }
        });
    }

    void close(String bus) {
        thread.execute(() -> {
            Desk desk = desks.remove(bus);
            if (desk != null) {
                desk.bus().close();
            }
        });
    }

    /** Takes everything down but an emergency. Done when it is. */
    CompletableFuture<Void> closeAll() {
        return CompletableFuture.runAsync(() -> {
            desks.values().forEach(desk -> desk.bus().close());
            desks.clear();
        }, thread);
    }

    void state(String bus, String process, State state, String reason, long since) {
        thread.execute(() -> {
            Desk desk = desks.get(bus);
            if (desk != null) {
                note(desk.bus().put(processKey(process), Map.of("state", state.name(), "reason", reason, "since", since),
                        Lifetime.EPHEMERAL), bus);
            }
        });
    }

    void removed(String bus, String process) {
        thread.execute(() -> {
            Desk desk = desks.get(bus);
            if (desk != null) {
                note(desk.bus().remove(processKey(process)), bus);
            }
        });
    }

    void emergency(String reason) {
        thread.execute(() -> {
            emergency = reason;
            desks.values().forEach(desk -> putEmergency(desk.bus()));
        });
    }

    void released() {
        thread.execute(() -> {
            emergency = null;
            desks.values().forEach(desk -> note(desk.bus().remove(emergencyKey()), desk.bus().name()));
        });
    }

    private void putEmergency(ParticipantBus bus) {
        note(bus.put(emergencyKey(), Map.of("reason", emergency, "since", System.currentTimeMillis(), "token", token),
                Lifetime.DURABLE), bus.name());
    }

    private void note(CompletableFuture<Void> put, String bus) {
        put.whenComplete((done, error) -> {
            if (error != null) {
                LOG.debug("bus '{}' does not show how processes stand: {}", bus, Lines.of(error));
            }
        });
    }

    private String processKey(String process) {
        return "/@process/" + runtime + "/" + process;
    }

    private String emergencyKey() {
        return "/@emergency/" + runtime;
    }

    private Watcher<Object> watcher() {
        return new Watcher<>() {
            @Override
            public void put(Name key, Object value) {
                Map<?, ?> notice = value instanceof Map<?, ?> map ? map : Map.of("reason", String.valueOf(value));
                if (!token.equals(notice.get("token"))) {
                    pressed.accept(String.valueOf(notice.get("reason")));
                }
            }

            @Override
            public void removed(Name key) {
                // Only a release here ends an emergency stop: what was taken down by others goes up again.
                thread.execute(() -> {
                    if (emergency != null) {
                        desks.values().forEach(desk -> putEmergency(desk.bus()));
                    }
                });
            }
        };
    }
}
