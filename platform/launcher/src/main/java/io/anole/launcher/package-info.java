/** What a running framework can ask of the launcher, exported by the system bundle. */
@Export
@Version("1.0.0")
package io.anole.launcher;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
