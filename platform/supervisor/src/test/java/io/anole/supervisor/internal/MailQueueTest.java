package io.anole.supervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.process.Mail;
import io.anole.supervisor.internal.MailQueue.Item;
import io.anole.supervisor.internal.MailQueue.Mailed;
import io.anole.supervisor.internal.MailQueue.Task;
import io.anole.supervisor.internal.MailQueue.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** PC-26, PC-35: order, bound, and what becomes of those who wait for room. */
class MailQueueTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<String> ran = new ArrayList<>();

    @AfterEach
    void close() {
        timer.shutdownNow();
    }

    private Task task(String name) {
        return new Task(() -> ran.add(name));
    }

    private void runAll(MailQueue queue) {
        for (Item item = queue.take(System.nanoTime()); item != null; item = queue.take(System.nanoTime())) {
            item.run(null);
        }
    }

    @Test
    void urgent_overtakes_and_each_keeps_its_order() {
        MailQueue queue = new MailQueue(10, timer);
        queue.offer(task("a"), false);
        queue.drain(task("b").task());
        queue.offer(task("u"), true);
        queue.offer(task("c"), false);
        queue.offer(task("v"), true);
        runAll(queue);
        assertThat(ran).containsExactly("u", "v", "a", "b", "c");
    }

    @Test
    void the_bound_holds_for_mail_and_not_for_drains() {
        MailQueue queue = new MailQueue(2, timer);
        assertThat(queue.offer(task("a"), false)).isEqualTo(Outcome.TAKEN);
        assertThat(queue.offer(task("b"), true)).isEqualTo(Outcome.TAKEN);
        assertThat(queue.offer(task("c"), false)).isEqualTo(Outcome.FULL);
        assertThat(queue.offer(task("d"), true)).isEqualTo(Outcome.FULL);
        queue.drain(task("e").task());
        assertThat(queue.held()).isEqualTo(2);
        assertThat(queue.size()).isEqualTo(3);
        assertThat(queue.refused()).isEqualTo(2);
    }

    // Design section 5: mail outlives a version of its process, what the process has given itself to do does not
    @Test
    void a_process_that_is_over_leaves_mail_and_drains_and_takes_its_own_tasks_with_it() {
        MailQueue queue = new MailQueue(3, timer);
        Mailed mail = new Mailed(Mail.incoming("serial", "/line", "x"));
        queue.offer(task("a"), false);
        queue.offer(mail, false);
        queue.drain(task("d").task());
        queue.offer(task("u"), true);
        assertThat(queue.hasTasks()).isTrue();
        assertThat(queue.offer(task("full"), false)).isEqualTo(Outcome.FULL);

        queue.dropTasks();

        assertThat(queue.hasTasks()).isFalse();
        assertThat(queue.held()).isEqualTo(1);
        assertThat(queue.refused()).isEqualTo(3);
        assertThat(queue.take(System.nanoTime())).isSameAs(mail);
        runAll(queue);
        assertThat(ran).containsExactly("d");
        queue.capacity(1);
        assertThat(queue.offer(mail, false)).isEqualTo(Outcome.TAKEN);
        assertThat(queue.offer(mail, false)).isEqualTo(Outcome.FULL);
    }

    @Test
    void who_waits_for_room_gets_it_in_order_and_nobody_passes() throws Exception {
        MailQueue queue = new MailQueue(1, timer);
        queue.offer(task("a"), false);
        CompletableFuture<Outcome> b = queue.offer(task("b"), false, LONG);
        queue.take(System.nanoTime()).run(null);
        assertThat(b).isCompletedWithValue(Outcome.TAKEN);
        CompletableFuture<Outcome> c = queue.offer(task("c"), false, LONG);
        CompletableFuture<Outcome> d = queue.offer(task("d"), false, Duration.ofMillis(20));
        assertThat(d.get(5, TimeUnit.SECONDS)).as("as many wait as the queue holds").isEqualTo(Outcome.FULL);
        CompletableFuture<Outcome> urgent = queue.offer(task("u"), true, LONG);
        assertThat(queue.offer(task("e"), false)).isEqualTo(Outcome.FULL);
        assertThat(c).isNotDone();
        assertThat(urgent).isNotDone();
        runAll(queue);
        assertThat(ran).containsExactly("a", "b", "u", "c");
    }

    @Test
    void patience_ends() throws Exception {
        MailQueue queue = new MailQueue(1, timer);
        queue.offer(task("a"), false);
        long before = System.nanoTime();
        assertThat(queue.offer(task("b"), false, Duration.ofMillis(50)).get(5, TimeUnit.SECONDS)).isEqualTo(Outcome.FULL);
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(50_000_000);
        runAll(queue);
        assertThat(ran).as("who was told that it is full is not handled").containsExactly("a");
    }

    @Test
    void after_it_is_shut_what_waits_can_be_taken_and_nothing_comes() throws Exception {
        MailQueue queue = new MailQueue(1, timer);
        queue.offer(task("a"), false);
        CompletableFuture<Outcome> waits = queue.offer(task("b"), false, LONG);
        queue.shut();
        assertThat(waits.get(5, TimeUnit.SECONDS)).isEqualTo(Outcome.GONE);
        assertThat(queue.offer(task("c"), true)).isEqualTo(Outcome.GONE);
        queue.drain(task("d").task());
        runAll(queue);
        assertThat(ran).containsExactly("a", "d");
        queue.drain(task("left").task());
        assertThat(queue.close()).isZero();
        assertThatThrownBy(() -> queue.drain(task("e").task())).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void closing_tells_how_many_were_left() {
        MailQueue queue = new MailQueue(5, timer);
        queue.offer(task("a"), false);
        queue.offer(task("b"), true);
        queue.drain(task("c").task());
        assertThat(queue.close()).isEqualTo(2);
        assertThat(queue.size()).isZero();
    }

    @Test
    void a_wake_up_is_not_lost() {
        MailQueue queue = new MailQueue(5, timer);
        queue.wake();
        assertThat(queue.take(System.nanoTime() + TimeUnit.MINUTES.toNanos(1))).isNull();
    }

    @Test
    void every_mail_of_many_senders_is_either_handled_once_or_refused() throws Exception {
        MailQueue queue = new MailQueue(4, timer);
        int senders = 4;
        int each = 2000;
        ExecutorService pool = Executors.newFixedThreadPool(senders);
        int[][] handled = new int[senders][each];
        try {
            List<Future<Integer>> taken = new ArrayList<>();
            for (int s = 0; s < senders; s++) {
                int[] mine = handled[s];
                taken.add(pool.submit(() -> {
                    int count = 0;
                    for (int i = 0; i < each; i++) {
                        int n = i;
                        Outcome outcome = queue.offer(new Task(() -> mine[n]++), i % 7 == 0, Duration.ofNanos(20_000)).join();
                        count += outcome == Outcome.TAKEN ? 1 : 0;
                    }
                    return count;
                }));
            }
            while (!taken.stream().allMatch(Future::isDone)) {
                Item item = queue.take(System.nanoTime() + 1_000_000);
                if (item != null) {
                    item.run(null);
                }
            }
            runAll(queue);
            for (int s = 0; s < senders; s++) {
                int sum = 0;
                for (int n : handled[s]) {
                    assertThat(n).isLessThanOrEqualTo(1);
                    sum += n;
                }
                assertThat(sum).isEqualTo(taken.get(s).get());
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
