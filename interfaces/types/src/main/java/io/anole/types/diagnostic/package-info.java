/**
 * Messages of ROS's {@code diagnostic_msgs}.
 */
@Export
@Version("1.0.0")
package io.anole.types.diagnostic;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
