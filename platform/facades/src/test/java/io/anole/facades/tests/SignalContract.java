package io.anole.facades.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.core.ParticipantBus;
import io.anole.core.Participants;
import io.anole.signal.Interceptor;
import io.anole.signal.Listener;
import io.anole.signal.Presence;
import io.anole.signal.Requests;
import io.anole.signal.Router;
import io.anole.signal.Sender;
import io.anole.signal.Signal;
import io.anole.signal.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.common.service.ServiceAware;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** The rows PS-01 to PS-19 of signals, requests and presence, over the buses that a subclass names. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
abstract class SignalContract {
    static final Duration BOUND = Duration.ofSeconds(20);

    @InjectBundleContext
    BundleContext context;
    @InjectService
    ConfigurationAdmin configurations;
    @InjectService
    Participants participants;
    @InjectService
    Signals signals;
    @InjectService(cardinality = 0)
    ServiceAware<Bus> buses;

    private final List<ParticipantBus> views = new ArrayList<>();
    private final List<Configuration> configured = new ArrayList<>();
    Router router;

    /** The configuration of each bus, by its name. */
    abstract Map<String, Map<String, Object>> buses();

    /** The bus that a participant is on. */
    abstract String bus(String participant);

    @BeforeEach
    void openBuses() throws Exception {
        Map<String, Map<String, Object>> all = buses();
        for (Map.Entry<String, Map<String, Object>> one : all.entrySet()) {
            Configuration configuration = configurations.getFactoryConfiguration("io.anole.bus", one.getKey(), "?");
            configuration.update(new Hashtable<>(one.getValue()));
            configured.add(configuration);
        }
        await().atMost(BOUND).until(() -> buses.getServices().size() == all.size());
        router = signals.router(view("one"));
    }

    @AfterEach
    void closeBuses() throws Exception {
        views.forEach(ParticipantBus::close);
        for (Configuration configuration : configured) {
            configuration.delete();
        }
        await().atMost(BOUND).until(() -> buses.getServices().isEmpty());
    }

    final ParticipantBus view(String participant) {
        ParticipantBus view = participants.open(bus(participant), participant, null);
        views.add(view);
        return view;
    }

    /** PS-02 */
    @Test
    void aSenderNeedsANameAndSomethingToSay() {
        assertThatThrownBy(() -> router.addSender(null, Set.of("tick"), Requests.NONE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("needs a name");
        assertThatThrownBy(() -> router.addSender("timer", Set.of(), Requests.NONE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("neither events nor requests");
        assertThatThrownBy(() -> router.addSender("a/b", Set.of("tick"), Requests.NONE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("one segment");
    }

    /** PS-02, B-PS-6: a taken name is refused through ready(), and free again when its owner closes. */
    @Test
    void aNameBelongsToOneSender() {
        Sender first = added("timer", Set.of("tick"), Requests.NONE);
        Router other = signals.router(view("two"));
        Sender second = other.addSender("timer", Set.of("tick"), Requests.NONE);
        assertThat(failure(second.ready())).isInstanceOf(BusException.Conflict.class);
        assertThat(second.connected()).isFalse();
        assertThat(first.connected()).isTrue();

        first.close();
        assertThat(first.connected()).isFalse();
        // Over a wire the end of one bus's sender may take a moment to reach the other.
        await().atMost(BOUND).until(() -> {
            Sender next = other.addSender("timer", Set.of("tick"), Requests.NONE);
            boolean free = failure(next.ready()) == null;
            if (!free) {
                next.close();
            }
            return free;
        });
    }

    /** PS-04, PS-05, PS-07: the four forms with two senders and three events, counted exactly. */
    @Test
    void listenersHearWhatTheyAskedForAndNothingElse() throws Exception {
        List<Heard> heard = new ArrayList<>();
        String[][] forms = {{"a", "x"}, {"a", "#t"}, {"a", null}, {null, null}, {null, "#t"}, {"b", "x"}};
        for (String[] form : forms) {
            Heard listener = new Heard();
            heard.add(listener);
            join(router.listen(form[0], form[1], listener).ready());
        }
        Sender a = added("a", Set.of("x", "y", "#t"), Requests.NONE);
        Sender b = added("b", Set.of("x", "y", "#t"), Requests.NONE);
        for (Sender sender : List.of(a, b)) {
            for (String event : List.of("x", "y", "#t")) {
                join(sender.signal(event).trigger(sender.name() + event));
            }
        }
        assertThat(heard.get(0).take(1)).containsExactly("ax");
        assertThat(heard.get(1).take(1)).containsExactly("a#t");
        assertThat(heard.get(2).take(4)).containsExactlyInAnyOrder("#connect a", "ax", "ay", "a#t");
        assertThat(heard.get(3).take(8)).containsExactlyInAnyOrder("#connect a", "#connect b", "ax", "ay", "a#t", "bx", "by",
                "b#t");
        assertThat(heard.get(4).take(2)).containsExactlyInAnyOrder("a#t", "b#t");
        assertThat(heard.get(5).take(1)).containsExactly("bx");
        assertThat(heard).allSatisfy(listener -> assertThat(listener.signals).isEmpty());
    }

    /** PS-05, B-PS-13 */
    @Test
    void aListenerThatCanNeverHearIsRefused() {
        assertThatThrownBy(() -> router.listen(null, "temperature", signal -> { }))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("only channels");
        added("a", Set.of("x"), Requests.NONE);
        assertThat(failure(router.listen("a", "y", signal -> { }).ready())).isInstanceOf(BusException.Unsupported.class)
                .hasMessageContaining("'a' has no event 'y'").hasMessageContaining("x");
    }

    /** PS-03: remove, add again: the old listener still works. PS-04: an unknown event is an error. */
    @Test
    void aListenerOutlivesItsSender() throws Exception {
        Heard listener = new Heard();
        join(router.listen("a", "x", listener).ready());
        added("a", Set.of("x"), Requests.NONE).close();
        Sender again = added("a", Set.of("x"), Requests.NONE);
        assertThatThrownBy(() -> again.signal("y")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no event 'y'");
        again.signal("x").trigger("back");
        assertThat(listener.take(1)).containsExactly("back");
    }

    /** PS-06 */
    @Test
    void afterCloseNothingIsHeard() throws Exception {
        Heard closed = new Heard();
        Heard open = new Heard();
        io.anole.bus.Registration registration = router.listen("a", "x", closed);
        join(registration.ready());
        join(router.listen("a", "x", open).ready());
        Sender a = added("a", Set.of("x"), Requests.NONE);
        registration.close();
        join(a.signal("x").trigger(1));
        assertThat(open.take(1)).containsExactly("1");
        assertThat(closed.signals).isEmpty();
    }

    /** PS-08, B-PS-12: presence, with the senders that are there already. */
    @Test
    void presenceIsToldToLateListenersToo() throws Exception {
        added("early", Set.of("x"), Requests.of("ping", params -> "pong"));
        Heard listener = new Heard();
        join(router.listen(null, Router.CONNECT, listener).ready());
        join(router.listen(null, Router.DISCONNECT, listener).ready());
        assertThat(listener.take(1)).containsExactly("#connect early");
        ParticipantBus mortal = view("mortal");
        join(signals.router(mortal).addSender("late", Set.of("x"), Requests.NONE).ready());
        assertThat(listener.take(1)).containsExactly("#connect late");
        mortal.close();
        assertThat(listener.take(1)).containsExactly("#disconnect late");
        assertThat(router.senders().join()).containsExactly(new Presence("early",
                List.of("#connect", "#disconnect", "x"), List.of("ping"), false));
    }

    /** PS-09, PS-14, B-PS-5: each way a request can end is told apart. */
    @Test
    void requestsEndTyped() {
        added("math", Set.of(), new Requests(Map.of("double", params -> 2 * ((Number) params).longValue(),
                "nothing", params -> null, "fail", params -> {
                    throw new IllegalStateException("out of range");
                }), null));
        added("echo", Set.of(), new Requests(Map.of(), (method, params) -> method + ":" + params));
        added("mute", Set.of("x"), Requests.NONE);
        assertThat(router.request("math", "double", 21).join()).isEqualTo(42L);
        assertThat(router.request("math", "nothing", null).join()).isNull();
        assertThat(router.request("echo", "any", 1).join()).isEqualTo("any:1");
        assertThat(failure(router.request("nobody", "x", null))).isInstanceOf(BusException.NoProvider.class);
        assertThat(failure(router.request("math", "half", 1))).isInstanceOf(BusException.Unsupported.class)
                .hasMessageContaining("no method 'half'");
        assertThat(failure(router.request("mute", "x", 1))).isInstanceOf(BusException.Unsupported.class)
                .hasMessageContaining("answers no requests");
        assertThat(failure(router.request("math", "fail", 1))).isInstanceOf(BusException.RemoteError.class)
                .hasMessage("out of range")
                .satisfies(e -> assertThat(((BusException.RemoteError) e).type()).isEqualTo("java.lang.IllegalStateException"));
        assertThatThrownBy(() -> router.request("math", null, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    /** PS-10 */
    @Test
    void requestsAreReplacedLiveAndListenersCounted() {
        Sender sender = added("a", Set.of("x"), Requests.of("who", params -> "first"));
        assertThat(router.request("a", "who", null).join()).isEqualTo("first");
        sender.requests(Requests.of("who", params -> "second"));
        assertThat(router.request("a", "who", null).join()).isEqualTo("second");
        assertThat(sender.events()).containsExactlyInAnyOrder("x", "#connect", "#disconnect");

        join(router.listen("a", "x", signal -> { }).ready());
        join(router.listen("a", null, signal -> { }).ready());
        join(router.listen("b", "x", signal -> { }).ready());
        await().atMost(BOUND).until(() -> sender.listeners().join() == 2);
    }

    /** PS-01 */
    @Test
    void interceptorsAddToSignals() throws Exception {
        Interceptor stamp = (sender, event, data) -> Map.of("stamp", sender + "." + event);
        ServiceRegistration<Interceptor> registration = context.registerService(Interceptor.class, stamp, null);
        try {
            BlockingQueue<Signal> heard = new LinkedBlockingQueue<>();
            join(router.listen("a", "x", heard::add).ready());
            join(added("a", Set.of("x"), Requests.NONE).signal("x").trigger(1));
            assertThat(heard.poll(BOUND.toSeconds(), TimeUnit.SECONDS).info()).containsEntry("stamp", "a.x");
        } finally {
            registration.unregister();
        }
    }

    /** B-PS-2, B-PS-3: one that listens to itself and asks itself, inside its own listener. */
    @Test
    void aListenerMayAskItsOwnSender() throws Exception {
        Sender a = added("a", Set.of("x"), Requests.of("ping", params -> "pong"));
        CompletableFuture<Object> answer = new CompletableFuture<>();
        join(router.listen("a", "x", signal -> answer.complete(router.request("a", "ping", null).join())).ready());
        a.signal("x").trigger(1);
        assertThat(answer.get(BOUND.toSeconds(), TimeUnit.SECONDS)).isEqualTo("pong");
    }

    /** B-PS-4, B-PS-11: a listener that fails, or never returns, keeps nobody else from hearing. */
    @Test
    void aBadListenerHurtsNobody() throws Exception {
        CompletableFuture<Void> release = new CompletableFuture<>();
        try {
            join(router.listen("a", "x", signal -> release.get(BOUND.toSeconds(), TimeUnit.SECONDS)).ready());
            join(router.listen("a", "x", signal -> {
                throw new IllegalStateException("bad listener");
            }).ready());
            Heard good = new Heard();
            join(router.listen("a", "x", good).ready());
            Sender a = added("a", Set.of("x"), Requests.NONE);
            for (int i = 0; i < 100; i++) {
                a.signal("x").trigger(i);
            }
            assertThat(good.take(100)).hasSize(100);
        } finally {
            release.complete(null);
        }
    }

    final Sender added(String name, Set<String> events, Requests requests) {
        Sender sender = router.addSender(name, events, requests);
        join(sender.ready());
        return sender;
    }

    static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS).join();
    }

    static Throwable failure(CompletionStage<?> stage) {
        try {
            join(stage);
            return null;
        } catch (CompletionException e) {
            return e.getCause();
        }
    }

    static final class Heard implements Listener {
        final BlockingQueue<String> signals = new LinkedBlockingQueue<>();

        @Override
        public void heard(Signal signal) {
            signals.add(signal.data() instanceof Presence present ? signal.event() + " " + present.sender()
                    : String.valueOf(signal.data()));
        }

        List<String> take(int count) throws InterruptedException {
            List<String> taken = new ArrayList<>();
            while (taken.size() < count) {
                String next = signals.poll(BOUND.toSeconds(), TimeUnit.SECONDS);
                assertThat(next).as("signal %d of %d", taken.size() + 1, count).isNotNull();
                taken.add(next);
            }
            return taken;
        }
    }
}
