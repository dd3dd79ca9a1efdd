/**
 * Messages of ROS's {@code nav_msgs}.
 */
@Export
@Version("1.0.0")
package io.anole.types.nav;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
