package io.anole.provider.ros1.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.anole.bus.BusException;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Registration;
import io.anole.bus.provider.Fetchable;
import io.anole.bus.provider.RequestHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
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

    private static CompletionStage<Message> ask(Peer client, Object body) {
        return client.link.request(Name.of(SERVICE), client.message(SERVICE, "", body), Peer.SOON);
    }

    /** Waits as the hub does. */
    private static Message attend(CompletionStage<Message> asked) {
        ((Fetchable) asked).fetch(Peer.SOON.toNanos());
        return Peer.done(asked);
    }

    /** Asks again and again until an answer comes on this very thread. */
    private static void askUntilFetched(Peer client) {
        Thread me = Thread.currentThread();
        Awaitility.await("an answer that is fetched").atMost(Peer.SOON).pollInSameThread().pollInterval(Duration.ZERO)
                .pollDelay(Duration.ZERO).until(() -> {
                    CompletionStage<Message> asked = ask(client, "?");
                    CompletionStage<Thread> teller = asked.thenApply(answer -> Thread.currentThread());
                    attend(asked);
                    return Peer.done(teller) == me;
                });
    }

    /** G6: who waits reads the answer itself, and where nobody waits any more it comes all the same. */
    @Test
    void answersComeWhetherSomebodyWaitsOrNot() {
        assumeThat(Runtime.getRuntime().availableProcessors()).isGreaterThan(1);
        try (Peer server = new Peer("server", master.ros.uri()).connected();
                Peer client = new Peer("client", master.ros.uri()).connected()) {
            Registration there = serve(server, saying(server, "here"));
            askUntilFetched(client);
            for (int i = 0; i < 10; i++) {
                assertThat(Peer.done(ask(client, "?")).body()).isEqualTo("here");
            }
            askUntilFetched(client);
            there.close();
            Awaitility.await("the service's end").atMost(Peer.SOON).pollInSameThread()
                    .untilAsserted(() -> assertThatThrownBy(() -> attend(ask(client, "?")))
                            .isInstanceOf(BusException.NoProvider.class));
        }
    }

    /** G6: interrupts, impatience, slow and large answers, and broken connections, in any order. */
    @Test
    void whoeverReadsAnAnswerItIsThatOfItsRequest() throws Exception {
        int threads = 6;
        ExecutorService pool = Executors.newFixedThreadPool(threads + 2);
        ScheduledExecutorService late = Executors.newSingleThreadScheduledExecutor();
        try (Peer server = new Peer("server", master.ros.uri()).connected();
                Peer client = new Peer("client", master.ros.uri()).connected()) {
            String large = "x".repeat(2 * Fetch.ROOM);
            serve(server, request -> {
                CompletableFuture<Message> answer = new CompletableFuture<>();
                Map<?, ?> body = (Map<?, ?>) request.body();
                Message message = server.message(SERVICE, "", body.get("large").equals(true)
                        ? Map.of("id", body.get("id"), "filler", large) : body);
                long after = (long) body.get("after");
                if (after == 0) {
                    answer.complete(message);
                } else if (after > 0) {
                    late.schedule(() -> answer.complete(message), after, TimeUnit.MICROSECONDS);
                }
                return answer;
            });
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Random random = new Random(i);
                int thread = i;
                all.add(pool.submit(() -> {
                    for (int n = 0; n < 600; n++) {
                        askAtRandom(client, random, thread + "-" + n, thread < 2);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
            assertThat(client.call(SERVICE, Map.of("id", "last", "after", 0L, "large", false))).isNotNull();
        } finally {
            pool.shutdownNow();
            late.shutdownNow();
        }
    }

    /** @param quick whether all answers are small and soon there, so that they can be fetched */
    private static void askAtRandom(Peer client, Random random, String id, boolean quick) {
        boolean impatient = random.nextInt(40) == 0;
        boolean interrupted = random.nextInt(10) == 0;
        boolean attends = quick || random.nextInt(4) > 0;
        Map<String, Object> body = Map.of("id", id, "large", !quick && random.nextInt(20) == 0, "after",
                impatient ? -1L : quick || random.nextBoolean() ? 0L : (long) random.nextInt(500));
        CompletionStage<Message> asked = client.link.request(Name.of(SERVICE), client.message(SERVICE, "", body),
                impatient ? Duration.ofMillis(1 + random.nextInt(5)) : Peer.SOON);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (attends) {
            ((Fetchable) asked).fetch(random.nextInt(5) == 0 ? random.nextInt(100_000) : Peer.SOON.toNanos());
        }
        assertThat(Thread.interrupted()).isEqualTo(interrupted);
        if (impatient) {
            assertThatThrownBy(() -> Peer.done(asked)).isInstanceOf(BusException.Timeout.class);
        } else {
            assertThat(((Map<?, ?>) Peer.done(asked).body()).get("id")).isEqualTo(id);
        }
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
