package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * An uncompressed image.
 *
 * @param header       time, and the camera's optical frame: x right, y down, z into the picture
 * @param height       rows
 * @param width        columns
 * @param encoding     how a pixel is written, such as {@code rgb8}, {@code mono8} or {@code 16UC1}
 * @param is_bigendian 1 if numbers in the data are big-endian, else 0
 * @param step         bytes per row
 * @param data         the rows, {@code step * height} bytes
 */
@TypeName("sensor_msgs/Image")
public record Image(Header header, int height, int width, String encoding, int is_bigendian, int step, byte[] data) {
}
