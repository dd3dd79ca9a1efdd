package io.anole.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.BusException;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.bus.Qos;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Value;
import io.anole.bus.provider.BusProvider;
import io.anole.bus.provider.Capabilities.Ability;
import io.anole.bus.provider.Capabilities.Support;
import io.anole.bus.provider.Link;
import io.anole.bus.provider.LinkConfig;
import io.anole.bus.provider.LinkListener;
import io.anole.bus.provider.Outlet;
import io.anole.testkit.Line;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The link itself, as the hub uses it. */
abstract class LinkContract extends Contract {
    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);
    private static final AtomicInteger RUNTIMES = new AtomicInteger();

    private Ends ends;
    private Link link;

    LinkContract(ProviderContract subject) {
        super(subject);
    }

    /** What a link told about itself. */
    private static final class Ends implements LinkListener {
        final CompletableFuture<String> up = new CompletableFuture<>();
        final List<String> losses = new CopyOnWriteArrayList<>();

        @Override
        public void up(String where) {
            up.complete(where);
        }

        @Override
        public void down(String reason) {
            if (up.isDone()) {
                losses.add(reason);
            }
        }

        @Override
        public void dropped(Drop reason, long count) {
            // the hub counts; nothing is dropped here
        }
    }

    @BeforeEach
    void openLink() {
        ends = new Ends();
        link = open(ends);
        done(ends.up);
    }

    private Link open(Ends listener) {
        return open(closing(subject.line()).properties(), listener);
    }

    private Link open(Map<String, Object> properties, Ends listener) {
        String runtime = "tck-" + RUNTIMES.incrementAndGet();
        return closing(subject.service().open(new LinkConfig("tck", runtime, properties), listener));
    }

    private Message message(Name name, Object body, long sequence) {
        return new Message(name, "", Map.of(), body, "tck/contract/1", sequence, System.currentTimeMillis() * 1_000_000,
                Message.NEVER);
    }

    @Test
    void it_tells_where_it_leads() {
        assertThat(done(ends.up)).isNotBlank().doesNotContain("\n");
    }

    @Test
    void its_capabilities_are_constant_and_explained() {
        assertThat(link.capabilities()).isEqualTo(subject.capabilities());
        assertThat(link.capabilities().maxPayload()).isPositive();
        for (Ability ability : Ability.values()) {
            if (link.capabilities().of(ability) == Support.EMULATED) {
                assertThat(link.capabilities().notes()).as("a note for what is emulated").containsKey(ability);
            }
        }
    }

    /** G1. */
    @Test
    void messages_pass_in_order() {
        Name name = Name.of(name("a"));
        List<Long> heard = new ArrayList<>();
        ready(link.subscribe(Pattern.of(name), Qos.DEFAULT, message -> {
            synchronized (heard) {
                heard.add(message.sequence());
            }
            return DONE;
        }));
        try (Outlet outlet = link.advertise(name, "", Qos.DEFAULT)) {
            for (long i = 1; i <= 100; i++) {
                outlet.publish(message(name, i, i));
            }
            done(link.flush());
            patiently().untilAsserted(() -> {
                synchronized (heard) {
                    assertThat(heard).isEqualTo(LongStream.rangeClosed(1, 100).boxed().toList());
                }
            });
        }
    }

    /** G5: a subscription that holds back does not keep messages from another one. */
    @Test
    void back_pressure_of_one_subscription_leaves_the_others_alone() {
        Name slow = Name.of(name("slow"));
        Name fast = Name.of(name("fast"));
        CompletableFuture<Void> held = new CompletableFuture<>();
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger heard = new AtomicInteger();
        ready(link.subscribe(Pattern.of(slow), Qos.DEFAULT, message -> {
            taken.incrementAndGet();
            return held;
        }));
        ready(link.subscribe(Pattern.of(fast), Qos.DEFAULT, message -> {
            heard.incrementAndGet();
            return DONE;
        }));
        Outlet toSlow = closing(link.advertise(slow, "", Qos.DEFAULT));
        Outlet toFast = closing(link.advertise(fast, "", Qos.DEFAULT));
        toSlow.publish(message(slow, 1, 1));
        patiently().until(() -> taken.get() == 1);
        for (int i = 1; i <= 50; i++) {
            toFast.publish(message(fast, i, i));
        }

        patiently().until(() -> heard.get() == 50);
        held.complete(null);
    }

    /** G3, G12. */
    @Test
    void after_close_everything_is_closed_and_nothing_is_called() {
        Name name = Name.of(name("a"));
        AtomicInteger calls = new AtomicInteger();
        ready(link.subscribe(Pattern.of(name), Qos.DEFAULT, message -> {
            calls.incrementAndGet();
            return DONE;
        }));
        Outlet outlet = link.advertise(name, "", Qos.DEFAULT);
        done(outlet.publish(message(name, 1, 1)));
        patiently().until(() -> calls.get() == 1);

        long begun = System.nanoTime();
        link.close();
        link.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        assertThat(failure(outlet.publish(message(name, 2, 2)))).isInstanceOf(BusException.Closed.class);
        assertThat(failure(link.request(name, message(name, 1, 0), patience))).isInstanceOf(BusException.Closed.class);
        assertThat(failure(link.put(name, Optional.of(new Value(1, "", "tck")), Lifetime.DURABLE)))
                .isInstanceOf(BusException.Closed.class);
        assertThat(failure(link.get(name))).isInstanceOf(BusException.Closed.class);
        assertThat(failure(link.subscribe(Pattern.of(name), Qos.DEFAULT, message -> DONE).ready()))
                .isInstanceOf(BusException.Closed.class);
        assertThat(calls).hasValue(1);
    }

    /** G6: pending requests end with the link. */
    @Test
    void close_ends_pending_requests() {
        if (refused(Ability.REQUEST, () -> link.request(Name.of(name("a")), message(Name.of(name("a")), 1, 0), patience))) {
            return;
        }
        Name name = Name.of(name("a"));
        AtomicInteger asked = new AtomicInteger();
        Link server = subject.linksMeet() ? openUp() : link;
        ready(server.serve(name, request -> {
            asked.incrementAndGet();
            return new CompletableFuture<>();
        }));
        CompletionStage<Message> call = link.request(name, message(name, 1, 0), Duration.ofMinutes(30));
        patiently().until(() -> asked.get() == 1);
        link.close();

        if (subject.linksMeet()) {
            assertThat(failure(call)).isInstanceOf(BusException.Closed.class);
        }
    }

    private Link openUp() {
        Ends other = new Ends();
        Link opened = open(other);
        done(other.up);
        return opened;
    }

    /** That of a process in a JVM of its own has the configuration of its parent's. */
    @Test
    void a_link_without_what_is_exclusive_leaves_the_one_that_has_it_alone() {
        Object declared = subject.reference().getProperty(BusProvider.EXCLUSIVE);
        Set<?> keys = declared instanceof String[] several ? Set.of(several) : declared == null ? Set.of() : Set.of(declared);
        assertThat(subject.exclusive().keySet()).as("exclusive() has a value for each key that is").isEqualTo(keys);
        Map<String, Object> shared = closing(subject.line()).properties();
        Map<String, Object> all = new HashMap<>(shared);
        all.putAll(subject.exclusive());
        Ends first = new Ends();
        Link with = open(all, first);
        done(first.up);
        Ends second = new Ends();
        Link without = open(shared, second);
        done(second.up);
        if (subject.linksMeet()) {
            passes(with, without);
            passes(without, with);
        }
        assertThat(first.losses).isEmpty();
        assertThat(second.losses).isEmpty();
    }

    private void passes(Link from, Link to) {
        Name name = Name.of(name("passes" + RUNTIMES.incrementAndGet()));
        CompletableFuture<Object> heard = new CompletableFuture<>();
        ready(to.subscribe(Pattern.of(name), Qos.DEFAULT, message -> {
            heard.complete(message.body());
            return DONE;
        }));
        done(closing(from.advertise(name, "", Qos.DEFAULT)).publish(message(name, "here", 1)));
        assertThat(done(heard)).isEqualTo("here");
    }

    /** G7, G10: what it owned is free at once. */
    @Test
    void close_frees_its_keys_and_names() {
        if (!subject.linksMeet()) {
            notAsked("what others see of a closed link: links don't meet");
        }
        Name name = Name.of(name("a"));
        Link other = openUp();
        if (link.capabilities().can(Ability.EPHEMERAL)) {
            done(link.put(name, Optional.of(new Value(1, "", "tck")), Lifetime.EPHEMERAL));
            patiently().until(() -> done(other.get(name)).isPresent());
        }
        if (link.capabilities().can(Ability.REQUEST)) {
            ready(link.serve(name, CompletableFuture::completedStage));
        }
        link.close();

        if (link.capabilities().can(Ability.EPHEMERAL)) {
            patiently().until(() -> done(other.get(name)).isEmpty());
        }
        if (link.capabilities().can(Ability.REQUEST)) {
            ready(other.serve(name, CompletableFuture::completedStage));
        }
    }

    /** What has no name in the capabilities is refused with a type, never ignored. */
    @Test
    void what_is_refused_is_refused_with_a_type() {
        Name name = Name.of(name("a"));
        Value value = new Value(1, "", "tck");
        refused(Ability.PATTERNS, () -> link.subscribe(Pattern.of(name("*")), Qos.DEFAULT, message -> DONE).ready());
        refused(Ability.REQUEST, () -> link.serve(name, CompletableFuture::completedStage).ready());
        refused(Ability.STATE, () -> link.put(name, Optional.of(value), Lifetime.DURABLE));
        refused(Ability.STATE, () -> link.get(name));
        refused(Ability.EPHEMERAL, () -> link.put(name, Optional.of(value), Lifetime.EPHEMERAL));
        assertThat(subject.capabilities().support()).as("a provider says what it can do").isNotEmpty();
    }
}
