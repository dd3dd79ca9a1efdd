/** Who may do what by which door, and what was done: for the parts of the platform that let somebody in. */
@Export
@Version("1.1.0")
package io.anole.access;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
