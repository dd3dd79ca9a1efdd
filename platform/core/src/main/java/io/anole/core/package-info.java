/** What other parts of the platform ask of the hub; processes and providers never import this. */
@Export
@Version("1.2.0")
package io.anole.core;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
