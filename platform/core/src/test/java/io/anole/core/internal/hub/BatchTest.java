package io.anole.core.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.anole.bus.BusException.LinkLost;
import io.anole.bus.Message;
import io.anole.bus.Name;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What settles together is told of once per message, whoever adds, asks and sends again meanwhile. */
@Timeout(60)
class BatchTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final int ROUNDS = 5_000;
    private static final int TOGETHER = 20;
    private static final int THREADS = 4;
    /** More than once around the growth of what a batch keeps. */
    private static final int MOST = 20;
    private static final int WAYS = 3;
    private static final Name NAME = Name.of("/n");

    /** Says how long threads pause and what fails, not how the machine lets them run. */
    private final long seed = Long.getLong("anole.seed", System.nanoTime());
    private final Told told = new Told(1);
    private final CompletableFuture<Void> way = new CompletableFuture<>();
    private final LinkLost lost = new LinkLost("the link is gone");

    private static Message message(long sequence) {
        return new Message(NAME, "", Map.of(), "message " + sequence, "robot/tester/1", sequence, 0, Message.NEVER);
    }

    /** What was told; of a failure once per message. */
    private static final class Told implements Batch.Ended {
        final int each;
        final AtomicInteger calls = new AtomicInteger();
        final AtomicInteger places = new AtomicInteger();
        final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();

        Told(int each) {
            this.each = each;
        }

        @Override
        public void ended(int count, Throwable error) {
            calls.incrementAndGet();
            places.addAndGet(count);
            if (error != null) {
                errors.add(error);
                assertThat(count).isEqualTo(each);
            }
        }
    }

    private Batch batch(int messages) {
        Batch batch = new Batch(message(1), told.each, way, told);
        batch.follow();
        for (int i = 1; i < messages; i++) {
            assertThat(batch.add(message(i + 1), told.each, way, told)).isEqualTo(i);
        }
        return batch;
    }

    private static Throwable outcome(CompletableFuture<Void> one) {
        assertThat(one.isDone()).as("who asked has heard").isTrue();
        return one.handle((done, error) -> error).join();
    }

    @Test
    void takesOnlyWhatWentTogether() {
        Batch batch = batch(1);
        assertThat(batch.add(message(2), 2, way, told)).isEqualTo(-1);
        assertThat(batch.add(message(2), 1, new CompletableFuture<>(), told)).isEqualTo(-1);
        assertThat(batch.add(message(2), 1, way, new Told(1))).isEqualTo(-1);
        assertThat(batch.add(message(2), 1, way, null)).isEqualTo(-1);
        assertThat(batch.add(message(2), 1, way, told)).isEqualTo(1);
        assertThat(batch.last()).isEqualTo(2);

        way.complete(null);
        assertThat(told.places).hasValue(2);
        assertThat(batch.add(message(3), 1, way, told)).isEqualTo(-1);
        assertThat(batch.last()).isEqualTo(2);
        assertThat(told.places).hasValue(2);
    }

    /** Threads that had to wait for each other may come in another order than they were counted. */
    @Test
    void itsLastIsTheHighest() {
        Batch batch = new Batch(message(8), 1, way, told);
        assertThat(batch.add(message(7), 1, way, told)).isEqualTo(1);
        assertThat(batch.first()).isEqualTo(8);
        assertThat(batch.last()).isEqualTo(8);
    }

    @Test
    void tellsOnceOfAllThatWentWell() {
        Batch batch = batch(MOST);
        assertThat(batch.isSettled()).isFalse();
        way.complete(null);
        assertThat(told.calls).hasValue(1);
        assertThat(told.places).hasValue(MOST);
        assertThat(told.errors).isEmpty();
        assertThat(batch.isSettled()).isTrue();
        assertThat(batch.wentWell()).isTrue();
    }

    @Test
    void tellsOfEachThatFails() {
        Batch batch = batch(3);
        way.completeExceptionally(lost);
        assertThat(told.calls).hasValue(3);
        assertThat(told.errors).containsExactly(lost, lost, lost);
        assertThat(batch.isSettled()).isTrue();
        assertThat(batch.wentWell()).isFalse();
    }

    @Test
    void nobodyNeedsToBeTold() {
        Batch batch = new Batch(message(1), 0, way, null);
        batch.follow();
        assertThat(batch.add(message(2), 0, way, null)).isEqualTo(1);
        CompletableFuture<Void> second = batch.future(1);
        way.completeExceptionally(lost);
        assertThat(outcome(second)).isSameAs(lost);
    }

    @Test
    void whoAskedBeforeHearsAndWhoAsksAfter() {
        Batch batch = batch(3);
        CompletableFuture<Void> second = batch.future(1);
        assertThat(second).isNotDone().isSameAs(batch.future(1)).isNotSameAs(batch.future(0));
        way.completeExceptionally(lost);
        assertThat(outcome(second)).isSameAs(lost);
        assertThat(outcome(batch.future(2))).isSameAs(lost);
    }

    @Test
    void sendsAgainInOrderWhatHasNotSettled() {
        Batch batch = batch(3);
        List<Long> sent = new ArrayList<>();
        CompletableFuture<Void> second = new CompletableFuture<>();
        List<Batch> parts = batch.again(message -> {
            sent.add(message.sequence());
            return second;
        });
        assertThat(sent).containsExactly(1L, 2L, 3L);
        assertThat(parts).extracting(Batch::first, Batch::last).containsExactly(tuple(1L, 1L), tuple(2L, 2L), tuple(3L, 3L));
        assertThat(parts).noneMatch(Batch::isSettled);
        assertThat(batch.isSettled()).isTrue();
        assertThat(batch.wentWell()).isFalse();
        assertThat(batch.add(message(4), 1, way, told)).isEqualTo(-1);

        way.completeExceptionally(lost);
        assertThat(told.calls).hasValue(0);
        second.complete(null);
        assertThat(told.places).hasValue(3);
        assertThat(told.errors).isEmpty();
        assertThat(parts).allMatch(Batch::wentWell);
    }

    @Test
    void sendsNothingAgainThatHasSettled() {
        Batch batch = batch(3);
        way.completeExceptionally(lost);
        assertThat(batch.again(message -> fail("sent again"))).containsExactly(batch);
    }

    /** The link has told it, even if this batch is yet to hear. */
    @Test
    void sendsNothingAgainThatTheSystemHas() {
        Batch batch = new Batch(message(1), 1, way, told);
        way.complete(null);
        assertThat(batch.again(message -> fail("sent again"))).containsExactly(batch);
        batch.follow();
        assertThat(told.places).hasValue(1);
    }

    @Test
    void allHearHowItWentOverTheLastLink() {
        Batch batch = batch(2);
        CompletableFuture<Void> early = batch.future(1);
        List<Batch> second = batch.again(message -> new CompletableFuture<>());
        CompletableFuture<Void> between = batch.future(1);
        CompletableFuture<Void> late = batch.future(0);
        List<CompletableFuture<Void>> third = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        second.forEach(part -> part.again(message -> third.get((int) message.sequence() - 1)));
        way.complete(null);
        assertThat(List.of(early, between, late, batch.future(0), batch.future(1))).noneMatch(CompletableFuture::isDone);

        third.get(1).completeExceptionally(lost);
        assertThat(outcome(early)).isSameAs(lost);
        assertThat(outcome(between)).isSameAs(lost);
        assertThat(outcome(batch.future(1))).isSameAs(lost);
        assertThat(late).isNotDone();
        third.get(0).complete(null);
        assertThat(outcome(late)).isNull();
        assertThat(outcome(batch.future(0))).isNull();
        assertThat(told.places).hasValue(2);
        assertThat(told.errors).containsExactly(lost);
    }

    @Test
    void whatALinkThrowsAtFailsAloneAndTheOthersGo() {
        Batch batch = batch(3);
        CompletableFuture<Void> asked = batch.future(1);
        CompletableFuture<Void> second = new CompletableFuture<>();
        IllegalStateException refusal = new IllegalStateException("not this one");
        List<Batch> parts = batch.again(message -> {
            if (message.sequence() == 2) {
                throw refusal;
            }
            return second;
        });
        assertThat(parts).hasSize(3);
        assertThat(outcome(asked)).isSameAs(refusal);
        assertThat(told.errors).containsExactly(refusal);
        second.complete(null);
        assertThat(told.places).hasValue(3);
        assertThat(outcome(batch.future(2))).isNull();
    }

    @Test
    void holdsNothingOfWhatHasSettled() {
        List<WeakReference<?>> what = new ArrayList<>();
        Batch settled = settled(what, false);
        Batch sentAgain = settled(what, true);
        gone(what);
        assertThat(outcome(settled.future(1))).isNull();
        assertThat(outcome(sentAgain.future(1))).isNull();
    }

    private static Batch settled(List<WeakReference<?>> what, boolean again) {
        CompletableFuture<Void> first = new CompletableFuture<>();
        Message one = message(1);
        Message two = message(2);
        Told told = new Told(1);
        Batch batch = new Batch(one, 1, first, told);
        batch.follow();
        batch.add(two, 1, first, told);
        batch.future(0);
        what.addAll(List.of(new WeakReference<>(first), new WeakReference<>(one), new WeakReference<>(two)));
        if (again) {
            CompletableFuture<Void> second = new CompletableFuture<>();
            batch.again(message -> second);
            what.add(new WeakReference<>(second));
            second.complete(null);
        } else {
            first.complete(null);
        }
        return batch;
    }

    private static void gone(List<WeakReference<?>> what) {
        await().atMost(BOUND).until(() -> {
            System.gc();
            return what.stream().allMatch(one -> one.get() == null);
        });
    }

    // Several threads at once

    /** What some threads do at the same time. */
    private abstract static class Round {
        private static final int PATIENCE = 500;
        private final AtomicInteger arrived = new AtomicInteger();
        final SplittableRandom random;
        final int places;
        final Told told;
        final List<Asker> askers;

        Round(long seed) {
            random = new SplittableRandom(seed);
            askers = List.of(new Asker(random.split()), new Asker(random.split()));
            places = 1 + random.nextInt(3);
            told = new Told(places);
        }

        /** One for each thread: one changes what is in the batch, one settles, two ask. */
        final List<Runnable> all() {
            SplittableRandom changes = random.split();
            SplittableRandom settles = random.split();
            return List.of(() -> change(changes), () -> settle(settles), () -> ask(askers.get(0)), () -> ask(askers.get(1)));
        }

        abstract void change(SplittableRandom by);

        abstract void settle(SplittableRandom by);

        abstract void ask(Asker one);

        static void end(CompletableFuture<Void> way, Throwable error) {
            if (error == null) {
                way.complete(null);
            } else {
                way.completeExceptionally(error);
            }
        }

        /** Begins when another thread does, unless that takes too long: it may have to wait for this one's processor. */
        final void meet() {
            arrived.incrementAndGet();
            for (int n = 0; n < PATIENCE && arrived.get() < 2; n++) {
                Thread.onSpinWait();
            }
        }

        /** When all are done; notes what kinds of rounds this was. */
        abstract void check(Set<String> kinds);

        static void pause(SplittableRandom by) {
            if (by.nextInt(100) == 0) {
                Thread.yield();
                return;
            }
            for (int n = by.nextInt(60); n > 0; n--) {
                Thread.onSpinWait();
            }
        }
    }

    /** Somebody who asks how messages went. */
    private static final class Asker {
        private final SplittableRandom random;
        final List<Integer> places = new ArrayList<>();
        final List<CompletableFuture<Void>> futures = new ArrayList<>();
        boolean before;
        boolean after;

        Asker(SplittableRandom random) {
            this.random = random;
        }

        void note(Set<String> kinds) {
            kinds.add(before ? "asked before" : "");
            kinds.add(after ? "asked after" : "");
        }

        /** At random moments; whether that is over is asked before and after. */
        void ask(Batch batch, AtomicInteger count, BooleanSupplier begun, BooleanSupplier over) {
            for (int n = random.nextInt(5); n > 0; n--) {
                Round.pause(random);
                boolean late = over.getAsBoolean();
                int index = random.nextInt(count.get());
                places.add(index);
                futures.add(batch.future(index));
                after |= late;
                before |= !begun.getAsBoolean();
            }
        }
    }

    /** One adds, one settles, two ask. */
    private static final class Adding extends Round {
        private final Throwable error = random.nextBoolean() ? null : new LinkLost("the link is gone");
        private final CompletableFuture<Void> way = new CompletableFuture<>();
        private final Message first = message(1);
        final Batch batch = new Batch(first, places, way, told);
        /** How many it has taken. */
        private final AtomicInteger count = new AtomicInteger(1);
        private int refused;

        Adding(long seed) {
            super(seed);
        }

        @Override
        void change(SplittableRandom by) {
            batch.follow();
            for (int n = by.nextInt(MOST); n > 0; n--) {
                pause(by);
                int index = batch.add(message(count.get() + 1), places, way, told);
                if (index < 0) {
                    refused++;
                } else {
                    assertThat(refused).as("refused once, refused for ever").isZero();
                    assertThat(index).isEqualTo(count.getAndIncrement());
                }
            }
        }

        @Override
        void settle(SplittableRandom by) {
            for (int n = by.nextInt(MOST); n > 0; n--) {
                pause(by);
            }
            end(way, error);
        }

        @Override
        void ask(Asker one) {
            one.ask(batch, count, way::isDone, batch::isSettled);
        }

        @Override
        void check(Set<String> kinds) {
            int all = count.get();
            assertThat(told.places).hasValue(all * places);
            assertThat(told.calls).hasValue(error == null ? 1 : all);
            assertThat(told.errors).allMatch(one -> one == error).hasSize(error == null ? 0 : all);
            assertThat(batch.isSettled()).isTrue();
            assertThat(batch.wentWell()).isEqualTo(error == null);
            assertThat(batch.last()).isEqualTo(all);
            for (Asker asker : askers) {
                asker.futures.forEach(one -> assertThat(outcome(one)).isSameAs(error));
                asker.note(kinds);
            }
            assertThat(outcome(batch.future(all - 1))).isSameAs(error);
            kinds.add(error == null ? "well" : "failed");
            kinds.add(refused > 0 ? "refused" : "all taken");
        }
    }

    /** One adds and sends again, twice; one settles all ways; two ask. */
    private static final class Moving extends Round {
        private static final int MANY = 9;
        /** One for each message on each way. */
        private static final List<LinkLost> LOST = IntStream.range(0, WAYS * MANY).mapToObj(i -> new LinkLost("link is gone: " + i)).toList();
        private final List<List<Throwable>> errors = new ArrayList<>();
        private final List<List<CompletableFuture<Void>>> ways = new ArrayList<>();
        private final Batch batch;
        /** How often each was sent again; by the thread that does. */
        private final int[] again = new int[MANY];
        private final AtomicInteger count = new AtomicInteger(1);
        private volatile boolean begun;
        private volatile boolean over;

        Moving(long seed) {
            super(seed);
            for (int n = 0; n < WAYS; n++) {
                List<Throwable> those = new ArrayList<>();
                List<CompletableFuture<Void>> stages = new ArrayList<>();
                for (int i = 0; i < MANY; i++) {
                    boolean same = n == 0 && i > 0;
                    those.add(same ? those.get(0) : random.nextBoolean() ? null : LOST.get(n * MANY + i));
                    stages.add(same ? stages.get(0) : new CompletableFuture<>());
                }
                errors.add(those);
                ways.add(stages);
            }
            batch = new Batch(message(1), places, ways.get(0).get(0), told);
        }

        @Override
        void change(SplittableRandom by) {
            batch.follow();
            for (int n = by.nextInt(MANY); n > 0; n--) {
                if (batch.add(message(count.get() + 1), places, ways.get(0).get(0), told) >= 0) {
                    count.incrementAndGet();
                }
            }
            pause(by);
            begun = true;
            List<Batch> under = batch.again(this::send);
            over = true;
            pause(by);
            under.forEach(part -> part.again(this::send));
        }

        private CompletionStage<Void> send(Message message) {
            int index = (int) message.sequence() - 1;
            return ways.get(++again[index]).get(index);
        }

        @Override
        void settle(SplittableRandom by) {
            // A former link may tell later than the next one.
            int first = by.nextInt(WAYS);
            for (int at = first; at < first + WAYS; at++) {
                int n = at % WAYS;
                for (int i = 0; i < MANY; i++) {
                    if (by.nextInt(3) == 0) {
                        pause(by);
                    }
                    end(ways.get(n).get(i), errors.get(n).get(i));
                }
            }
        }

        @Override
        void ask(Asker one) {
            one.ask(batch, count, () -> begun, () -> over);
        }

        @Override
        void check(Set<String> kinds) {
            int all = count.get();
            List<Throwable> last = IntStream.range(0, all).mapToObj(i -> errors.get(again[i]).get(i)).toList();
            assertThat(told.places).hasValue(all * places);
            assertThat(told.errors).containsExactlyInAnyOrderElementsOf(last.stream().filter(Objects::nonNull).toList());
            for (Asker asker : askers) {
                for (int i = 0; i < asker.futures.size(); i++) {
                    assertThat(outcome(asker.futures.get(i))).isSameAs(last.get(asker.places.get(i)));
                }
                asker.note(kinds);
            }
            for (int i = 0; i < all; i++) {
                assertThat(outcome(batch.future(i))).isSameAs(last.get(i));
                kinds.add("sent again " + again[i]);
            }
        }
    }

    /** Threads that do what rounds have for them, one after the other; who runs it is the first. They all meet rarely: that takes long. */
    private static final class Crew implements AutoCloseable {
        private final List<Thread> threads = new ArrayList<>();
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicReference<Throwable> wrong = new AtomicReference<>();
        private List<Runnable> tasks;
        private volatile int turn;
        private volatile boolean over;

        Crew() {
            for (int i = 1; i < THREADS; i++) {
                int mine = i;
                threads.add(new Thread(() -> workOn(mine), "crew " + i));
            }
            threads.forEach(Thread::start);
        }

        private void workOn(int mine) {
            for (int n = 1; !over; n++) {
                int next = n;
                until(() -> over || turn == next);
                if (!over) {
                    work(tasks.get(mine));
                }
            }
        }

        private void work(Runnable task) {
            try {
                task.run();
            } catch (Throwable e) {
                wrong.compareAndSet(null, e);
            }
            done.incrementAndGet();
        }

        void run(List<? extends Round> rounds) throws Throwable {
            List<List<Runnable>> all = rounds.stream().map(Round::all).toList();
            tasks = IntStream.range(0, THREADS).<Runnable>mapToObj(mine -> () -> {
                for (int i = 0; i < rounds.size(); i++) {
                    rounds.get(i).meet();
                    all.get(i).get(mine).run();
                }
            }).toList();
            done.set(0);
            turn++;
            work(tasks.get(0));
            until(() -> done.get() == THREADS);
            tasks = null;
            if (wrong.get() != null) {
                throw wrong.get();
            }
        }

        private static void until(BooleanSupplier condition) {
            long end = System.nanoTime() + BOUND.toNanos();
            while (!condition.getAsBoolean()) {
                Thread.yield();
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError("waited in vain");
                }
            }
        }

        @Override
        public void close() throws InterruptedException {
            over = true;
            for (Thread one : threads) {
                one.join(BOUND.toMillis());
            }
        }
    }

    /** Until there were enough rounds, and those of each kind. */
    private <R extends Round> void rounds(LongFunction<R> make, Consumer<R> then, String... wanted) throws Throwable {
        System.out.printf("seed %d (anole.seed)%n", seed);
        Set<String> kinds = new HashSet<>();
        long number = seed;
        try (Crew crew = new Crew()) {
            for (long end = System.nanoTime() + BOUND.toNanos(); number < seed + ROUNDS || !kinds.containsAll(List.of(wanted));) {
                assertThat(System.nanoTime()).as("only rounds of these kinds: " + kinds).isLessThan(end);
                List<R> some = LongStream.range(number, number + TOGETHER).mapToObj(make).toList();
                crew.run(some);
                for (R one : some) {
                    one.check(kinds);
                    then.accept(one);
                    number++;
                }
            }
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed + ", near round " + (number - seed), e);
        }
    }

    @Test
    void eachIsToldOfOnceWhoeverAddsAndAsks() throws Throwable {
        List<Batch> settled = new ArrayList<>();
        List<WeakReference<?>> what = new ArrayList<>();
        rounds(Adding::new, one -> {
            settled.add(one.batch);
            what.add(new WeakReference<>(one.first));
            what.add(new WeakReference<>(one.way));
        }, "well", "failed", "refused", "all taken", "asked before", "asked after");
        gone(what);
        assertThat(settled).allMatch(Batch::isSettled);
    }

    @Test
    void eachSettlesOrIsSentAgainAndNeverBoth() throws Throwable {
        rounds(Moving::new, one -> {
        }, "sent again 0", "sent again 1", "sent again 2", "asked before", "asked after");
    }
}
