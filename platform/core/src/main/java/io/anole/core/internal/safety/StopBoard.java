package io.anole.core.internal.safety;

import io.anole.bus.Bus;
import io.anole.bus.BusException.Unsupported;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Reliability;
import io.anole.bus.Watcher;
import io.anole.core.DiagnosticSource;
import io.anole.core.ParticipantBus;
import io.anole.core.Participants;
import io.anole.core.SafetyGate;
import io.anole.core.internal.safety.StopFile.Kept;
import io.anole.types.diagnostic.DiagnosticArray;
import io.anole.types.diagnostic.DiagnosticStatus;
import io.anole.types.diagnostic.KeyValue;
import io.anole.types.std.Header;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The emergency stop as others see it: the service, the state key {@code @estop/<runtime>} of every bus, the keys of others there, and
 * {@code /diagnostics}. What stops is {@link Safeties}, at once and on the caller's thread; everything here happens afterwards, on one
 * thread.
 */
@Component(service = SafetyGate.class, immediate = true, configurationPid = "io.anole.diagnostics")
@Designate(ocd = DiagnosticsConfig.class)
public final class StopBoard implements SafetyGate {
    private static final Logger LOG = LoggerFactory.getLogger(StopBoard.class);
    private static final String KEYS = "/@estop/";
    private static final Qos TOLD = Qos.DEFAULT.reliability(Reliability.BEST_EFFORT).lifespan(Duration.ofSeconds(2));
    private static final int LONGEST = 200;
    private static final int MOST_STATUSES = 500;

    private final Safeties safeties;
    private final Participants participants;
    private final String runtime;
    /** Tells this life's keys from those of others and of its own past. */
    private final String token = UUID.randomUUID().toString();
    private final ScheduledThreadPoolExecutor thread;
    private final Runnable changed = this::changed;
    /** Set by the framework's threads, as is the next. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<DiagnosticSource> sources = List.of();
    private volatile List<String> told;
    /** Only on the thread. */
    private final Map<String, Desk> desks = new HashMap<>();

    /** A bus, and where its diagnostics go, while there is a reason for any. */
    private static final class Desk {
        final ParticipantBus bus;
        final LinkDiagnosis link;
        Publisher<DiagnosticArray> diagnostics;
        /** Whether the key is up, as far as is known. */
        boolean up;

        Desk(ParticipantBus bus) {
            this.bus = bus;
            this.link = new LinkDiagnosis(bus);
        }
    }

    @Activate
    public StopBoard(BundleContext context, @Reference Safeties safeties, @Reference Participants participants,
            DiagnosticsConfig config) {
        this.safeties = safeties;
        this.participants = participants;
        this.told = List.of(config.buses());
        String given = context.getProperty("anole.runtime");
        this.runtime = given == null || given.isBlank() ? token : given.trim();
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(null, task, "estop", 0, false);
            made.setDaemon(true);
            return made;
        });
        // Buses go after this has been closed, too.
        thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        safeties.listen(changed);
        thread.scheduleAtFixedRate(this::tell, 1, 1, TimeUnit.SECONDS);
    }

    @Modified
    void change(DiagnosticsConfig config) {
        told = List.of(config.buses());
    }

    @Reference(service = Bus.class, cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addBus(ServiceReference<Bus> reference) {
        String name = String.valueOf(reference.getProperty(Bus.NAME));
        thread.execute(() -> open(name));
    }

    void removeBus(ServiceReference<Bus> reference) {
        String name = String.valueOf(reference.getProperty(Bus.NAME));
        thread.execute(() -> {
            Desk desk = desks.remove(name);
            if (desk != null) {
                desk.bus.close();
                safeties.forget(name);
            }
        });
    }

    private void open(String name) {
        try {
            ParticipantBus bus = participants.open(name, "safety", null);
            Desk desk = new Desk(bus);
            desks.put(name, desk);
            bus.watch(KEYS + "*", Object.class, new Keys(name));
            show(desk);
        } catch (NoSuchElementException e) {
            LOG.debug("bus '{}' has gone before it could be used", name, e);
        }
    }

    private String ownKey() {
        return KEYS + runtime;
    }

    private void changed() {
        thread.execute(() -> {
            desks.values().forEach(this::show);
            tell();
        });
    }

    /** Puts the key up, or takes it down. */
    private void show(Desk desk) {
        Kept own = safeties.own().orElse(null);
        if (own != null && !desk.up) {
            desk.up = true;
            Map<String, Object> value = Map.of("reason", own.reason(), "since", own.since().toEpochMilli(), "token", token);
            note(desk.bus.put(ownKey(), value, safeties.persists() ? Lifetime.DURABLE : Lifetime.EPHEMERAL), desk);
        } else if (own == null && desk.up) {
            desk.up = false;
            note(desk.bus.remove(ownKey()), desk);
        }
    }

    private static void note(CompletableFuture<Void> put, Desk desk) {
        put.whenComplete((done, error) -> {
            if (error != null) {
                LOG.warn("bus '{}' does not know about the emergency stop: {}", desk.bus.name(), error.getMessage());
            }
        });
    }

    /** What is on a bus; called by its threads. */
    private final class Keys implements Watcher<Object> {
        private final String bus;

        Keys(String bus) {
            this.bus = bus;
        }

        @Override
        public void put(Name key, Object value) {
            Map<?, ?> notice = value instanceof Map<?, ?> map ? map : Map.of("reason", String.valueOf(value));
            String reason = line(notice.get("reason") == null ? "" : notice.get("reason").toString());
            if (!key.toString().equals(ownKey())) {
                Instant since = notice.get("since") instanceof Number millis ? Instant.ofEpochMilli(millis.longValue()) : Instant.now();
                safeties.other(new Stop(by(key), bus, reason, since));
            } else if (!token.equals(notice.get("token"))) {
                safeties.stop(reason, key.toString());
                thread.execute(() -> refresh(false));
            } else if (safeties.own().isEmpty()) {
                thread.execute(() -> refresh(true));
            }
        }

        @Override
        public void removed(Name key) {
            if (key.toString().equals(ownKey())) {
                // Only a reset here ends it: what was taken down by others goes up again.
                thread.execute(() -> refresh(false));
            } else {
                safeties.otherReset(bus, by(key));
            }
        }

        private void refresh(boolean up) {
            Desk desk = desks.get(bus);
            if (desk != null) {
                desk.up = up;
                show(desk);
            }
        }

        private String by(Name key) {
            return key.toString().substring(KEYS.length());
        }
    }

    private static String line(String text) {
        String clean = text.strip().replaceAll("\\p{Cntrl}+", " ");
        return clean.isEmpty() ? "no reason given" : clean.substring(0, Math.min(LONGEST, clean.length()));
    }

    /** {@code /diagnostics} of every bus that has a rule or a stop, and of those that are to have it. */
    private void tell() {
        List<Stop> stops = stops();
        List<DiagnosticStatus> all = desks.isEmpty() ? List.of() : statuses();
        desks.forEach((bus, desk) -> {
            List<Stop> here = stops.stream().filter(stop -> stop.bus().isEmpty() || stop.bus().equals(bus)).toList();
            if (here.isEmpty() && !safeties.guards(bus) && !told.contains(bus) && !told.contains("*")) {
                if (desk.diagnostics != null) {
                    desk.diagnostics.close();
                    desk.diagnostics = null;
                }
                return;
            }
            try {
                if (desk.diagnostics == null) {
                    desk.diagnostics = desk.bus.publisher("/diagnostics", DiagnosticArray.class, TOLD);
                }
                desk.diagnostics.publish(diagnostics(here, all));
            } catch (Unsupported | IllegalStateException e) {
                LOG.debug("bus '{}' carries no diagnostics", bus, e);
            }
        });
    }

    /** How buses are, and all that others know. */
    private List<DiagnosticStatus> statuses() {
        List<DiagnosticStatus> all = new ArrayList<>();
        desks.values().forEach(desk -> all.add(desk.link.look(runtime)));
        for (DiagnosticSource source : sources) {
            try {
                all.addAll(source.diagnostics(runtime));
            } catch (RuntimeException | LinkageError e) {
                all.add(new DiagnosticStatus(DiagnosticStatus.ERROR, "anole: " + source.getClass().getName(), "it does not tell: " + e,
                        runtime, List.of()));
            }
        }
        return all.size() > MOST_STATUSES ? all.subList(0, MOST_STATUSES) : all;
    }

    private DiagnosticArray diagnostics(List<Stop> stops, List<DiagnosticStatus> others) {
        List<KeyValue> values = new ArrayList<>();
        stops.forEach(stop -> values.add(new KeyValue(stop.by(), stop.since() + " " + stop.reason())));
        String message = stops.isEmpty() ? "no emergency stop"
                : "EMERGENCY STOP: " + stops.stream().map(Stop::reason).collect(Collectors.joining("; "));
        List<DiagnosticStatus> all = new ArrayList<>();
        all.add(new DiagnosticStatus(stops.isEmpty() ? DiagnosticStatus.OK : DiagnosticStatus.ERROR, "anole: emergency stop", message,
                runtime, values));
        all.addAll(others);
        return new DiagnosticArray(Header.now(""), all);
    }

    @Override
    public void stop(String reason, String by) {
        safeties.stop(line(reason == null ? "" : reason), by);
    }

    @Override
    public CompletableFuture<Void> reset(boolean others, String by) {
        safeties.reset(by);
        return CompletableFuture.supplyAsync(() -> {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            if (others) {
                stops().stream().filter(stop -> !stop.bus().isEmpty() && desks.containsKey(stop.bus()))
                        .forEach(stop -> all.add(desks.get(stop.bus()).bus.remove(KEYS + stop.by())));
            }
            return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
        }, thread).thenCompose(done -> done);
    }

    @Override
    public List<Stop> stops() {
        return safeties.stops(runtime);
    }

    @Override
    public List<Trip> trips() {
        return safeties.trips();
    }

    @Override
    public Optional<Map<String, Object>> rule(String bus, Name topic) {
        return safeties.rule(bus, topic).map(rule -> {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("rule", rule.name());
            all.put("lifespan.ms", TimeUnit.NANOSECONDS.toMillis(rule.lifespan()));
            all.put("deadline.ms", TimeUnit.NANOSECONDS.toMillis(rule.deadline()));
            all.put("latches", rule.latches());
            return all;
        });
    }

    @Deactivate
    void close() {
        safeties.unlisten(changed);
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
                LOG.warn("the emergency stop's board does not end: a bus holds it up");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        desks.values().forEach(desk -> desk.bus.close());
    }
}
