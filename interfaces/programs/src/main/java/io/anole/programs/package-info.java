/**
 * Programs that the runtime starts and watches over: none of them, nor what they start, outlives the runtime.
 *
 * <pre>{@code
 * ProgramLog log = programs.log("lidar", 100);
 * RunningProgram program = programs.start(launch, log::line);
 * program.exited().thenAccept(status -> ... programs.text(status) + "; its last line: " + log.last());
 * }</pre>
 */
@Export
@Version("1.1.0")
package io.anole.programs;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
