package io.anole.types.sensor;

import io.anole.bus.TypeName;

/**
 * One field of the points in a {@link PointCloud2}.
 *
 * @param name     such as {@code x} or {@code intensity}
 * @param offset   from the beginning of the point, bytes
 * @param datatype {@link #INT8} to {@link #FLOAT64}
 * @param count    elements in the field
 */
@TypeName("sensor_msgs/PointField")
public record PointField(String name, int offset, int datatype, int count) {
    public static final int INT8 = 1;
    public static final int UINT8 = 2;
    public static final int INT16 = 3;
    public static final int UINT16 = 4;
    public static final int INT32 = 5;
    public static final int UINT32 = 6;
    public static final int FLOAT32 = 7;
    public static final int FLOAT64 = 8;
}
