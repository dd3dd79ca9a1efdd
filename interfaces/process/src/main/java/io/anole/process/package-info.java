/**
 * Processes: plain DS components that hold a robot's behaviour. Birth is activation, death is deactivation, and in between
 * {@link io.anole.process.ManagedProcess#life()} runs at its frequency while mail is delivered as it arrives, all on the
 * process's own thread.
 *
 * <pre>{@code
 * @Component
 * @ProcessName("hello") @Frequency(hz = 0.2)
 * public final class Hello implements ManagedProcess {
 *     private final Mailbox mail;
 *
 *     @Activate
 *     public Hello(@Reference Mailboxes boxes) {              // birth
 *         mail = boxes.open("hello");
 *         mail.on(subject("(?i)salutation"), this::greet);
 *         mail.subscribe("/odom", Odometry.class, this::odometry);
 *     }
 *
 *     @Override
 *     public void life() { ... }                              // at its frequency
 *
 *     @Deactivate
 *     void death() { mail.close(); }                          // death
 * }
 * }</pre>
 */
@Export
@Version("1.0.0")
package io.anole.process;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
