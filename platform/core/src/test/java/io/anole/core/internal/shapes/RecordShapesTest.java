package io.anole.core.internal.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Shapes;
import io.anole.bus.TypeName;
import io.anole.types.geometry.PoseStamped;
import io.anole.types.geometry.Quaternion;
import io.anole.types.geometry.Twist;
import io.anole.types.geometry.TwistStamped;
import io.anole.types.geometry.Vector3;
import io.anole.types.nav.Odometry;
import io.anole.types.nav.Path;
import io.anole.types.sensor.Image;
import io.anole.types.sensor.LaserScan;
import io.anole.types.std.Header;
import io.anole.types.std.Time;
import io.anole.types.std.UInt8;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RecordShapesTest {
    private final Shapes shapes = new RecordShapes();

    enum Mode { MANUAL, AUTO }

    /** One field of every kind. */
    record Everything(byte i8, short i16, int i32, long i64, float f32, double f64, boolean flag, char letter, String text,
            Long boxed, BigInteger big, Mode mode, Inner inner, List<Inner> list, Set<String> set, Map<String, Inner> map,
            Inner[] array, double[] doubles, float[] floats, int[] ints, boolean[] flags, byte[] bytes,
            Optional<Inner> perhaps, Optional<Double> number, Duration duration, Instant instant, Object any) {
    }

    record Inner(int a, String b) {
    }

    /** The same shape as {@link Inner}, in another order. */
    record OtherInner(String b, int a) {
    }

    record Holder(OtherInner inner, List<OtherInner> list, Mode mode, Optional<OtherInner> perhaps) {
    }

    enum OtherMode { AUTO, MANUAL }

    record OtherHolder(Inner inner, List<Inner> list, OtherMode mode, Optional<Inner> perhaps) {
    }

    record Tree(int value, Tree child) {
    }

    record Grove(List<Grove> trees) {
    }

    record Picky(String name) {
        Picky {
            Objects.requireNonNull(name, "name");
            if (name.isBlank()) {
                throw new IllegalArgumentException("name is blank");
            }
        }
    }

    @TypeName("test/Own")
    record Own(int speed, String unit) {
        public static Own blank() {
            return new Own(7, "m/s");
        }
    }

    record Unfit(Thread thread) {
    }

    private static Everything everything() {
        return new Everything((byte) -1, (short) 2, 3, 4L, 5.5f, 6.25, true, 'x', "text", 9L,
                BigInteger.TWO.pow(100), Mode.AUTO, new Inner(1, "b"), List.of(new Inner(2, "c")), Set.of("s"),
                Map.of("k", new Inner(3, "d")), new Inner[] {new Inner(4, "e")}, new double[] {1, 2}, new float[] {3f},
                new int[] {4, 5}, new boolean[] {true}, new byte[] {6, -7}, Optional.of(new Inner(5, "f")),
                Optional.empty(), Duration.ofMillis(1500), Instant.ofEpochSecond(1), List.of("any", 1L));
    }

    @Test
    void everyKindOfFieldIsReadBackFromItsTree() {
        Everything given = everything();

        Everything read = shapes.as(shapes.tree(given), Everything.class);

        assertThat(read).usingRecursiveComparison().isEqualTo(given);
    }

    @Test
    void aTreeIsMadeOfTreesOnly() {
        Map<?, ?> tree = (Map<?, ?>) shapes.tree(everything());

        assertThat(tree.get("i8")).isEqualTo(-1);
        assertThat(tree.get("f32")).isEqualTo(5.5);
        assertThat(tree.get("mode")).isEqualTo("AUTO");
        assertThat(tree.get("inner")).isEqualTo(Map.of("a", 1, "b", "b"));
        assertThat(tree.get("array")).isEqualTo(List.of(Map.of("a", 4, "b", "e")));
        assertThat(tree.get("perhaps")).isEqualTo(Map.of("a", 5, "b", "f"));
        assertThat(tree.get("number")).isNull();
        assertThat(tree.get("duration")).isEqualTo("PT1.5S");
        assertThat(tree.get("doubles")).isInstanceOf(double[].class);
        assertThat(tree.keySet().stream().map(Object::toString)).startsWith("i8", "i16", "i32");
    }

    @Test
    void whatIsATreeAlreadyStaysTheSameObject() {
        Map<String, Object> tree = Map.of("a", List.of(1L, 2.0, "x", true), "b", new byte[3]);

        assertThat(shapes.tree(tree)).isSameAs(tree);
        assertThat(shapes.tree("text")).isEqualTo("text");
        assertThat(shapes.tree(null)).isNull();
        assertThat(shapes.tree(Map.of("r", new Inner(1, "b"), "n", 1)))
                .isEqualTo(Map.of("r", Map.of("a", 1, "b", "b"), "n", 1));
        assertThat(shapes.tree(Arrays.asList(1L, null, new Inner(1, "b"), 2L)))
                .isEqualTo(Arrays.asList(1L, null, Map.of("a", 1, "b", "b"), 2L));
    }

    @Test
    void anInstanceStaysTheSameObject() {
        Twist twist = Twist.of(1, 2);
        Map<String, Object> map = Map.of();

        assertThat(shapes.as(twist, Twist.class)).isSameAs(twist);
        assertThat(shapes.as(twist, Object.class)).isSameAs(twist);
        assertThat((Object) shapes.as(map, Map.class)).isSameAs(map);
        assertThat(shapes.as(null, Twist.class)).isNull();
        assertThat(shapes.as(3L, Integer.class)).isEqualTo(3);
        assertThat(shapes.as(3L, int.class)).isEqualTo(3);
        assertThat(shapes.as(List.of(1L, 2L), double[].class)).containsExactly(1, 2);
        assertThat((Object) shapes.as(twist, Map.class)).isEqualTo(shapes.tree(twist));
    }

    @Test
    void aRecordBecomesAnotherOfTheSameShape() {
        OtherHolder given = new OtherHolder(new Inner(1, "b"), List.of(new Inner(2, "c")), OtherMode.AUTO,
                Optional.of(new Inner(3, "d")));

        assertThat(shapes.as(given, Holder.class)).isEqualTo(new Holder(new OtherInner("b", 1),
                List.of(new OtherInner("c", 2)), Mode.AUTO, Optional.of(new OtherInner("d", 3))));
    }

    @Test
    void aPartOfTheSameClassIsNotCopied() {
        record Before(Header header, Twist twist) {
        }
        Before before = new Before(Header.now("odom"), Twist.of(1, 0));

        TwistStamped after = shapes.as(before, TwistStamped.class);

        assertThat(after.twist()).isSameAs(before.twist());
        assertThat(after.header()).isSameAs(before.header());
    }

    // PY-22
    static Stream<Arguments> accepted() {
        return Stream.of(
                arguments("whole number for a float", Map.of("linear", Map.of("x", 2)), Twist.class,
                        new Twist(new Vector3(2, 0, 0), Vector3.ZERO)),
                arguments("texts for what JSON has no number for", Map.of("x", "NaN", "y", "-Infinity"), Vector3.class,
                        new Vector3(Double.NaN, Double.NEGATIVE_INFINITY, 0)),
                arguments("secs and nsecs", Map.of("secs", 5L, "nsecs", 6), Time.class, new Time(5, 6)),
                arguments("ISO time", "1970-01-01T00:00:05Z", Time.class, new Time(5, 0)),
                arguments("missing fields", Map.of(), Twist.class, Twist.STOP),
                arguments("the record's own defaults", Map.of("speed", 1), Own.class, new Own(1, "m/s")),
                arguments("a whole number within range", Map.of("data", 255), UInt8.class, new UInt8(255)),
                arguments("a small big integer", Map.of("a", BigInteger.TEN), Inner.class, new Inner(10, "")),
                arguments("null for a reference", Collections.singletonMap("b", null), Inner.class, new Inner(0, null)),
                arguments("null for a whole record", null, Inner.class, null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void accepted(String rule, Object tree, Class<?> type, Object expected) {
        assertThat((Object) shapes.as(tree, type)).isEqualTo(expected);
    }

    // PY-22
    static Stream<Arguments> refused() {
        return Stream.of(
                arguments(Map.of("linear", Map.of("x", "abc")), Twist.class,
                        "geometry_msgs/Twist: linear.x: expected float64, found text 'abc'"),
                arguments(Map.of("linear", Map.of("w", 1)), Twist.class,
                        "geometry_msgs/Twist: linear.w: geometry_msgs/Vector3 has no such field, only x, y, z"),
                arguments(Map.of("linear", 3), Twist.class,
                        "geometry_msgs/Twist: linear: expected geometry_msgs/Vector3, found whole number 3"),
                arguments("stop", Twist.class, "geometry_msgs/Twist: expected geometry_msgs/Twist, found text 'stop'"),
                arguments(Map.of("poses", List.of(Map.of(), Map.of("pose", Map.of("position", Map.of("z", true))))),
                        Path.class, "nav_msgs/Path: poses[1].pose.position.z: expected float64, found true"),
                arguments(Map.of("ranges", List.of(1, "x")), LaserScan.class,
                        "sensor_msgs/LaserScan: ranges[1]: expected float32, found text 'x'"),
                arguments(Map.of("ranges", List.of(1e300)), LaserScan.class,
                        "sensor_msgs/LaserScan: ranges[0]: expected float32, found number 1.0E300"),
                arguments(Map.of("height", 1L << 40), Image.class,
                        "sensor_msgs/Image: height: expected int32, found whole number 1099511627776"),
                arguments(Map.of("height", 1.5), Image.class,
                        "sensor_msgs/Image: height: expected int32, found number 1.5"),
                arguments(Map.of("data", "not base64!"), Image.class,
                        "sensor_msgs/Image: data: expected bytes (or Base64 text), found text 'not base64!'"),
                arguments(Map.of("data", 256), UInt8.class,
                        "std_msgs/UInt8: std_msgs/UInt8 refuses it: data 256 is not within 0 and 255"),
                arguments(Map.of("header", Map.of("stamp", "soon")), PoseStamped.class,
                        "geometry_msgs/PoseStamped: header.stamp: time refuses it: Text 'soon' could not be parsed at index 0"),
                arguments(Map.of("pose", Map.of("covariance", List.of(1))), Odometry.class, "nav_msgs/Odometry: pose: "
                        + "geometry_msgs/PoseWithCovariance refuses it: covariance has 1 elements instead of 36"),
                arguments(Collections.singletonMap("a", null), Inner.class, "Inner: a: expected int32, found null"),
                arguments(Map.of("mode", "FAST"), Holder.class,
                        "Holder: mode: expected one of MANUAL|AUTO, found text 'FAST'"),
                arguments(Map.of("b", 5), Inner.class, "Inner: b: expected text, found whole number 5"),
                arguments(Map.of("b", List.of()), Inner.class, "Inner: b: expected text, found a list"),
                arguments(new Inner(1, "b"), Own.class, "test/Own: a: test/Own has no such field, only speed, unit"),
                arguments(Map.of("a\nb", 5), Inner.class, "Inner: a?b: " + Inner.class.getName()
                        + " has no such field, only a, b"),
                arguments(Map.of(), Unfit.class, "Unfit: thread: a body can't hold a java.lang.Thread"),
                arguments("x", Thread.class, "Thread: a body can't hold a java.lang.Thread"));
    }

    @ParameterizedTest
    @MethodSource
    void refused(Object tree, Class<?> type, String message) {
        assertThatThrownBy(() -> shapes.as(tree, type)).isInstanceOf(BadShape.class).hasMessage(message);
    }

    // PY-22
    @Test
    void nowIsTheWallClockAndAHeaderIsStampedWithIt() {
        Time before = Time.now();

        Header header = shapes.as(Map.of("frame_id", "map", "stamp", "now"), Header.class);
        PoseStamped unstamped = shapes.as(Map.of(), PoseStamped.class);

        assertThat(header.stamp().instant()).isBetween(before.instant(), Instant.now());
        assertThat(unstamped.header().stamp().instant()).isBetween(before.instant(), Instant.now());
        assertThat(unstamped.pose().orientation()).isEqualTo(new Quaternion(0, 0, 0, 0));
    }

    // PY-22
    @Test
    void bytesReadBase64AndLists() {
        assertThat(shapes.as(Map.of("data", "AQL/"), Image.class).data()).containsExactly(1, 2, -1);
        assertThat(shapes.as(Map.of("data", List.of(1L, 2, 255)), Image.class).data()).containsExactly(1, 2, -1);
    }

    @Test
    void whatIsNoTreeIsRefused() {
        assertThatThrownBy(() -> shapes.tree(Map.of("thread", List.of(Thread.currentThread()))))
                .isInstanceOf(BadShape.class)
                .hasMessageEndingWith(": thread[0]: expected a tree or a record, found java.lang.Thread");
        assertThatThrownBy(() -> shapes.tree(Map.of(1, 2))).isInstanceOf(BadShape.class)
                .hasMessageContaining("texts as keys");
    }

    @Test
    void bottomlessBodiesAreRefused() {
        List<Object> list = new ArrayList<>();
        list.add(list);
        Map<String, Object> map = new HashMap<>();
        map.put("trees", List.of(map));

        assertThatThrownBy(() -> shapes.tree(list)).isInstanceOf(BadShape.class).hasMessageContaining("deeper than 64");
        assertThatThrownBy(() -> shapes.as(map, Grove.class)).isInstanceOf(BadShape.class)
                .hasMessageContaining("deeper than 64");
    }

    @Test
    void aRecordRefusesInItsOwnWords() {
        assertThatThrownBy(() -> shapes.as(Map.of("name", " "), Picky.class)).isInstanceOf(BadShape.class)
                .hasMessageEndingWith("refuses it: name is blank").hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void blanksHoldNothing() {
        Everything blank = shapes.blank(Everything.class);

        assertThat(blank.i64()).isZero();
        assertThat(blank.text()).isEmpty();
        assertThat(blank.boxed()).isNull();
        assertThat(blank.mode()).isNull();
        assertThat(blank.inner()).isEqualTo(new Inner(0, ""));
        assertThat(blank.list()).isEmpty();
        assertThat(blank.doubles()).isEmpty();
        assertThat(blank.perhaps()).isEmpty();
        assertThat(shapes.blank(Tree.class)).isEqualTo(new Tree(0, null));
        assertThat(shapes.blank(Own.class)).isEqualTo(new Own(7, "m/s"));
        assertThat(shapes.blank(Odometry.class).pose().covariance()).hasSize(36);
    }

    @Test
    void describesFieldsInOrder() {
        assertThat(shapes.describe(TwistStamped.class)).hasToString("{header={seq=int64, stamp={secs=int64, nsecs=int32}, "
                + "frame_id=string}, twist={linear={x=float64, y=float64, z=float64}, angular={x=float64, y=float64, "
                + "z=float64}}}");
        assertThat(shapes.describe(Holder.class)).hasToString(
                "{inner={b=string, a=int32}, list=[{b=string, a=int32}], mode=MANUAL|AUTO, perhaps={b=string, a=int32}}");
        assertThat(shapes.describe(Tree.class)).hasToString("{value=int32, child=" + Tree.class.getName() + "}");
        assertThat(shapes.describe(LaserScan.class)).containsEntry("ranges", "float32[]");
        assertThat(shapes.describe(Image.class)).containsEntry("data", "uint8[]");
        assertThat(shapes.describe(Map.class)).isEmpty();
    }

    @Test
    void namesTypes() {
        assertThat(shapes.typeName(Twist.class)).isEqualTo("geometry_msgs/Twist");
        assertThat(shapes.typeName(Inner.class)).isEqualTo(Inner.class.getName());
        for (Class<?> plain : List.of(Object.class, Map.class, HashMap.class, List.class, String.class, Integer.class,
                int.class, Boolean.class, byte[].class, double[].class)) {
            assertThat(shapes.typeName(plain)).as(plain.getName()).isEmpty();
        }
    }
}
