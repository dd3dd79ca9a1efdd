/**
 * Signals, requests and presence: named senders that trigger events and answer requests, and listeners that hear them
 * whether the sender is there yet or not.
 *
 * <pre>{@code
 * Router router = signals.router(mail.bus());
 * Sender timer = router.addSender("timer", Set.of("tick"), Requests.NONE);
 * timer.signal("tick").trigger(count);
 *
 * router.listen("timer", "tick", signal -> ...);        // exact
 * router.listen(null, "#temperature", signal -> ...);   // a channel: that event of every sender
 * router.listen(null, "#disconnect", signal -> ...);    // presence
 * }</pre>
 */
@Export
@Version("1.0.0")
package io.anole.signal;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
