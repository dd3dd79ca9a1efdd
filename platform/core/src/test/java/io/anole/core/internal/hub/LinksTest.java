package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.LinkLost;
import io.anole.bus.BusException.NoProvider;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.BusException.Unsupported;
import io.anole.bus.Caller;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Durability;
import io.anole.bus.Qos.Overflow;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.Statistics.LinkState;
import io.anole.bus.Value;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Capabilities;
import io.anole.bus.provider.Capabilities.Ability;
import io.anole.bus.provider.Capabilities.Support;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.MessageHandler;
import io.anole.bus.provider.Outlet;
import io.anole.bus.provider.RequestHandler;
import io.anole.bus.provider.StateListener;
import io.anole.provider.local.internal.LocalProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of a bus when its link goes, comes back, or is of another kind. */
class LinksTest extends LocalBus {
    record Point(double x, double y) {
    }

    /** A system that repeats every message, takes trees only, and accepts a message when told to. */
    private static final class Echoing implements BusProvider {
        final BlockingQueue<CompletableFuture<Void>> acknowledgements = new LinkedBlockingQueue<>();
        final BlockingQueue<MessageHandler> handlers = new LinkedBlockingQueue<>();
        final BlockingQueue<Object> bodies = new LinkedBlockingQueue<>();
        /** For all messages; null if each has its own. */
        volatile CompletableFuture<Void> together;
        final Map<Ability, Support> support = new EnumMap<>(Ability.class);

        Echoing() {
            for (Ability ability : Ability.values()) {
                support.put(ability, Support.NATIVE);
            }
        }

        @Override
        public Link open(LinkConfig config, LinkListener listener) {
            return new EchoingLink(this, new LocalProvider().open(config, listener));
        }
    }

    private record EchoingLink(Echoing system, Link inner) implements Link {
        @Override
        public Capabilities capabilities() {
            return new Capabilities(system.support, false, 1000, Map.of());
        }

        @Override
        public Outlet advertise(Name topic, String type, Qos qos) {
            if (qos.durability() == Durability.TRANSIENT_LOCAL && !capabilities().can(Ability.TRANSIENT_LOCAL)) {
                throw new Unsupported("this system keeps nothing");
            }
            Outlet outlet = inner.advertise(topic, type, qos);
            return new Outlet() {
                @Override
                public CompletionStage<Void> publish(Message message) {
                    system.bodies.add(message.body());
                    CompletableFuture<Void> accepted = system.together == null ? new CompletableFuture<>() : system.together;
                    system.acknowledgements.add(accepted);
                    outlet.publish(message);
                    outlet.publish(message);
                    return accepted;
                }

                @Override
                public void close() {
                    outlet.close();
                }
            };
        }

        @Override
        public Registration subscribe(Pattern pattern, Qos qos, MessageHandler handler) {
            system.handlers.add(handler);
            return inner.subscribe(pattern, qos, handler);
        }

        @Override
        public CompletionStage<Message> request(Name service, Message request, Duration timeout) {
            return inner.request(service, request, timeout);
        }

        @Override
        public Registration serve(Name service, RequestHandler handler) {
            return inner.serve(service, handler);
        }

        @Override
        public CompletionStage<Void> put(Name key, Optional<Value> value, Lifetime lifetime) {
            return inner.put(key, value, lifetime);
        }

        @Override
        public CompletionStage<Optional<Value>> get(Name key) {
            return inner.get(key);
        }

        @Override
        public Registration watch(Pattern pattern, StateListener listener) {
            return inner.watch(pattern, listener);
        }

        @Override
        public CompletionStage<Void> flush() {
            return inner.flush();
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        T taken = queue.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(taken).isNotNull();
        return taken;
    }

    /** G6, G11: without a link everything fails with LinkLost, at once and in words; the bus says why. */
    @Test
    void withoutALinkEverythingSaysSo() {
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        Caller<Integer, Integer> caller = bus.caller("/never", Integer.class, Integer.class);
        bus.serve("/never", Integer.class, Integer.class, (body, request) -> new CompletableFuture<>());
        CompletableFuture<Integer> pending = caller.call(1, Duration.ofSeconds(SECONDS));
        hub.lose("its provider went away");
        List<CompletionStage<?>> all = List.of(pending, publisher.publish(1), caller.call(2), bus.get("/k", Integer.class),
                bus.put("/k", 1, Lifetime.DURABLE));
        assertThat(all).allSatisfy(stage -> assertThatThrownBy(() -> join(stage)).hasCauseInstanceOf(LinkLost.class)
                .hasMessageContaining("'main'").hasMessageContaining("its provider went away"));
        assertThat(bus.statistics().link()).isEqualTo(LinkState.DOWN);
        assertThat(bus.statistics().detail()).isEqualTo("its provider went away");
        assertThat(dropped(Kind.PUBLISHER, "/n", Drop.LINK_DOWN)).isEqualTo(1);
    }

    /** G11, G14: what was opened before, and without, a link is there on the next one. */
    @Test
    void registrationsMoveToTheNextLink() throws Exception {
        BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        bus.subscribe("/*", Integer.class, heard::add);
        Caller<Integer, Integer> caller = bus.caller("/echo", Integer.class, Integer.class);
        bus.serve("/echo", Integer.class, Integer.class, (body, request) -> CompletableFuture.completedFuture(body));
        Registration closed = bus.subscribe("/n", Integer.class, heard::add);
        closed.close();
        hub.lose("gone");
        Registration later = bus.subscribe("/n", Integer.class, heard::add);
        assertThat(later.ready().toCompletableFuture()).isNotDone();
        hub.open(new LocalProvider(), "local", Map.of());
        join(later.ready());
        publisher.publish(1);
        assertThat(List.of(take(heard), take(heard))).containsExactly(1, 1);
        assertThat(join(caller.call(2))).isEqualTo(2);
        assertThat(bus.statistics().link()).isEqualTo(LinkState.UP);
        publisher.publish(3);
        assertThat(List.of(take(heard), take(heard))).containsExactly(3, 3);
        assertThat(heard).isEmpty();
    }

    /** A link may be replaced by a younger one without a gap: nobody hears the old one any more. */
    @Test
    void aYoungerLinkReplacesTheOld() throws Exception {
        BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        bus.subscribe("/n", Integer.class, heard::add);
        for (int i = 0; i < 20; i++) {
            hub.open(new LocalProvider(), "local", Map.of());
            join(publisher.publish(i));
            assertThat(take(heard)).isEqualTo(i);
        }
        assertThat(heard).isEmpty();
    }

    /** G2: of what a link sends together each publisher's stage tells how it went, and each place in the window is free again. */
    @Test
    void whatALinkTakesTogetherSettlesTogether() {
        Echoing system = new Echoing();
        hub.open(system, "local", Map.of());
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        for (int round = 0; round < 40; round++) {
            system.together = new CompletableFuture<>();
            List<CompletionStage<Void>> all = IntStream.range(0, 10).mapToObj(publisher::publish).toList();
            assertThat(all).noneMatch(stage -> stage.toCompletableFuture().isDone());
            system.together.complete(null);
            all.forEach(LocalBus::join);
            join(publisher.publish(10));
        }
        system.together = new CompletableFuture<>();
        List<CompletionStage<Void>> all = List.of(publisher.publish(1), publisher.publish(2));
        system.together.completeExceptionally(new Rejected("not these"));
        assertThat(all).allSatisfy(stage -> assertThatThrownBy(() -> join(stage)).hasMessageContaining("not these"));
        assertThat(dropped(Kind.PUBLISHER, "/n", Drop.REJECTED)).isEqualTo(2);
    }

    /** G2: what the system repeats is heard once, and counted. Bodies go out as trees and come in as classes. */
    @Test
    void overAWireBodiesAreTreesAndRepetitionsAreSuppressed() throws Exception {
        Echoing system = new Echoing();
        hub.open(system, "local", Map.of());
        BlockingQueue<Point> heard = new LinkedBlockingQueue<>();
        bus.subscribe("/p", Point.class, heard::add);
        Publisher<Point> publisher = bus.publisher("/p", Point.class);
        for (int i = 0; i < 10; i++) {
            publisher.publish(new Point(i, i));
        }
        for (int i = 0; i < 10; i++) {
            assertThat(take(heard)).isEqualTo(new Point(i, i));
        }
        eventually().until(() -> dropped(Kind.SUBSCRIPTION, "/p", Drop.DUPLICATE) == 10);
        assertThat(heard).isEmpty();
        assertThat(take(system.bodies)).isInstanceOf(Map.class).hasToString("{x=0.0, y=0.0}");
        bus.serve("/mirror", Point.class, Point.class,
                (point, request) -> CompletableFuture.completedFuture(new Point(point.y(), point.x())));
        assertThat(join(bus.caller("/mirror", Point.class, Point.class).call(new Point(1, 2)))).isEqualTo(new Point(2, 1));
    }

    /** G1, G5: a link's thread is never held; what finds the buffer full waits in line, and its stage with it. */
    @Test
    void aLinkThatDoesNotWaitKeepsItsOrder() throws Exception {
        Echoing system = new Echoing();
        hub.open(system, "local", Map.of());
        List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
        Semaphore entered = new Semaphore(0);
        Semaphore go = new Semaphore(0);
        bus.subscribe("/n", Integer.class, buffer(Overflow.BLOCK, 4), (body, message) -> {
            entered.release();
            go.acquire();
            heard.add(body);
        });
        MessageHandler handler = take(system.handlers);
        List<CompletableFuture<Void>> stages = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            stages.add(handler.accept(new Message(Name.of("/n"), "", Map.of(), i, "far/away/1", i + 1, 0, Message.NEVER))
                    .toCompletableFuture());
            if (i == 0 || i == 5) {
                // The first is in the handler, and 1 to 4 fill the buffer; 5 waits beside it. Then there is room for one.
                go.release(i == 0 ? 0 : 1);
                assertThat(entered.tryAcquire(SECONDS, TimeUnit.SECONDS)).isTrue();
            }
        }
        assertThat(stages.get(4)).isDone();
        assertThat(stages.get(7)).isNotDone();
        go.release(8);
        stages.forEach(LocalBus::join);
        eventually().until(() -> heard.size() == 8);
        assertThat(heard).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    /** What a link brings together is handled together: when it says that no more follows, and if that is long in coming. */
    @Test
    void messagesThatComeTogetherWakeTheirHandlerOnce() throws Exception {
        Echoing system = new Echoing();
        hub.open(system, "local", Map.of());
        List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
        bus.subscribe("/n", Integer.class, buffer(Overflow.BLOCK, 1_000), (body, message) -> heard.add(body));
        MessageHandler handler = take(system.handlers);
        for (int i = 1; i < 10; i++) {
            join(handler.acceptSome(new Message(Name.of("/n"), "", Map.of(), i, "far/away/1", i, 0, Message.NEVER)));
        }
        assertThat(heard).isEmpty();
        handler.rest();
        eventually().until(() -> heard.size() == 9);
        for (int i = 10; i < 110; i++) {
            join(handler.acceptSome(new Message(Name.of("/n"), "", Map.of(), i, "far/away/1", i, 0, Message.NEVER)));
        }
        eventually().until(() -> heard.size() >= 9 + 64);
        handler.rest();
        eventually().until(() -> heard.size() == 109);
    }

    /** Beyond the window of unacknowledged messages the publisher is held back, and then refused. */
    @Test
    void unacknowledgedMessagesHoldTheirPublisherBack() throws Exception {
        Echoing system = new Echoing();
        hub.open(system, "local", Map.of());
        Publisher<Integer> publisher = bus.publisher("/n", Integer.class);
        CompletionStage<Void> first = publisher.publish(0);
        for (int i = 1; i < 16; i++) {
            assertThat(publisher.publish(i).toCompletableFuture()).isNotDone();
        }
        assertThatThrownBy(() -> join(publisher.publish(16))).hasCauseInstanceOf(Rejected.class)
                .hasMessageContaining("'/n'").hasMessageContaining("300 ms");
        CompletableFuture<String> thread = new CompletableFuture<>();
        first.thenRun(() -> thread.complete(Thread.currentThread().getName()));
        take(system.acknowledgements).complete(null);
        assertThat(join(thread)).startsWith("bus-main");
        assertThat(publisher.publish(17).toCompletableFuture()).isNotDone();
        take(system.acknowledgements).completeExceptionally(new LinkLost("lost"));
        eventually().until(() -> dropped(Kind.PUBLISHER, "/n", Drop.LINK_DOWN) == 1);
        assertThat(endpoint(Kind.PUBLISHER, "/n").counters().failed()).isEqualTo(2);
    }

    /** What the system can't do is refused in words. */
    @Test
    void whatTheLinkCantIsRefused() {
        Echoing system = new Echoing();
        system.support.put(Ability.TRANSIENT_LOCAL, Support.REFUSED);
        hub.open(system, "local", Map.of());
        assertThatThrownBy(() -> bus.publisher("/n", Integer.class, Qos.DEFAULT.durability(Durability.TRANSIENT_LOCAL)))
                .isInstanceOf(Unsupported.class).hasMessageContaining("TRANSIENT_LOCAL").hasMessageContaining("'/n'");
        bus.publisher("/n", Integer.class);
        assertThat(bus.statistics().endpoints()).hasSize(1);
    }

    /** A publisher that the next link refuses says so; the others, and state as a tree, move all the same. */
    @Test
    void oneThatCantMoveKeepsNoOtherFromIt() throws Exception {
        Publisher<Integer> keeps = bus.publisher("/kept", Integer.class, Qos.DEFAULT.durability(Durability.TRANSIENT_LOCAL));
        BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        bus.subscribe("/n", Integer.class, heard::add);
        Publisher<Integer> plain = bus.publisher("/n", Integer.class);
        join(bus.put("/state", new Point(1, 2), Lifetime.EPHEMERAL));
        Echoing system = new Echoing();
        system.support.put(Ability.TRANSIENT_LOCAL, Support.REFUSED);
        hub.open(system, "local", Map.of());
        assertThatThrownBy(() -> join(keeps.publish(1))).hasCauseInstanceOf(Unsupported.class).hasMessageContaining("keeps nothing");
        plain.publish(2);
        assertThat(take(heard)).isEqualTo(2);
        assertThat(join(bus.get("/state", Value.class)).orElseThrow().body()).isInstanceOf(Map.class);
    }

    @Test
    void anUnknownServiceIsToldOnEveryLink() {
        hub.open(new Echoing(), "local", Map.of());
        assertThatThrownBy(() -> join(bus.caller("/none", Object.class, Object.class).call(null)))
                .hasCauseInstanceOf(NoProvider.class);
    }
}
