/**
 * Messages of ROS's {@code std_msgs}, with its primitives {@code time} and {@code duration}.
 *
 * <p>All packages of this bundle keep to ROS: the names of types and fields (in snake_case, as in the {@code .msg} files,
 * so that one name is the same on every wire), SI units and radians (REP 103), constants. Unsigned numbers are held in the
 * next wider Java type, or in {@code int} where they count bytes or elements. Arrays belong to the message: do not change
 * one after it was published.
 */
@Export
@Version("1.0.0")
package io.anole.types.std;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
