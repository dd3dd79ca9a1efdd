/** What the platform's tools ask of bridges; see docs/bridge.md. */
@Export
@Version("1.0.0")
package io.anole.bridge;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
