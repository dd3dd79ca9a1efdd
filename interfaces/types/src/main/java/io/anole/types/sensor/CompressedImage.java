package io.anole.types.sensor;

import io.anole.bus.TypeName;
import io.anole.types.std.Header;

/**
 * A compressed image.
 *
 * @param header time and the camera's optical frame
 * @param format {@code jpeg} or {@code png}
 * @param data   the file
 */
@TypeName("sensor_msgs/CompressedImage")
public record CompressedImage(Header header, String format, byte[] data) {
}
