package io.anole.supervisor.tests;

import static io.anole.supervisor.tests.Bench.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.Bus;
import io.anole.bus.BusException;
import io.anole.bus.Qos;
import io.anole.process.Filter;
import io.anole.process.Letter;
import io.anole.process.Mail;
import io.anole.process.Mailboxes;
import io.anole.process.ProcessInfo;
import io.anole.process.State;
import io.anole.process.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectService;

/** Mail between real processes, over a real bus. */
class MailIT {
    private static final Duration SOON = Duration.ofSeconds(5);

    /** A body with a shape. */
    public record Parcel(String what, int grams) {
    }

    /** Another class of the same shape, as another version of a bundle has it. */
    public record Package(String what, int grams) {
    }

    @InjectService
    ConfigurationAdmin configurations;
    @InjectService(timeout = 5000)
    Supervisor supervisor;
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(configurations, supervisor);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    /** A process that keeps all the mail it gets. */
    private Script collector(String name, Map<String, ?> more) throws Exception {
        Script script = Script.of(name);
        script.birth = mail -> mail.otherwise(script.seen::add);
        return bench.active(name, more);
    }

    private static List<String> subjects(Script script) {
        return script.seen.stream().map(each -> ((Mail) each).subject()).toList();
    }

    // PC-26, B-PC-7, B-PC-18
    @Test
    void mail_has_all_its_headers_and_the_sender_is_set_by_the_platform() throws Exception {
        Script alice = bench.active("alice");
        Script bob = collector("bob", Map.of());
        long before = System.currentTimeMillis() * 1_000_000;

        Mail sent = alice.mail.send(Letter.to("BOB", "greeting", "hi").header("sender", "mallory").header("colour", "red"))
                .get();
        within(SOON).until(() -> bob.seen.size() == 1);

        Mail got = (Mail) bob.seen.get(0);
        assertThat(got).isEqualTo(sent);
        assertThat(got.sender()).isEqualTo("alice");
        assertThat(got.to()).isEqualTo("bob");
        assertThat(got.subject()).isEqualTo("greeting");
        assertThat(got.body()).isEqualTo("hi");
        assertThat(got.headers()).containsEntry("colour", "red").containsEntry("sender", "mallory");
        assertThat(got.id()).isNotEmpty();
        assertThat(got.thread()).isNotEmpty();
        assertThat(got.index()).isEqualTo(1);
        assertThat(got.time()).isBetween(before, System.currentTimeMillis() * 1_000_000 + 1_000_000);
        assertThat(got.route()).isEqualTo(Mail.INTERNAL);
        assertThat(got.failed()).isFalse();
        assertThat(alice.mail.send(Letter.to("bob", "greeting", "hi")).get().id()).isNotEqualTo(sent.id());
    }

    // B-PC-18: not even one who speaks to the service itself can choose a sender
    @Test
    void a_sender_cannot_be_forged_on_the_bus(@InjectService(timeout = 5000) Bus main) throws Exception {
        Script bob = collector("bob", Map.of());
        try (var caller = main.caller("/mail/process/bob", Object.class, Object.class)) {
            caller.call(Map.of("sender", "alice", "subject", "x")).exceptionally(e -> null).get();
            caller.call(Map.of("subject", "transfer", "body", Map.of("what", "all"))).get();
        }
        within(SOON).until(() -> subjects(bob).contains("transfer"));
        assertThat(bob.seen).extracting(each -> ((Mail) each).sender()).containsOnly("io.anole.supervisor.tests");
    }

    // Over a bus that has only trees, such as MQTT, the same mail goes: its wire form is plain fields
    @Test
    void mail_travels_as_a_tree_where_references_can_not(@InjectService(timeout = 5000) Bus main) throws Exception {
        Script alice = bench.active("alice");
        List<Map<?, ?>> posts = new CopyOnWriteArrayList<>();
        var service = main.serve("/mail/process/elsewhere", Map.class, Map.class, (post, request) -> {
            posts.add(post);
            return CompletableFuture.completedFuture(Map.of("outcome", "TAKEN", "detail", ""));
        });
        Mail sent = alice.mail.send(Letter.to("elsewhere", "parcel", new Parcel("book", 300)).header("colour", "red")).get();
        assertThat(posts).hasSize(1);
        assertThat(posts.get(0).get("id")).isEqualTo(sent.id());
        assertThat(posts.get(0).get("body")).isEqualTo(Map.of("what", "book", "grams", 300));
        assertThat(posts.get(0).get("headers")).isEqualTo(Map.of("colour", "red"));
        service.close();

        Script bob = collector("bob", Map.of());
        try (var caller = main.caller("/mail/process/bob", Map.class, Map.class)) {
            Map<?, ?> ack = caller.call(posts.get(0)).get();
            assertThat(ack.get("outcome")).isEqualTo("TAKEN");
        }
        within(SOON).until(() -> bob.seen.size() == 1);
        Mail got = (Mail) bob.seen.get(0);
        assertThat(got.id()).isEqualTo(sent.id());
        assertThat(bob.mail.body(got, Parcel.class)).isEqualTo(new Parcel("book", 300));
    }

    // PC-27, B-PC-4
    @Test
    void mail_goes_straight_past_a_main_that_is_blocked() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        Script main = Script.of("main");
        main.life = mail -> blocked.await();
        bench.active("main");
        Script alice = bench.active("alice");
        Script bob = collector("bob", Map.of());

        alice.mail.send(Letter.to("bob", "direct", null)).get(1, TimeUnit.SECONDS);
        within(SOON).until(() -> subjects(bob).equals(List.of("direct")));
        blocked.countDown();
    }

    // PC-27
    @Test
    void an_unknown_recipient_is_told_to_the_sender_at_once() throws Exception {
        Script alice = bench.active("alice");
        long before = System.nanoTime();
        assertThatThrownBy(() -> alice.mail.send(Letter.to("nobody", "hi", null)).get())
                .hasCauseInstanceOf(BusException.NoProvider.class)
                .hasMessageContaining("there is no process 'nobody' with a mailbox on bus 'main'");
        assertThat(System.nanoTime() - before).isLessThan(1_000_000_000);
        assertThatIllegalArgumentException().isThrownBy(() -> alice.mail.send(Letter.to("no/body", "hi", null)));
    }

    // PC-27
    @Test
    void mail_to_oneself_comes_back_in_order() throws Exception {
        Script alice = collector("alice", Map.of());
        for (int i = 0; i < 5; i++) {
            alice.mail.send(Letter.to("alice", "note " + i, null)).get();
        }
        within(SOON).until(() -> alice.seen.size() == 5);
        assertThat(subjects(alice)).containsExactly("note 0", "note 1", "note 2", "note 3", "note 4");
    }

    // PC-28, B-PC-6
    @Test
    void replies_keep_thread_and_headers_and_leave_the_mail_as_it_was() throws Exception {
        Script alice = collector("alice", Map.of());
        Script bob = Script.of("bob");
        bob.birth = mail -> mail.on(Filter.subject("question"), question -> {
            bob.seen.add(question);
            mail.reply(question, "first");
            mail.reply(question, Letter.to("ignored", "second answer", null).header("colour", "blue"));
            bob.seen.add(question);
        });
        bench.active("bob");
        Mail asked = alice.mail.send(Letter.to("bob", "question", "why?").header("colour", "red").header("size", "s")).get();
        within(SOON).until(() -> alice.seen.size() == 2);

        Mail first = (Mail) alice.seen.get(0);
        assertThat(first.subject()).isEqualTo("reply");
        assertThat(first.body()).isEqualTo("first");
        assertThat(first.sender()).isEqualTo("bob");
        assertThat(first.to()).isEqualTo("alice");
        assertThat(first.thread()).isEqualTo(asked.thread());
        assertThat(first.index()).isEqualTo(2);
        assertThat(first.id()).isNotEqualTo(asked.id());
        assertThat(first.headers()).isEqualTo(Map.of("colour", "red", "size", "s"));
        Mail second = (Mail) alice.seen.get(1);
        assertThat(second.to()).isEqualTo("alice");
        assertThat(second.subject()).isEqualTo("second answer");
        assertThat(second.body()).isNull();
        assertThat(second.headers()).isEqualTo(Map.of("colour", "blue", "size", "s"));
        assertThat(bob.seen).containsExactly(asked, asked);

        // PC-26: a further mail in a thread of one's own counts on
        Mail more = alice.mail.reply(asked, Letter.to("", "question", "still there?")).get();
        assertThat(more.to()).isEqualTo("bob");
        assertThat(more.index()).isEqualTo(2);
        assertThat(more.thread()).isEqualTo(asked.thread());
    }

    // PC-29, B-PC-1, B-PC-2: waiting inside life(); other mail meanwhile waits, in order, once
    @Test
    void life_may_wait_for_a_reply_and_other_mail_waits_in_order() throws Exception {
        Script bob = Script.of("bob");
        CountDownLatch go = new CountDownLatch(1);
        bob.birth = mail -> mail.on(Filter.subject("question"), question -> {
            go.await();
            mail.reply(question, "42");
        });
        bench.active("bob");
        Script alice = Script.of("alice");
        CompletableFuture<Object> answer = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(1);
        alice.birth = mail -> mail.otherwise(alice.seen::add);
        alice.life = mail -> {
            if (alice.lives.get() == 1) {
                CompletableFuture<Mail> reply = mail.ask(Letter.to("bob", "question", null), Duration.ofSeconds(10));
                asked.countDown();
                answer.complete(reply.join().body());
                alice.seen.add(new Mail("", "", "alice", "answered", null, Map.of(), "", 0, 0, "", Mail.Priority.NORMAL, false));
            }
        };
        bench.active("alice");
        asked.await();
        Script carol = bench.active("carol");
        for (int i = 0; i < 5; i++) {
            carol.mail.send(Letter.to("alice", "unrelated " + i, null)).get();
        }
        assertThat(alice.seen).isEmpty();
        go.countDown();

        assertThat(answer).succeedsWithin(SOON).isEqualTo("42");
        within(SOON).until(() -> alice.seen.size() == 6);
        assertThat(subjects(alice)).containsExactly("answered", "unrelated 0", "unrelated 1", "unrelated 2", "unrelated 3",
                "unrelated 4");
    }

    // PC-29, B-PC-1
    @Test
    void no_reply_is_a_timeout_at_the_time_and_a_late_one_is_ordinary_mail() throws Exception {
        Script bob = Script.of("bob");
        CountDownLatch go = new CountDownLatch(1);
        bob.birth = mail -> mail.on(Filter.subject("question"), question -> {
            go.await();
            mail.reply(question, "late");
        });
        bench.active("bob");
        Script alice = collector("alice", Map.of());
        long before = System.nanoTime();
        assertThatThrownBy(() -> alice.mail.ask(Letter.to("bob", "question", null), Duration.ofMillis(200)).get())
                .hasCauseInstanceOf(BusException.Timeout.class)
                .hasMessageContaining("no reply from process 'bob' to 'question' within 0.2 s");
        assertThat(System.nanoTime() - before).isBetween(200_000_000L, 400_000_000L);
        go.countDown();
        within(SOON).until(() -> alice.seen.size() == 1);
        assertThat(((Mail) alice.seen.get(0)).body()).isEqualTo("late");
    }

    // B-PC-3
    @Test
    void a_local_reply_takes_no_time() throws Exception {
        echo("bob");
        Script alice = bench.active("alice");
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            long before = System.nanoTime();
            alice.mail.ask(Letter.to("bob", "ping", i), SOON).get();
            nanos.add(System.nanoTime() - before);
        }
        nanos.sort(null);
        assertThat(nanos.get(45)).isLessThan(50_000_000);
    }

    private Script echo(String name) throws Exception {
        Script script = Script.of(name);
        script.birth = mail -> mail.on(Filter.subject("ping"), ping -> mail.reply(ping, ping.body()));
        return bench.active(name);
    }

    // Both wait for each other in life(), which holds neither back
    @Test
    void two_processes_may_ask_each_other_at_the_same_time() throws Exception {
        for (String[] pair : new String[][] {{"ping", "pong"}, {"pong", "ping"}}) {
            Script script = Script.of(pair[0]);
            script.birth = mail -> mail.on(Filter.subject("ping"), ping -> mail.reply(ping, ping.body()));
            script.life = mail -> {
                CompletableFuture<Mail> reply = mail.ask(Letter.to(pair[1], "ping", script.lives.get()), SOON);
                script.seen.add(reply.handle((answer, error) -> error == null ? "answered" : "not").join());
            };
        }
        bench.active("ping", Map.of("process.frequency.hz", 20));
        bench.active("pong", Map.of("process.frequency.hz", 20));
        // While both wait on their threads neither can answer: handlers run there too. Each wait is bounded and the cycles go on.
        assertThat(bench.info("ping").state()).isEqualTo(State.ACTIVE);
        supervisor.stop("ping").get(5, TimeUnit.SECONDS);
        assertThat(supervisor.stop("pong").get(5, TimeUnit.SECONDS).state()).isEqualTo(State.INACTIVE);
        assertThat(Script.of("ping").overlap).hasValue(1);
    }

    // What waits for a reply is woken when its process is stopped
    @Test
    void a_question_ends_with_its_process() throws Exception {
        Script bob = Script.of("bob");
        bob.birth = mail -> mail.otherwise(each -> { });
        bench.active("bob");
        Script alice = Script.of("alice");
        alice.life = mail -> {
            try {
                mail.ask(Letter.to("bob", "question", null), Duration.ofMinutes(10)).join();
            } catch (CompletionException e) {
                alice.seen.add(e.getCause());
            }
        };
        bench.active("alice");
        within(SOON).until(() -> alice.lives.get() == 1);
        long before = System.nanoTime();
        assertThat(supervisor.stop("alice").get().state()).isEqualTo(State.INACTIVE);
        assertThat(System.nanoTime() - before).isLessThan(1_000_000_000);
        assertThat(alice.seen).hasSize(1).first().isInstanceOf(BusException.Closed.class);
        assertThat(alice.deaths).hasValue(1);
    }

    // PC-30, PC-31
    @Test
    void all_matching_filters_run_in_order_and_one_that_throws_stops_none() throws Exception {
        Script bob = Script.of("bob");
        bob.birth = mail -> {
            mail.on(Filter.subject("(?i)alarm"), each -> bob.seen.add("one"));
            mail.on(Filter.subject("alarm.*"), each -> {
                throw new IllegalStateException("two");
            });
            mail.on(Filter.subject("alarm").and(Filter.sender("alice")).and(Filter.header("floor", "[0-9]+")),
                    each -> bob.seen.add("three"));
            mail.on(Filter.subject("alarm").and(Filter.sender("mallory")), each -> bob.seen.add("not all conditions hold"));
            mail.on(Filter.header("ceiling", ".*"), each -> bob.seen.add("header is missing"));
            mail.on(Filter.subject("larm"), each -> bob.seen.add("only a part"));
            mail.on(Filter.body("fire!"), each -> bob.seen.add("four"));
            mail.otherwise(each -> bob.seen.add("otherwise"));
        };
        bench.active("bob");
        Script alice = bench.active("alice");
        alice.mail.send(Letter.to("bob", "alarm", "fire!").header("floor", "3")).get();
        within(SOON).until(() -> bob.seen.contains("four"));

        assertThat(bob.seen).containsExactly("one", "three", "four");
        ProcessInfo info = bench.info("bob");
        assertThat(info.errors()).isEqualTo(1);
        assertThat(info.lastError()).isEqualTo("mail 'alarm' from 'alice': IllegalStateException: two");
        assertThat(info.filters()).contains("filter-1: subject=(?i)alarm",
                "filter-3: subject=alarm, sender=alice, floor=[0-9]+", "filter-8: otherwise");
    }

    // PC-31
    @Test
    void ids_are_unique_and_closing_ends_a_filter() throws Exception {
        Script bob = bench.active("bob");
        var first = bob.mail.on("mine", Filter.subject("x"), bob.seen::add);
        assertThatIllegalArgumentException().isThrownBy(() -> bob.mail.on("mine", Filter.subject("y"), bob.seen::add))
                .withMessage("process 'bob' has a filter 'mine' already");
        first.close();
        var second = bob.mail.on("mine", Filter.subject("y"), bob.seen::add);
        Script alice = bench.active("alice");
        alice.mail.send(Letter.to("bob", "x", null)).get();
        alice.mail.send(Letter.to("bob", "y", null)).get();
        within(SOON).until(() -> bob.seen.size() == 1);
        assertThat(subjects(bob)).containsExactly("y");
        second.close();
        assertThatIllegalArgumentException().isThrownBy(() -> Filter.subject("("))
                .withMessageStartingWith("filter subject '(' is no regular expression");
    }

    // PC-32, B-PC-8
    @Test
    void all_of_several_fall_throughs_run_only_if_nothing_else_did() throws Exception {
        Script bob = Script.of("bob");
        bob.birth = mail -> {
            mail.otherwise(each -> bob.seen.add("first " + each.subject()));
            mail.on(Filter.subject("known"), each -> bob.seen.add(each.subject()));
            mail.otherwise(each -> bob.seen.add("second " + each.subject()));
        };
        bench.active("bob");
        Script alice = bench.active("alice");
        for (String subject : List.of("unknown", "known", "strange")) {
            alice.mail.send(Letter.to("bob", subject, null)).get();
        }
        within(SOON).until(() -> bob.seen.size() == 5);
        assertThat(bob.seen).containsExactly("first unknown", "second unknown", "known", "first strange", "second strange");
    }

    // PC-34, B-PC-9
    @Test
    void mail_of_another_route_reaches_only_its_filters_with_mqtt_wildcards() throws Exception {
        Script bob = Script.of("bob");
        bob.birth = mail -> {
            mail.on(Filter.topic("testing/#").on("mqtt"), each -> bob.seen.add("rest"));
            mail.on(Filter.topic("testing/+/b").on("mqtt"), each -> bob.seen.add("one"));
            mail.on(Filter.topic("testing/**"), each -> bob.seen.add("wrong route"));
            mail.on(Filter.topic("other/#").on("mqtt"), each -> bob.seen.add("wrong topic"));
            mail.on(Filter.subject(".*").on("uds"), each -> bob.seen.add("uds"));
        };
        bench.active("bob");
        assertThat(bob.mail.deliver(Mail.incoming("mqtt", "testing/a/b", Map.of("x", 1)))).isTrue();
        assertThat(bob.mail.deliver(Mail.incoming("uds", "no topic at all", "line"))).isTrue();
        within(SOON).until(() -> bob.seen.contains("uds"));
        assertThat(bob.seen).containsExactly("rest", "one", "uds");
    }

    // PC-36: what can't be read goes to a filter that asks for it; bodies of other classes are converted by shape
    @Test
    void typed_bodies_are_converted_and_unreadable_ones_surface_as_failed_mail() throws Exception {
        Script bob = Script.of("bob");
        bob.birth = mail -> {
            mail.on(Filter.subject("parcel"), Parcel.class, (parcel, each) -> bob.seen.add(parcel));
            mail.on(Filter.sender("alice").and(Filter.subject("other")), each -> bob.seen.add("never for a failed one"));
            mail.on(Filter.failed(), each -> bob.seen.add(each));
        };
        bench.active("bob");
        Script alice = bench.active("alice");
        Parcel same = new Parcel("book", 300);
        alice.mail.send(Letter.to("bob", "parcel", same)).get();
        alice.mail.send(Letter.to("bob", "parcel", new Package("pen", 10))).get();
        alice.mail.send(Letter.to("bob", "parcel", Map.of("what", 7, "weight", "heavy"))).get();
        within(SOON).until(() -> bob.seen.size() == 3);

        assertThat(bob.seen.get(0)).isSameAs(same);
        assertThat(bob.seen.get(1)).isEqualTo(new Parcel("pen", 10));
        Mail failed = (Mail) bob.seen.get(2);
        assertThat(failed.failed()).isTrue();
        assertThat(failed.subject()).startsWith("BadShape: ").contains("Parcel");
        assertThat(failed.sender()).isEqualTo("alice");
        assertThat(bench.info("bob").errors()).isEqualTo(1);
    }

    // PC-35, PC-18: first in, first out; URGENT overtakes
    @Test
    void mail_is_first_in_first_out_and_urgent_mail_overtakes() throws Exception {
        Script bob = Script.of("bob");
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        bob.birth = mail -> mail.otherwise(bob.seen::add);
        bench.active("bob");
        bob.mail.run(() -> {
            held.countDown();
            awaitQuietly(hold);
        });
        held.await();
        Script alice = bench.active("alice");
        for (String subject : List.of("a", "b")) {
            alice.mail.send(Letter.to("bob", subject, null)).get();
        }
        alice.mail.send(Letter.to("bob", "u1", null).urgent()).get();
        alice.mail.send(Letter.to("bob", "c", null)).get();
        alice.mail.send(Letter.to("bob", "u2", null).urgent()).get();
        assertThat(bench.info("bob").mail()).isEqualTo(5);
        hold.countDown();
        within(SOON).until(() -> bob.seen.size() == 5);
        assertThat(subjects(bob)).containsExactly("u1", "u2", "a", "b", "c");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // PC-26, PC-35, B-PC-7: a full mailbox holds its sender back, then refuses, and takes up again; others feel nothing
    @Test
    void a_full_mailbox_waits_its_bound_then_refuses_and_counts() throws Exception {
        Configuration settings = configurations.getConfiguration("io.anole.supervisor", "?");
        settings.update(Bench.dictionary(Map.of("mailPatienceSeconds", 0.3)));
        try {
            Script bob = Script.of("bob");
            CountDownLatch hold = new CountDownLatch(1);
            bob.birth = mail -> mail.otherwise(each -> {
                bob.seen.add(each);
                hold.await();
            });
            // The new patience holds for lives that begin after it.
            within(SOON).untilAsserted(() -> {
                Script probe = bench.active("probe" + System.nanoTime(), Map.of("process.queue", 1));
                assertThat(probe.births).hasValue(1);
            });
            bench.active("bob", Map.of("process.queue", 2));
            Script carol = collector("carol", Map.of());
            Script alice = bench.active("alice");
            alice.mail.send(Letter.to("bob", "0", null)).get();
            within(SOON).until(() -> bob.seen.size() == 1);
            alice.mail.send(Letter.to("bob", "1", null)).get();
            alice.mail.send(Letter.to("bob", "2", null)).get();

            long before = System.nanoTime();
            CompletableFuture<Mail> tooMuch = alice.mail.send(Letter.to("bob", "3", null));
            alice.mail.send(Letter.to("carol", "free", null)).get(1, TimeUnit.SECONDS);
            assertThatThrownBy(tooMuch::get).hasCauseInstanceOf(BusException.Rejected.class)
                    .hasMessageContaining("the mailbox of process 'bob' stayed full for 0.3 s (2 waiting)");
            assertThat(System.nanoTime() - before).isBetween(300_000_000L, 2_000_000_000L);
            assertThatThrownBy(() -> bob.mail.run(() -> { })).isInstanceOf(BusException.Rejected.class)
                    .hasMessageContaining("is full");
            assertThat(bench.info("bob").dropped()).isEqualTo(2);

            CompletableFuture<Mail> waits = alice.mail.send(Letter.to("bob", "4", null));
            hold.countDown();
            assertThat(waits).succeedsWithin(SOON);
            within(SOON).until(() -> bob.seen.size() == 4);
            assertThat(subjects(bob)).containsExactly("0", "1", "2", "4");
            assertThat(subjects(carol)).containsExactly("free");
        } finally {
            settings.delete();
        }
    }

    // PC-37, B-PC-17
    @Test
    void a_thousand_mails_to_a_slow_ticker_do_not_wait_for_its_ticks() throws Exception {
        Script bob = Script.of("bob");
        bob.birth = mail -> mail.on(Filter.subject("n"), each -> bob.seen.add(each.body()));
        bench.active("bob", Map.of("process.frequency.hz", 1));
        Script alice = bench.active("alice");
        long before = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            alice.mail.send(Letter.to("bob", "n", i)).join();
        }
        within(Duration.ofSeconds(20)).until(() -> bob.seen.size() == 1000);
        assertThat(System.nanoTime() - before).isLessThan(10_000_000_000L);
        assertThat(bob.seen).isEqualTo(IntStream.range(0, 1000).boxed().toList());
    }

    // A flood of mail starves no cycle, and cycles that take all the time starve no mail
    @Test
    void cycles_and_mail_take_turns() throws Exception {
        Script flooded = Script.of("flooded");
        flooded.birth = mail -> {
            mail.on(Filter.subject("again"), each -> mail.send(each.index() > 0
                    ? Letter.to("flooded", "again", null) : null));
            for (int i = 0; i < 100; i++) {
                mail.send(Letter.to("flooded", "again", null));
            }
        };
        bench.active("flooded", Map.of("process.frequency.hz", 100));
        within(SOON).until(() -> flooded.lives.get() >= 50 && bench.info("flooded").handled() > 1000);

        Script busy = Script.of("busy");
        busy.birth = mail -> mail.otherwise(busy.seen::add);
        busy.life = mail -> {
            long end = System.nanoTime() + 3_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        };
        bench.active("busy", Map.of("process.frequency.hz", 1000));
        Script alice = bench.active("alice");
        for (int i = 0; i < 100; i++) {
            alice.mail.send(Letter.to("busy", "x", i)).get();
        }
        within(SOON).until(() -> busy.seen.size() == 100);
        assertThat(bench.info("busy").missed()).isPositive();
        supervisor.stop("flooded").get();
    }

    // Nor does a flood of messages on a topic, though they come in batches
    @Test
    void cycles_go_on_between_the_messages_of_a_flood() throws Exception {
        Script bob = Script.of("bob");
        CountDownLatch full = new CountDownLatch(1);
        bob.birth = mail -> mail.subscribe("/flood", Integer.class, n -> {
            awaitQuietly(full);
            long end = System.nanoTime() + 2_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        });
        bob.life = mail -> bob.seen.add(bench.info("bob").handled());
        bench.active("bob", Map.of("process.frequency.hz", 50));
        Script alice = bench.active("alice");
        try (var publisher = alice.mail.publisher("/flood", Integer.class)) {
            for (int i = 0; i < 500; i++) {
                publisher.publish(i).toCompletableFuture().get();
            }
        }
        bob.seen.clear();
        full.countDown();
        within(Duration.ofSeconds(20)).until(() -> bench.info("bob").handled() == 500);
        long worst = 0;
        for (int i = 1; i < bob.seen.size(); i++) {
            worst = Math.max(worst, (long) bob.seen.get(i) - (long) bob.seen.get(i - 1));
        }
        // A cycle is due after ten of them.
        assertThat(bob.seen.size()).isGreaterThan(20);
        assertThat(worst).isLessThan(40);
        assertThat(bob.overlap).hasValue(1);
    }

    // PC-18: a stop handles what was there before it; B-PC-10: no mail can kill
    @Test
    void a_stop_handles_the_mail_it_finds_and_die_drops_and_counts_it() throws Exception {
        int late = 0;
        for (String name : List.of("stopped", "dead")) {
            Script script = Script.of(name);
            CountDownLatch hold = new CountDownLatch(1);
            CountDownLatch held = new CountDownLatch(1);
            script.birth = mail -> mail.otherwise(script.seen::add);
            bench.active(name);
            script.mail.run(() -> {
                held.countDown();
                awaitQuietly(hold);
                if (name.equals("dead")) {
                    script.mail.die("enough");
                }
            });
            held.await();
            Script alice = bench.active("alice-" + name);
            for (String subject : List.of("die", "ppill", "EBRAKE")) {
                alice.mail.send(Letter.to(name, subject, null)).get();
            }
            CompletableFuture<ProcessInfo> stop =
                    name.equals("stopped") ? supervisor.stop(name) : CompletableFuture.completedFuture(null);
            if (name.equals("stopped")) {
                late = takenUntilRefused(alice, name, "late");
            }
            hold.countDown();
            stop.get(5, TimeUnit.SECONDS);
            bench.state(name, State.INACTIVE);
        }
        assertThat(subjects(Script.of("stopped"))).startsWith("die", "ppill", "EBRAKE").hasSize(3 + late);
        assertThat(bench.info("stopped").dropped()).isZero();
        assertThat(Script.of("dead").seen).isEmpty();
        assertThat(bench.info("dead").dropped()).isEqualTo(3);
    }

    /** However close to the end it came: what was told to be taken is handled. */
    @Test
    void mail_that_is_taken_while_a_process_stops_is_handled() throws Exception {
        Script alice = bench.active("alice");
        for (int round = 0; round < 100; round++) {
            String name = "leaver" + round;
            Script leaver = collector(name, Map.of());
            CompletableFuture<Integer> taken = CompletableFuture.supplyAsync(() -> takenUntilRefused(alice, name, "work"));
            within(SOON).until(() -> leaver.seen.size() > 5);
            supervisor.stop(name).get(5, TimeUnit.SECONDS);
            assertThat(taken.get(5, TimeUnit.SECONDS)).as("taken in round %d", round).isEqualTo(leaver.seen.size());
            assertThat(bench.info(name).dropped()).isZero();
        }
    }

    /** How many it takes before it is found stopping. */
    private static int takenUntilRefused(Script sender, String name, String subject) {
        for (int taken = 0;; taken++) {
            CompletableFuture<Mail> sent = sender.mail.send(Letter.to(name, subject, null));
            try {
                sent.orTimeout(SOON.toMillis(), TimeUnit.MILLISECONDS).join();
            } catch (CompletionException e) {
                assertThat(e).hasCauseInstanceOf(BusException.NoProvider.class);
                return taken;
            }
        }
    }

    // Everything reaches a process on its own thread, and its messages carry its name
    @Test
    void subscriptions_services_and_watches_run_on_the_processes_thread(@InjectService(timeout = 5000) Bus main)
            throws Exception {
        Script bob = Script.of("bob");
        bob.birth = mail -> {
            mail.subscribe("/news", String.class, Qos.DEFAULT, (text, message) -> {
                bob.threads.add(Thread.currentThread());
                bob.seen.add(text + " by " + message.source().split("/")[1]);
            });
            mail.serve("/double", Integer.class, Integer.class, (n, request) -> {
                bob.threads.add(Thread.currentThread());
                return CompletableFuture.completedFuture(n * 2);
            });
        };
        bench.active("bob");
        Script alice = bench.active("alice");
        try (var publisher = alice.mail.publisher("/news", String.class)) {
            publisher.publish("fresh").toCompletableFuture().get();
        }
        within(SOON).until(() -> bob.seen.size() == 1);
        assertThat(bob.seen).containsExactly("fresh by alice");
        try (var caller = main.caller("/double", Integer.class, Integer.class)) {
            assertThat(caller.call(21).get()).isEqualTo(42);
            assertThat(bob.threads).extracting(Thread::getName).containsOnly("process bob");
            supervisor.stop("bob").get();
            assertThatThrownBy(() -> caller.call(21).get()).isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(BusException.NoProvider.class);
        }
    }

    // An exception in a handler of the bus is an error of the process, and its policy decides
    @Test
    void a_failing_handler_can_fail_its_process() throws Exception {
        Script bob = Script.of("bob");
        bob.birth = mail -> mail.subscribe("/news", String.class, text -> {
            throw new IllegalStateException(text);
        });
        bench.active("bob", Map.of("process.restart.onLifeError", "FAIL", "process.restart.policy", "TEMPORARY"));
        Script alice = bench.active("alice");
        alice.mail.publisher("/news", String.class).publish("bad");
        assertThat(bench.state("bob", State.FINALIZED).reason()).isEqualTo("/news: IllegalStateException: bad");
        assertThat(bob.deaths).hasValue(1);
    }

    @Test
    void a_mailbox_is_opened_only_in_birth(@InjectService(timeout = 5000) Mailboxes boxes) throws Exception {
        assertThatThrownBy(() -> boxes.open("bob")).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("only be opened by a process in its birth");
        Script bob = Script.of("bob");
        bob.birth = mail -> {
            assertThat(boxes.open("bob")).isSameAs(mail);
            assertThatThrownBy(() -> boxes.open("alice")).isInstanceOf(IllegalStateException.class)
                    .hasMessage("process 'bob' can't open the mailbox of 'alice'");
        };
        bench.active("bob");
        assertThat(bench.info("bob").errors()).isZero();
    }
}
