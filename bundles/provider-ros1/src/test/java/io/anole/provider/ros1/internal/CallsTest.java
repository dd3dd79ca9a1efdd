package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Registration;
import io.anole.bus.provider.RequestHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests from many threads, and to services that move, with Anole's own master. */
class CallsTest {
    private static final String SERVICE = "/calls/echo";
    private static EmbeddedMaster master;

    @BeforeAll
    static void startMaster() {
        master = new EmbeddedMaster();
    }

    @AfterAll
    static void stopMaster() {
        master.close();
    }

    private static Registration serve(Peer peer, RequestHandler handler) {
        Registration served = peer.link.serve(Name.of(SERVICE), handler);
        Peer.done(served.ready());
        return served;
    }

    private static RequestHandler saying(Peer peer, String text) {
        return request -> CompletableFuture.completedStage(peer.message(SERVICE, "", text));
    }

    /** G6: whoever asks, whoever answers, and whatever was given up before, an answer is that of its request. */
    @Test
    void answersAreThoseOfTheirRequests() throws Exception {
        int threads = 8;
        int each = 300;
        ExecutorService pool = Executors.newFixedThreadPool(2 * threads);
        try (Peer server = new Peer("server", master.ros.uri()).connected();
                Peer client = new Peer("client", master.ros.uri()).connected()) {
            CompletableFuture<Message> never = new CompletableFuture<>();
            serve(server, request -> {
                CompletionStage<Message> answer = CompletableFuture.completedStage(server.message(SERVICE, "", request.body()));
                String body = ((Map<?, ?>) request.body()).get("id").toString();
                return body.endsWith("7") ? never : body.endsWith("3") ? answer : answer.thenApplyAsync(same -> same, pool);
            });
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                all.add(pool.submit(() -> ask(client, thread, each)));
            }
            int givenUp = 0;
            for (Future<Integer> one : all) {
                givenUp += one.get(60, TimeUnit.SECONDS);
            }
            assertThat(givenUp).isEqualTo(threads * each / 10);
        } finally {
            pool.shutdownNow();
        }
    }

    /** Returns how many were given up. */
    private static int ask(Peer client, int thread, int count) {
        String filler = "x".repeat(thread == 0 ? 300_000 : thread == 1 ? 20_000 : 20);
        int givenUp = 0;
        for (int i = 0; i < count; i++) {
            Map<String, Object> body = Map.of("id", thread + "-" + i, "filler", i % 20 == 0 ? filler : "");
            boolean unanswered = i % 10 == 7;
            CompletionStage<Message> asked = client.link.request(Name.of(SERVICE), client.message(SERVICE, "", body),
                    unanswered ? Duration.ofMillis(30) : Peer.SOON);
            if (unanswered) {
                assertThatThrownBy(() -> Peer.done(asked)).isInstanceOf(BusException.Timeout.class);
                givenUp++;
            } else {
                assertThat(Peer.done(asked).body()).isEqualTo(body);
            }
        }
        return givenUp;
    }

    /** Where a service was a moment ago is believed, but not against what is found there. */
    @Test
    void whatHasMovedIsFoundAtOnce() {
        try (Peer client = new Peer("once", master.ros.uri(), "calls.idle.ms", 0).connected();
                Peer first = new Peer("first", master.ros.uri()).connected()) {
            Registration there;
            try (Peer second = new Peer("second", master.ros.uri()).connected()) {
                Registration here = serve(first, saying(first, "first"));
                assertThat(client.call(SERVICE, "?")).isEqualTo("first");
                here.close();
                serve(second, saying(second, "second"));
                assertThat(client.call(SERVICE, "?")).isEqualTo("second");
            }
            there = serve(first, saying(first, "first again"));
            assertThat(client.call(SERVICE, "?")).isEqualTo("first again");
            there.close();
        }
    }
}
