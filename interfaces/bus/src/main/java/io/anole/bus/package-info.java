/**
 * What processes are written against: one named {@link io.anole.bus.Bus} per multiprocess system, with topics, services
 * and watched state, whatever provider carries it.
 *
 * <pre>{@code
 * Publisher<Twist> command = bus.publisher("/cmd_vel", Twist.class, Qos.COMMAND);
 * command.publish(Twist.forward(0.2));
 *
 * bus.subscribe("/odom", Odometry.class, odometry -> position = odometry.pose());
 *
 * bus.caller("/reset", Object.class, Boolean.class).call(null).thenAccept(done -> ...);
 * }</pre>
 */
@Export
@Version("1.0.0")
package io.anole.bus;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
