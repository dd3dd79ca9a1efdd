package io.anole.gateway.internal.rosbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TypedefsTest {
    // as ROS has it: -1 is a cell that nobody has seen
    @Test
    void theCellsOfAMapHaveASign() {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("info", Map.of("data", "uint8[]"));
        shape.put("data", "uint8[]");
        List<Map<String, Object>> typedefs = Typedefs.of("nav_msgs/OccupancyGrid", shape);
        assertThat(typedefs).extracting(one -> one.get("type"), one -> one.get("fieldnames"), one -> one.get("fieldtypes"),
                one -> one.get("fieldarraylen"), one -> one.get("examples")).containsExactly(
                        tuple("nav_msgs/OccupancyGrid", List.of("info", "data"),
                                List.of("nav_msgs/OccupancyGrid/info", "int8"), List.of(-1L, 0L), List.of("{}", "[]")),
                        tuple("nav_msgs/OccupancyGrid/info", List.of("data"), List.of("uint8"), List.of(0L),
                                List.of("[]")));
        assertThat(Typedefs.of("sensor_msgs/Image", Map.of("data", "uint8[]")).get(0)).containsEntry("fieldtypes", List.of("uint8"));
    }
}
