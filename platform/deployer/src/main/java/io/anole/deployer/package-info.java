/** What the deploy directory holds and how each of its files stands; for the shell and other parts of the platform. */
@Export
@Version("1.2.0")
package io.anole.deployer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
