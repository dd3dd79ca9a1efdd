package io.anole.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.bus.BusException;
import io.anole.bus.Lifetime;
import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Statistics.Drop;
import io.anole.bus.Statistics.Kind;
import io.anole.bus.Value;
import io.anole.bus.provider.Capabilities.Ability;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies and names: whatever goes in comes out, on every way. G8. */
abstract class ValueContract extends Contract {
    private static final int MEBIBYTE = 1 << 20;
    /** A limit beyond this is not tried: the test would only measure the memory of the machine. */
    private static final long LARGEST_TRIED = 64L << 20;

    ValueContract(ProviderContract subject) {
        super(subject);
    }

    static Stream<Arguments> bodies() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        Map<String, Object> nested = new LinkedHashMap<>();
        nested.put("", null);
        nested.put("list", Arrays.asList(1, null, Map.of("deep", List.of(List.of(), Map.of()))));
        nested.put("key with spaces, \u00e4 and /", false);
        return Stream.of(Arguments.of("null", null), Arguments.of("zero", 0), Arguments.of("minus one", -1),
                Arguments.of("largest", Long.MAX_VALUE), Arguments.of("smallest", Long.MIN_VALUE),
                Arguments.of("beyond long", BigInteger.ONE.shiftLeft(64)), Arguments.of("fraction", 0.1),
                Arguments.of("whole double", 2.0), Arguments.of("tiny", Double.MIN_VALUE),
                Arguments.of("not a number", Double.NaN), Arguments.of("infinity", Double.NEGATIVE_INFINITY),
                Arguments.of("false", false), Arguments.of("true", true), Arguments.of("empty text", ""),
                Arguments.of("text", "\u00e4\u20ac\ud83e\udd8e \"quoted\" \\ \n\t\u0000end"),
                Arguments.of("text of a number", "0"), Arguments.of("text of null", "null"),
                Arguments.of("no bytes", new byte[0]), Arguments.of("all bytes", all),
                Arguments.of("empty list", List.of()), Arguments.of("list", List.of(1, "a", true)),
                Arguments.of("empty map", Map.of()), Arguments.of("nested", nested));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void a_body_arrives_as_it_was(String what, Object body) {
        Heard<Object> heard = hear(here, name("a"), Object.class, Qos.DEFAULT);
        done(there.publisher(name("a"), Object.class).publish(body));
        heard.await(1);

        assertThat(plainAs(heard.bodies().get(0), body)).isEqualTo(plain(body));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void a_request_and_its_answer_arrive_as_they_were(String what, Object body) {
        if (refused(Ability.REQUEST, () -> here.caller(name("echo"), Object.class, Object.class).call(body))) {
            return;
        }
        List<Object> asked = new ArrayList<>();
        ready(here.serve(name("echo"), Object.class, Object.class, (request, message) -> {
            synchronized (asked) {
                asked.add(request);
            }
            return CompletableFuture.completedStage(request);
        }));
        Object answer = done(there.caller(name("echo"), Object.class, Object.class).call(body));

        assertThat(plainAs(answer, body)).isEqualTo(plain(body));
        synchronized (asked) {
            assertThat(plainAs(asked.get(0), body)).isEqualTo(plain(body));
        }
    }

    /** G8: 0, false, "" and null differ from absent. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void a_state_value_is_there_as_it_was(String what, Object body) {
        if (refused(Ability.STATE, () -> here.put(name("a"), body, Lifetime.DURABLE))) {
            return;
        }
        assertThat(done(there.get(name("a"), Value.class))).isEmpty();
        done(here.put(name("a"), body, Lifetime.DURABLE));
        closing(() -> done(here.remove(name("a"))));

        Value own = done(here.get(name("a"), Value.class)).orElseThrow();
        assertThat(plainAs(own.body(), body)).isEqualTo(plain(body));
        patiently().until(() -> done(there.get(name("a"), Value.class)).isPresent());
        Value other = done(there.get(name("a"), Value.class)).orElseThrow();
        assertThat(plainAs(other.body(), body)).isEqualTo(plain(body));
        assertThat(other.source()).isEqualTo(own.source()).isNotEmpty();

        done(here.remove(name("a")));
        assertThat(done(here.get(name("a"), Value.class))).isEmpty();
        patiently().until(() -> done(there.get(name("a"), Value.class)).isEmpty());
    }

    @Test
    void a_record_arrives_equal_in_every_field() {
        Heard<Sample> heard = hear(here, name("a"), Sample.class, Qos.DEFAULT);
        done(there.publisher(name("a"), Sample.class).publish(Sample.EXAMPLE));

        assertThat(heard.await(1).get(0)).usingRecursiveComparison().withEqualsForType(Double::equals, Double.class)
                .isEqualTo(Sample.EXAMPLE);
    }

    /** Another class of the same shape, as after the redeployment of a type. */
    @Test
    void a_record_is_converted_by_shape() {
        Heard<Point> heard = hear(here, name("a"), Point.class, Qos.DEFAULT);
        done(there.publisher(name("a"), Sample.Point.class).publish(new Sample.Point(1, -2.5)));

        assertThat(heard.await(1)).containsExactly(new Point(1, -2.5));
    }

    /** As {@link Sample.Point}. */
    public record Point(double x, double y) {
    }

    /** G2: counted, and the next message follows. */
    @Test
    void a_body_of_the_wrong_shape_is_dropped_and_counted() {
        Heard<Point> heard = hear(here, name("a"), Point.class, Qos.DEFAULT);
        Publisher<Object> publisher = there.publisher(name("a"), Object.class);
        done(publisher.publish("no point"));
        done(publisher.publish(Map.of("x", 1, "y", 2, "z", 3)));
        done(publisher.publish(Map.of("x", 1, "y", 2)));

        assertThat(heard.await(1)).containsExactly(new Point(1, 2));
        patiently().untilAsserted(() -> assertThat(endpoint(here, Kind.SUBSCRIPTION, name("a")).counters().dropped())
                .containsEntry(Drop.MALFORMED, 2L));
    }

    static Stream<String> names() {
        return Stream.of("plus+hash#", "+", "#", "dollar$", "$SYS", "per%cent%2F", "dots.and.more", "..", ".", ">", "~",
                "quote\"'", "back\\slash", "UPPER", "@at", "a:b;c,d", "{x}[y](z)", "=<>|&", "^`!?",
                "x".repeat(400), "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void a_topic_may_have_any_legal_name(String odd) {
        Heard<String> heard = hear(here, name(odd), String.class, Qos.DEFAULT);
        Heard<String> plain = hear(here, name("plain"), String.class, Qos.DEFAULT);
        done(there.publisher(name(odd), String.class).publish(odd));
        done(there.publisher(name("plain"), String.class).publish("plain"));

        assertThat(heard.await(1)).containsExactly(odd);
        assertThat(plain.await(1)).containsExactly("plain");
        Message message = heard.messages().get(0);
        assertThat(message.name()).isEqualTo(Name.of(name(odd)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void a_key_may_have_any_legal_name(String odd) {
        if (refused(Ability.STATE, () -> here.put(name(odd), 1, Lifetime.DURABLE))) {
            return;
        }
        done(here.put(name(odd), odd, Lifetime.DURABLE));
        closing(() -> done(here.remove(name(odd))));

        patiently().until(() -> done(there.get(name(odd), String.class)).equals(Optional.of(odd)));
        assertThat(done(there.get(name("plain"), String.class))).isEmpty();
        if (subject.capabilities().can(Ability.WATCH)) {
            Seen seen = seen();
            ready(there.watch(name(odd), Object.class, seen));
            assertThat(seen.awaitSynced()).containsExactly(name(odd) + "=" + odd, Seen.SYNCED);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void a_service_may_have_any_legal_name(String odd) {
        if (refused(Ability.REQUEST, () -> here.caller(name(odd), String.class, String.class).call(odd))) {
            return;
        }
        ready(here.serve(name(odd), String.class, String.class,
                (body, request) -> CompletableFuture.completedStage(body + request.name())));

        assertThat(done(there.caller(name(odd), String.class, String.class).call("x"))).isEqualTo("x" + name(odd));
    }

    @Test
    void the_longest_name_works() {
        String longest = name("x".repeat(Name.MAX_LENGTH - name("").length()));
        Heard<String> heard = hear(here, longest, String.class, Qos.DEFAULT);
        done(there.publisher(longest, String.class).publish("far"));

        assertThat(heard.await(1)).containsExactly("far");
    }

    @Test
    void a_mebibyte_passes_on_every_way() {
        if (subject.capabilities().maxPayload() < MEBIBYTE + 1024) {
            notAsked("a body of 1 MiB: at most " + subject.capabilities().maxPayload() + " bytes are possible");
        }
        byte[] large = new byte[MEBIBYTE];
        new Random(1).nextBytes(large);
        Heard<byte[]> heard = hear(here, name("a"), byte[].class, Qos.DEFAULT);
        done(there.publisher(name("a"), byte[].class).publish(large));
        assertThat(heard.await(1).get(0)).isEqualTo(large);

        if (subject.capabilities().can(Ability.REQUEST)) {
            ready(here.serve(name("echo"), byte[].class, byte[].class,
                    (body, request) -> CompletableFuture.completedStage(body)));
            assertThat(done(there.caller(name("echo"), byte[].class, byte[].class).call(large))).isEqualTo(large);
        }
        if (subject.capabilities().can(Ability.STATE)) {
            done(here.put(name("a"), large, Lifetime.DURABLE));
            closing(() -> done(here.remove(name("a"))));
            patiently().until(() -> done(there.get(name("a"), byte[].class)).isPresent());
            assertThat(done(there.get(name("a"), byte[].class)).orElseThrow()).isEqualTo(large);
        }
    }

    /** Refused at the place where it is too large, and nothing else is lost. */
    @Test
    void a_body_beyond_the_limit_is_refused() {
        long limit = subject.capabilities().maxPayload();
        if (limit > LARGEST_TRIED) {
            notAsked("a body beyond the limit: up to " + limit + " bytes are possible");
        }
        byte[] tooLarge = new byte[(int) limit + 1];
        Heard<byte[]> heard = hear(here, name("a"), byte[].class, Qos.DEFAULT);
        Publisher<byte[]> publisher = there.publisher(name("a"), byte[].class);
        done(publisher.publish(new byte[] {1}));

        assertThat(failure(publisher.publish(tooLarge))).isInstanceOf(BusException.Rejected.class)
                .hasMessageContaining(Long.toString(limit));
        if (subject.capabilities().can(Ability.REQUEST)) {
            ready(here.serve(name("echo"), byte[].class, byte[].class,
                    (body, request) -> CompletableFuture.completedStage(body.length == 1 ? tooLarge : body)));
            var caller = there.caller(name("echo"), byte[].class, byte[].class);
            assertThat(failure(caller.call(tooLarge))).isInstanceOf(BusException.Rejected.class);
            assertThat(failure(caller.call(new byte[1]))).isInstanceOfAny(BusException.Rejected.class,
                    BusException.RemoteError.class);
            assertThat(done(caller.call(new byte[2]))).hasSize(2);
        }
        if (subject.capabilities().can(Ability.STATE)) {
            assertThat(failure(there.put(name("a"), tooLarge, Lifetime.DURABLE)))
                    .isInstanceOf(BusException.Rejected.class);
        }
        done(publisher.publish(new byte[] {2}));
        assertThat(heard.await(2)).hasSize(2);
    }

    /** What came in for {@code original}, where text stands for bytes and special numbers as in JSON. */
    private static Object plainAs(Object came, Object original) {
        if (came instanceof String text) {
            if (original instanceof byte[]) {
                return plain(Base64.getDecoder().decode(text));
            }
            if (original instanceof Double) {
                return Double.valueOf(text);
            }
        }
        return plain(came);
    }

    /** The same, with one class for each kind of number and lists for arrays. */
    private static Object plain(Object body) {
        if (body instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) -> copy.put(key, plain(value)));
            return copy;
        }
        if (body instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(element -> copy.add(plain(element)));
            return copy;
        }
        if (body instanceof byte[] bytes) {
            return "bytes " + Arrays.toString(bytes);
        }
        if (body != null && body.getClass().isArray()) {
            List<Object> copy = new ArrayList<>();
            for (int i = 0; i < Array.getLength(body); i++) {
                copy.add(plain(Array.get(body, i)));
            }
            return copy;
        }
        if (body instanceof Integer || body instanceof Short || body instanceof Byte) {
            return ((Number) body).longValue();
        }
        return body instanceof Float single ? Double.valueOf(single) : body;
    }
}
