/**
 * The exposed view of a system: a {@link io.anole.graph.Node} shows those of a bus's topics, services and parameters that
 * its configuration names, as they come and go, to clients that know neither their types nor their owners.
 */
@Export
@Version("1.0.0")
package io.anole.graph;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
