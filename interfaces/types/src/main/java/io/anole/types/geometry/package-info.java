/**
 * Messages of ROS's {@code geometry_msgs}. Right-handed frames, metres, radians; on a body x is forward, y left, z up.
 */
@Export
@Version("1.0.0")
package io.anole.types.geometry;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
