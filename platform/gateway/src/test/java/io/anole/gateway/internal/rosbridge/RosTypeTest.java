package io.anole.gateway.internal.rosbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anole.bus.BusException.BadShape;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Definitions and bytes as ROS 1 has them. */
class RosTypeTest {
    private static final Map<String, Object> TIME = fields("secs", "int64", "nsecs", "int32");
    private static final Map<String, Object> HEADER = fields("seq", "int64", "stamp", TIME, "frame_id", "string");

    private static Map<String, Object> fields(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static String hex(RosType type, Object tree) {
        return HexFormat.of().formatHex(type.serialise(tree));
    }

    @Test
    void aDefinitionTellsTheTypesWithinToo() {
        RosType type = RosType.of("demo_msgs/Scan", fields("header", HEADER, "ranges", "float32[]", "poses",
                List.of(fields("x", "float64", "ok", "bool")), "took", fields("secs", "int32", "nsecs", "int32")));
        assertThat(type.definition()).isEqualTo("""
                std_msgs/Header header
                float32[] ranges
                demo_msgs/Scan_poses[] poses
                duration took
                ================================================================================
                MSG: std_msgs/Header
                uint32 seq
                time stamp
                string frame_id
                ================================================================================
                MSG: demo_msgs/Scan_poses
                float64 x
                bool ok
                """);
    }

    /** Bytes as rosserial and genpy write them: little-endian, lengths before texts and arrays. */
    @Test
    void bytesAreThoseOfRos() {
        RosType type = RosType.of("a/B", fields("header", HEADER, "flag", "bool", "small", "int8", "f", "float32", "many", "int16[]"));
        assertThat(hex(type, Map.of("header", Map.of("seq", 7L, "stamp", Map.of("secs", 4_000_000_000L, "nsecs", 5), "frame_id", "ab"),
                "flag", true, "small", -2, "f", 1.5, "many", List.of(1L, -1L))))
                .isEqualTo("07000000" + "00286bee05000000" + "020000006162" + "01" + "fe" + "0000c03f" + "02000000" + "0100ffff");
        assertThat(hex(type, Map.of())).isEqualTo("00".repeat(4 + 8 + 4 + 1 + 1 + 4 + 4));
        RosType bytes = RosType.of("a/C", fields("data", "uint8[]", "ranges", "float64[]"));
        String expected = "03000000" + "0102ff" + "01000000" + "000000000000f07f";
        assertThat(hex(bytes, fields("data", new byte[] {1, 2, -1}, "ranges", new double[] {Double.POSITIVE_INFINITY})))
                .isEqualTo(expected);
        assertThat(hex(bytes, fields("data", "AQL/", "ranges", List.of("Infinity")))).isEqualTo(expected);
        assertThat(hex(bytes, fields("data", List.of(1L, 2L, 255L), "ranges", List.of("Infinity")))).isEqualTo(expected);
    }

    /** ROS says int8[] of a map's cells, and -1 is one that nobody has seen. */
    @Test
    void theCellsOfAMapHaveASign() {
        RosType map = RosType.of("nav_msgs/OccupancyGrid", fields("data", "uint8[]", "info", fields("data", "uint8[]")));
        assertThat(map.definition()).startsWith("int8[] data\nnav_msgs/OccupancyGrid_info info\n").endsWith("\nuint8[] data\n");
        for (Object cells : List.of(new byte[] {-1, 100}, "/2Q=", List.of(-1L, 100L))) {
            assertThat(hex(map, Map.of("data", cells))).isEqualTo("02000000" + "ff64" + "00000000");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"any", "map of string", "number", "float64[36]", "int8[][]", "string?", "io.anole.Tree"})
    void whatRosHasNoTypeForIsRefusedByItsPlace(String type) {
        assertThatThrownBy(() -> RosType.of("a/B", fields("inner", fields("odd", type)))).isInstanceOf(BadShape.class)
                .hasMessageContaining("a/B").hasMessageContaining("inner.odd");
    }

    @Test
    void whatDoesNotFitIsNeverWritten() {
        assertThatThrownBy(() -> RosType.of("", Map.of())).isInstanceOf(BadShape.class).hasMessageContaining("not known");
        RosType type = RosType.of("a/B", fields("inner", fields("x", "float64"), "many", "int8[]"));
        for (Object wrong : List.of("text", Map.of("inner", 5), Map.of("inner", Map.of("x", "fast")), Map.of("many", true))) {
            assertThatThrownBy(() -> type.serialise(wrong)).isInstanceOf(BadShape.class).hasMessageContaining("a/B");
        }
    }
}
