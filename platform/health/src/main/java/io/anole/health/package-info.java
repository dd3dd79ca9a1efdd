/** Whether the robot is ready, for other parts of the platform. */
@Export
@Version("1.0.0")
package io.anole.health;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
