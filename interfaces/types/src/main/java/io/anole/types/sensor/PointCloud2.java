package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;
import java.util.List;

/**
 * A set of points, each with the same fields.
 *
 * @param header       time and frame
 * @param height       rows; 1 if the points have no order
 * @param width        points per row
 * @param fields       how a point is written
 * @param is_bigendian whether numbers are big-endian
 * @param point_step   bytes per point
 * @param row_step     bytes per row
 * @param data         the rows, {@code row_step * height} bytes
 * @param is_dense     whether all points are valid
 */
@TypeName("sensor_msgs/PointCloud2")
public record PointCloud2(Header header, int height, int width, List<PointField> fields, boolean is_bigendian,
        int point_step, int row_step, byte[] data, boolean is_dense) {
}
