/**
 * What provider bundles implement: links to one kind of system. A provider does fan-out, calls, watched and ephemeral
 * state; buffers, handler threads, conversion, quality of service, counters and every facade are the hub's.
 */
@Export
@Version("1.2.0")
package io.anole.bus.provider;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
