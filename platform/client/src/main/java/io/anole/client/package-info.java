/** The wire between the {@code anole} command and the shell of a running Anole; both ends are made from it. */
@Export
@Version("1.0.0")
package io.anole.client;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
