/** Helps to test inside a framework: buses that are there for one test, participants, lines that can be cut. */
@Export
@Version("2.0.0")
package io.anole.testkit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
