/** Replacing the bundles of processes while their mail waits and their state is handed over; for the deployer. */
@Export
@Version("1.1.0")
package io.anole.supervisor;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
