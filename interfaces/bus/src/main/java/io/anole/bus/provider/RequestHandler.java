package io.anole.bus.provider;

import io.anole.bus.Message;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Takes requests; implemented by the hub, called on any thread of the provider, never blocks. */
@ProviderType
public interface RequestHandler {
    /** The answer, later; fails with {@link io.anole.bus.BusException.RemoteError} or {@link io.anole.bus.BusException.Rejected}. */
    CompletionStage<Message> handle(Message request);
}
