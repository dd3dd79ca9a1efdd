/**
 * Messages of ROS's {@code sensor_msgs}.
 */
@Export
@Version("1.0.0")
package io.anole.types.sensor;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
