package io.anole.types.geometry;

import io.anole.bus.TypeName;

/**
 * How one frame lies in another.
 *
 * @param translation m
 * @param rotation    the rotation
 */
@TypeName("geometry_msgs/Transform")
public record Transform(Vector3 translation, Quaternion rotation) {
}
