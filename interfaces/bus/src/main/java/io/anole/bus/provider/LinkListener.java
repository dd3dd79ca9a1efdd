package io.anole.bus.provider;

import io.anole.bus.Statistics.Drop;
import org.osgi.annotation.versioning.ProviderType;

/** Hears of a link; implemented by the hub. Never blocks, safe for any thread. */
@ProviderType
public interface LinkListener {
    /** Connected, and all registrations restored. {@code where} tells a user where it leads. */
    void up(String where);

    /** Not connected; the link tries again by itself. One line for a user. */
    void down(String reason);

    /** The provider had to drop messages. */
    void dropped(Drop reason, long count);
}
