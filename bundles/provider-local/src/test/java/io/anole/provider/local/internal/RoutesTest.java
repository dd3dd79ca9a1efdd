package io.anole.provider.local.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.Closed;
import io.anole.bus.BusException.Rejected;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Qos.Durability;
import io.anole.bus.Registration;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Value;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.MessageHandler;
import io.anole.bus.provider.Outlet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private static final Qos KEEP = Qos.DEFAULT.durability(Durability.TRANSIENT_LOCAL);
    private final List<String> told = new ArrayList<>();
    private final LinkListener listener = new LinkListener() {
        @Override
        public void up(String where) {
            told.add("up");
        }

        @Override
        public void down(String reason) {
            told.add("down");
        }

        @Override
        public void dropped(Drop reason, long count) {
            told.add(reason + " " + count);
        }
    };

    private Link open(Map<String, Object> properties) {
        return new LocalProvider().open(new LinkConfig("main", "robot", properties), listener);
    }

    private static Message message(String name, Object body) {
        return new Message(Name.of(name), "", Map.of(), body, "robot/test/1", 1, 0, Message.NEVER);
    }

    private static final class Heard implements MessageHandler {
        final List<Object> bodies = new ArrayList<>();

        @Override
        public CompletionStage<Void> accept(Message message) {
            bodies.add(message.body());
            return LocalLink.DONE;
        }
    }

    /** Routes follow subscriptions that come before and after an outlet, and those that go. */
    @Test
    void routesFollowTheirSubscriptions() {
        Link link = open(Map.of());
        Heard before = new Heard();
        Heard after = new Heard();
        Registration first = link.subscribe(Pattern.of("/a/*"), Qos.DEFAULT, before);
        Outlet outlet = link.advertise(Name.of("/a/b"), "", Qos.DEFAULT);
        outlet.publish(message("/a/b", 1));
        link.subscribe(Pattern.of("/a/b"), Qos.DEFAULT, after);
        outlet.publish(message("/a/b", 2));
        first.close();
        first.close();
        outlet.publish(message("/a/b", 3));
        assertThat(before.bodies).containsExactly(1, 2);
        assertThat(after.bodies).containsExactly(2, 3);
    }

    /** One pending or failed handler makes the result pending or failed; the others have the message all the same. */
    @Test
    void theResultIsThatOfAll() {
        Link link = open(Map.of());
        CompletableFuture<Void> pending = new CompletableFuture<>();
        Heard heard = new Heard();
        link.subscribe(Pattern.of("/a"), Qos.DEFAULT, message -> pending);
        link.subscribe(Pattern.of("/a"), Qos.DEFAULT, heard);
        CompletableFuture<Void> result =
                link.advertise(Name.of("/a"), "", Qos.DEFAULT).publish(message("/a", 1)).toCompletableFuture();
        assertThat(heard.bodies).containsExactly(1);
        assertThat(result).isNotDone();
        pending.completeExceptionally(new Rejected("full"));
        assertThat(result).isCompletedExceptionally();
    }

    /** Kept messages are bounded; the eldest goes and is counted. */
    @Test
    void keptMessagesAreBounded() {
        Link link = open(Map.of("retained.max", 2));
        for (String name : List.of("/a", "/b", "/c")) {
            try (Outlet outlet = link.advertise(Name.of(name), "", KEEP)) {
                outlet.publish(message(name, name));
            }
        }
        Heard heard = new Heard();
        link.subscribe(Pattern.of("/**"), KEEP, heard);
        assertThat(Set.copyOf(heard.bodies)).isEqualTo(Set.of("/b", "/c"));
        assertThat(told).containsExactly("up", "OVERFLOW 1");
    }

    /** State is bounded; what is there can still be changed. */
    @Test
    void stateIsBounded() {
        Link link = open(Map.of("state.max", 1));
        Optional<Value> value = Optional.of(new Value(1, "", ""));
        link.put(Name.of("/a"), value, Lifetime.DURABLE).toCompletableFuture().join();
        assertThatThrownBy(() -> link.put(Name.of("/b"), value, Lifetime.DURABLE).toCompletableFuture().join())
                .hasCauseInstanceOf(Rejected.class).hasMessageContaining("state.max = 1").hasMessageContaining("'/b'");
        link.put(Name.of("/a"), value, Lifetime.DURABLE).toCompletableFuture().join();
        link.put(Name.of("/a"), Optional.empty(), Lifetime.DURABLE).toCompletableFuture().join();
        link.put(Name.of("/b"), value, Lifetime.DURABLE).toCompletableFuture().join();
    }

    @Test
    void aWrongSettingIsNamed() {
        assertThatThrownBy(() -> open(Map.of("state.max", "many"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bus 'main': state.max: 'many' is not a whole number");
    }

    @Test
    void aClosedLinkSaysSo() {
        Link link = open(Map.of());
        Outlet outlet = link.advertise(Name.of("/a"), "", Qos.DEFAULT);
        link.close();
        link.close();
        assertThatThrownBy(() -> outlet.publish(message("/a", 1)).toCompletableFuture().join())
                .hasCauseInstanceOf(Closed.class);
        assertThatThrownBy(() -> link.get(Name.of("/a")).toCompletableFuture().join()).hasCauseInstanceOf(Closed.class);
        assertThatThrownBy(() -> link.advertise(Name.of("/a"), "", Qos.DEFAULT)).isInstanceOf(Closed.class);
    }
}
