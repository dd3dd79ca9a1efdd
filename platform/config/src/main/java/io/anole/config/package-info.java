/** Configurations with a memory, for the doors through which people change them. */
@Export
@Version("1.3.0")
package io.anole.config;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
