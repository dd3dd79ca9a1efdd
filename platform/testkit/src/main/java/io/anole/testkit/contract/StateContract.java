package io.anole.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.Bus;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Registration;
import io.anole.bus.Watcher;
import io.anole.bus.provider.Capabilities.Ability;
import io.anole.testkit.Line;
import io.anole.testkit.TestBus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** State: G8, G9, G10. */
abstract class StateContract extends Contract {
    StateContract(ProviderContract subject) {
        super(subject);
    }

    @BeforeEach
    void needsState() {
        if (refused(Ability.STATE, () -> here.put(name("a"), 1, Lifetime.DURABLE))) {
            throw new TestAbortedException("STATE is refused, as stated");
        }
    }

    private void needsWatch() {
        if (refused(Ability.WATCH, () -> here.watch(name("a"), Object.class, seen()).ready())) {
            throw new TestAbortedException("WATCH is refused, as stated");
        }
    }

    private void needsEphemeral() {
        if (refused(Ability.EPHEMERAL, () -> here.put(name("a"), 1, Lifetime.EPHEMERAL))) {
            throw new TestAbortedException("EPHEMERAL is refused, as stated");
        }
    }

    /** Sets a durable key that is removed after the test. */
    private void put(Bus bus, String key, Object value) {
        done(bus.put(name(key), value, Lifetime.DURABLE));
        closing(() -> done(here.remove(name(key))));
    }

    /** G8. */
    @Test
    void own_writes_are_read_back_at_once() {
        for (int i = 0; i < 100; i++) {
            done(here.put(name("a"), i, Lifetime.DURABLE));
            assertThat(done(here.get(name("a"), Integer.class))).contains(i);
        }
        done(here.remove(name("a")));
        assertThat(done(here.get(name("a"), Integer.class))).isEmpty();
    }

    /** G8: one after the other. */
    @Test
    void the_last_writer_wins() {
        for (int i = 0; i < 20; i++) {
            Bus writer = i % 2 == 0 ? here : there;
            Bus reader = i % 2 == 0 ? there : here;
            int value = i;
            put(writer, "a", value);
            patiently().until(() -> done(reader.get(name("a"), Integer.class)).equals(Optional.of(value)));
        }
    }

    /** G8: at the same time; everybody sees the same winner in the end. */
    @Test
    void concurrent_writers_agree_on_a_winner() {
        List<CompletableFuture<Void>> work = new ArrayList<>();
        for (Bus bus : List.of(here, there)) {
            int base = bus == here ? 1000 : 2000;
            work.add(start(() -> {
                for (int i = 0; i < 100; i++) {
                    done(bus.put(name("a"), base + i, Lifetime.DURABLE));
                }
            }));
        }
        work.forEach(this::done);
        closing(() -> done(here.remove(name("a"))));

        patiently().untilAsserted(() -> {
            Optional<Integer> mine = done(here.get(name("a"), Integer.class));
            assertThat(mine).hasValueSatisfying(value -> assertThat(value).isIn(1099, 2099));
            assertThat(done(there.get(name("a"), Integer.class))).isEqualTo(mine);
        });
    }

    @Test
    void a_durable_key_outlives_its_writer() {
        var participant = closing(busThere.participant());
        done(participant.bus().put(name("a"), 1, Lifetime.DURABLE));
        closing(() -> done(here.remove(name("a"))));
        participant.close();

        assertThat(done(there.get(name("a"), Integer.class))).contains(1);
    }

    /** G9. */
    @Test
    void a_watch_tells_the_snapshot_then_synced_then_changes() {
        needsWatch();
        List<String> snapshot = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            put(there, "k/" + i, i);
            snapshot.add(name("k/" + i) + "=" + i);
        }
        patiently().until(() -> done(here.get(name("k/49"), Integer.class)).isPresent());
        Seen seen = seen();
        ready(here.watch(name("k/*"), Object.class, seen));
        seen.awaitSynced();
        assertThat(seen.events().subList(0, 50)).containsExactlyInAnyOrderElementsOf(snapshot);
        assertThat(seen.events().get(50)).isEqualTo(Seen.SYNCED);

        List<String> changes = List.of(name("k/50") + "=new", name("k/0") + "=changed", "-" + name("k/1"),
                name("k/1") + "=null", "-" + name("k/1"));
        put(there, "k/50", "new");
        seen.await(all -> all.size() == 52);
        put(there, "k/0", "changed");
        seen.await(all -> all.size() == 53);
        done(there.remove(name("k/1")));
        seen.await(all -> all.size() == 54);
        put(there, "k/1", null);
        seen.await(all -> all.size() == 55);
        done(there.remove(name("k/1")));
        seen.await(all -> all.size() >= 56);

        assertThat(seen.events().subList(51, 56)).isEqualTo(changes);
        put(there, "elsewhere", 1);
        put(there, "k/last", 1);
        seen.await(all -> all.contains(name("k/last") + "=1"));
        assertThat(seen.events()).hasSize(57);
    }

    /** G9: nothing there is told too. */
    @Test
    void a_watch_of_nothing_is_synced() {
        needsWatch();
        Seen seen = seen();
        ready(here.watch(name("nothing/**"), Object.class, seen));

        assertThat(seen.awaitSynced()).containsExactly(Seen.SYNCED);
    }

    /** G9: every watch has a snapshot of its own. */
    @Test
    void a_second_watch_gets_the_whole_snapshot_too() {
        needsWatch();
        put(here, "k/a", 1);
        Seen first = seen();
        ready(here.watch(name("k/*"), Object.class, first));
        first.awaitSynced();
        Seen second = seen();
        Registration registration = ready(here.watch(name("k/*"), Object.class, second));
        second.awaitSynced();
        assertThat(second.events()).containsExactly(name("k/a") + "=1", Seen.SYNCED);
        registration.close();

        put(there, "k/b", 2);
        first.await(all -> all.size() >= 3);
        assertThat(first.events()).containsExactly(name("k/a") + "=1", Seen.SYNCED, name("k/b") + "=2");
        assertThat(second.events()).hasSize(2);
    }

    /** G9, G3: watches that come while keys change miss nothing, and never see a key go back. */
    @RepeatedTest(5)
    void a_watch_misses_no_change_and_sees_no_key_go_back() {
        needsWatch();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger last = new AtomicInteger();
        closing(() -> over.set(true));
        CompletableFuture<Void> writing = start(() -> {
            for (int i = 1; !over.get(); i++) {
                done(there.put(name("k/" + i % 5), i, Lifetime.DURABLE));
                last.set(i);
            }
        });
        for (int i = 0; i < 5; i++) {
            int key = i;
            closing(() -> done(here.remove(name("k/" + key))));
        }
        patiently().until(() -> last.get() > 10);
        List<Map<String, Integer>> views = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            int from = last.get() + 7;
            patiently().until(() -> last.get() > from);
            Map<String, Integer> view = new ConcurrentHashMap<>();
            views.add(view);
            ready(here.watch(name("k/*"), Integer.class, new Watcher<Integer>() {
                @Override
                public void put(Name key, Integer value) {
                    Integer before = view.put(key.toString(), value);
                    if (before != null && before >= value) {
                        synchronized (wrong) {
                            wrong.add(key + ": " + value + " after " + before);
                        }
                    }
                }

                @Override
                public void removed(Name key) {
                    synchronized (wrong) {
                        wrong.add(key + " removed");
                    }
                }
            }));
        }
        over.set(true);
        done(writing);

        Map<String, Integer> expected = new HashMap<>();
        for (int i = last.get(); i > last.get() - 5; i--) {
            expected.put(name("k/" + i % 5), i);
        }
        views.forEach(view -> patiently().untilAsserted(() -> assertThat(view).isEqualTo(expected)));
        synchronized (wrong) {
            assertThat(wrong).isEmpty();
        }
    }

    /** G12. */
    @Test
    void after_close_a_watch_hears_nothing() {
        needsWatch();
        Seen closed = seen();
        Seen witness = seen();
        Registration registration = ready(here.watch(name("k/*"), Object.class, closed));
        ready(here.watch(name("k/*"), Object.class, witness));
        put(there, "k/a", 1);
        closed.await(all -> all.size() == 2);
        registration.close();
        put(there, "k/a", 2);
        witness.await(all -> all.contains(name("k/a") + "=2"));

        assertThat(closed.events()).hasSize(2);
    }

    /** G10: gone at once when its participant stops. */
    @Test
    void an_ephemeral_key_ends_with_its_participant() {
        needsEphemeral();
        needsWatch();
        Seen seen = seen();
        ready(here.watch(name("k/*"), Object.class, seen));
        var participant = closing(busThere.participant());
        done(participant.bus().put(name("k/mine"), 1, Lifetime.EPHEMERAL));
        done(there.put(name("k/other"), 2, Lifetime.EPHEMERAL));
        seen.await(all -> all.size() == 3);
        participant.close();

        seen.await(all -> all.size() == 4);
        assertThat(seen.events().get(3)).isEqualTo("-" + name("k/mine"));
        patiently().until(() -> done(here.get(name("k/mine"), Integer.class)).isEmpty());
        assertThat(done(here.get(name("k/other"), Integer.class))).contains(2);
    }

    /** G10: or its bus. */
    @Test
    void an_ephemeral_key_ends_with_its_bus() {
        needsEphemeral();
        needsWatch();
        if (!subject.linksMeet()) {
            notAsked("what others see of a closed bus: links don't meet");
        }
        Seen seen = seen();
        ready(here.watch(name("k/*"), Object.class, seen));
        try (Line line = subject.line();
                TestBus leaving = TestBus.open(subject.context(), subject.provider(), line.properties(), patience)) {
            done(leaving.bus().put(name("k/mine"), 1, Lifetime.EPHEMERAL));
            done(leaving.bus().put(name("k/stays"), 2, Lifetime.DURABLE));
            closing(() -> done(here.remove(name("k/stays"))));
            seen.await(all -> all.size() == 3);
        }

        seen.await(all -> all.contains("-" + name("k/mine")));
        assertThat(seen.now()).containsOnlyKeys(name("k/stays"));
    }

    /** G10: removed by hand it is gone too, and stays gone when its owner ends. */
    @Test
    void a_removed_ephemeral_key_stays_removed() {
        needsEphemeral();
        needsWatch();
        Seen seen = seen();
        ready(here.watch(name("k/*"), Object.class, seen));
        var participant = closing(busThere.participant());
        done(participant.bus().put(name("k/mine"), 1, Lifetime.EPHEMERAL));
        done(participant.bus().remove(name("k/mine")));
        put(here, "k/mine", "new owner");
        seen.await(all -> all.contains(name("k/mine") + "=new owner"));
        participant.close();
        put(here, "k/after", 1);
        seen.await(all -> all.contains(name("k/after") + "=1"));

        assertThat(seen.now()).containsEntry(name("k/mine"), "new owner");
        assertThat(done(here.get(name("k/mine"), String.class))).contains("new owner");
    }
}
