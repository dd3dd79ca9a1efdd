package io.anole.facades.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.anole.bus.BusException;
import io.anole.bus.Registration;
import io.anole.signal.Listener;
import io.anole.signal.Requests;
import io.anole.signal.Router;
import io.anole.signal.Sender;
import io.anole.signal.Signal;
import io.anole.testkit.FreePort;
import io.anole.testkit.TcpLine;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Over TCP: participant {@code one} and all others are on buses of their own, each over a line of its own to a router that is
 * a third (PS-12 to PS-20, B-PS-1 to B-PS-17).
 */
class SignalTcpIT extends SignalContract {
    private final int port = FreePort.next();
    private final TcpLine near = line();
    private final TcpLine far = line();

    private TcpLine line() {
        return new TcpLine(new InetSocketAddress("127.0.0.1", port),
                at -> Map.of("provider", "tcp", "url", "tcp://127.0.0.1:" + at, "reconnect.max.ms", 200));
    }

    @Override
    Map<String, Map<String, Object>> buses() {
        return Map.of("near", near.properties(), "far", far.properties(), "router", Map.of("provider", "tcp", "mode", "router",
                "listen", "tcp://127.0.0.1:" + port, "heartbeat.ms", 800, "presence.ms", 1000));
    }

    @Override
    String bus(String participant) {
        return participant.equals("one") ? "near" : participant.equals("router") ? "router" : "far";
    }

    @AfterEach
    void closeLines() {
        near.close();
        far.close();
    }

    private Sender far(String name, Set<String> events, Requests requests) {
        Sender sender = signals.router(view("two")).addSender(name, events, requests);
        join(sender.ready());
        return sender;
    }

    private Heard presence() {
        Heard heard = new Heard();
        join(router.listen(null, Router.CONNECT, heard).ready());
        join(router.listen(null, Router.DISCONNECT, heard).ready());
        return heard;
    }

    /** PS-15: as if the process was killed; its name is free then. PS-17, B-PS-15: what comes back is as it was. */
    @Test
    void aSenderThatIsLostIsGoneAndComesBack() throws Exception {
        Heard heard = presence();
        Heard ticks = new Heard();
        join(router.listen("arm", "tick", ticks).ready());
        Sender arm = far("arm", Set.of("tick"), Requests.of("ping", params -> "pong"));
        assertThat(heard.take(1)).containsExactly("#connect arm");

        far.cut();
        assertThat(heard.take(1)).containsExactly("#disconnect arm");
        assertThat(failure(router.request("arm", "ping", null))).isInstanceOf(BusException.NoProvider.class);

        far.mend();
        assertThat(heard.take(1)).containsExactly("#connect arm");
        join(arm.signal("tick").trigger("again"));
        assertThat(ticks.take(1)).containsExactly("again");
        assertThat(router.request("arm", "ping", null).join()).isEqualTo("pong");
    }

    /** PS-15: the name of a lost sender can be used at once. */
    @Test
    void theNameOfALostSenderIsFree() throws Exception {
        Heard heard = presence();
        far("arm", Set.of("tick"), Requests.NONE);
        assertThat(heard.take(1)).containsExactly("#connect arm");
        far.cut();
        assertThat(heard.take(1)).containsExactly("#disconnect arm");
        added("arm", Set.of("tick"), Requests.NONE);
        assertThat(heard.take(1)).containsExactly("#connect arm");
    }

    /** B-PS-15: a line that passes nothing and does not break. */
    @Test
    void aSilentLineIsNoticed() throws Exception {
        Heard heard = presence();
        far("arm", Set.of("tick"), Requests.NONE);
        assertThat(heard.take(1)).containsExactly("#connect arm");
        far.stop();
        assertThat(heard.take(1)).containsExactly("#disconnect arm");
        far.mend();
        assertThat(heard.take(1)).containsExactly("#connect arm");
    }

    /** PS-13: senders of the runtime that is the router, and listeners there. */
    @Test
    void theRouterTakesPartItself() throws Exception {
        Router middle = signals.router(view("router"));
        Heard ticks = new Heard();
        join(router.listen("timer", "tick", ticks).ready());
        Sender timer = middle.addSender("timer", Set.of("tick"), Requests.of("who", params -> "router"));
        join(timer.ready());
        join(timer.signal("tick").trigger(1));
        assertThat(ticks.take(1)).containsExactly("1");
        assertThat(router.request("timer", "who", null).join()).isEqualTo("router");
        Heard back = new Heard();
        join(middle.listen("one", "x", back).ready());
        join(added("one", Set.of("x"), Requests.NONE).signal("x").trigger("back"));
        assertThat(back.take(1)).containsExactly("back");
    }

    /** PS-20, B-PS-1, B-PS-10: a large body, and many small ones behind one another, by several threads. */
    @Test
    void bodiesOfAnySizeArriveWhole() throws Exception {
        List<Object> heard = Collections.synchronizedList(new ArrayList<>());
        Listener listener = signal -> heard.add(signal.data());
        join(router.listen("a", "x", listener).ready());
        Sender a = far("a", Set.of("x"), Requests.NONE);
        String large = "x".repeat(1 << 20);
        join(a.signal("x").trigger(large));
        List<Integer> small = IntStream.range(0, 1000).boxed().toList();
        CompletableFuture.allOf(small.stream().map(i -> CompletableFuture.runAsync(() -> a.signal("x").trigger("n" + i)))
                .toArray(CompletableFuture[]::new)).get(BOUND.toSeconds(), TimeUnit.SECONDS);
        await().atMost(BOUND).until(() -> heard.size() == 1001);
        assertThat(heard.get(0)).isEqualTo(large);
        assertThat(heard.subList(1, 1001)).containsExactlyInAnyOrderElementsOf(small.stream().map(i -> (Object) ("n" + i)).toList());
    }

    /** B-PS-7, B-PS-8: what is closed is closed, and nothing else: also with one callback for two events. */
    @Test
    void closingOneRegistrationLeavesTheOther() throws Exception {
        Heard both = new Heard();
        Registration first = router.listen("a", "x", both);
        Registration second = router.listen("a", "y", both);
        join(first.ready());
        join(second.ready());
        Sender a = far("a", Set.of("x", "y"), Requests.NONE);
        first.close();
        await().atMost(BOUND).until(() -> join(a.listeners()) == 1);
        join(a.signal("x").trigger("x"));
        join(a.signal("y").trigger("y"));
        assertThat(both.take(1)).containsExactly("y");
        a.close();
        await().atMost(BOUND).until(() -> join(router.senders()).isEmpty());
        assertThat(failure(router.request("a", "ping", null))).isInstanceOf(BusException.NoProvider.class);
    }

    /** B-PS-3, over the wire: a listener asks the sender that it hears, and waits. */
    @Test
    void aListenerMayAskAcrossTheWire() throws Exception {
        Sender a = far("a", Set.of("x"), Requests.of("ping", params -> "pong"));
        CompletableFuture<Object> answer = new CompletableFuture<>();
        Listener asks = (Signal signal) -> answer.complete(router.request("a", "ping", null).join());
        join(router.listen("a", "x", asks).ready());
        join(a.signal("x").trigger(1));
        assertThat(answer.get(BOUND.toSeconds(), TimeUnit.SECONDS)).isEqualTo("pong");
    }
}
