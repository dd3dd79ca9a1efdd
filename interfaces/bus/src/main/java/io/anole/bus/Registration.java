package io.anole.bus;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Something registered on a bus: a subscription, a service, a watch. It survives reconnects and swaps until it is closed. */
@ProviderType
public interface Registration extends AutoCloseable {
    /**
     * Done when the registration holds: every later publish, request or change by anyone is seen. Fails with
     * {@link BusException.Conflict} if the name is taken and with {@link BusException.Unsupported} if the provider can't.
     */
    CompletionStage<Void> ready();

    /**
     * Ends it. After this returns no handler is running or will run, except when called from that handler itself.
     * Idempotent.
     */
    @Override
    void close();
}
