package io.anole.core.internal.hub;

import io.anole.bus.Registration;
import java.util.concurrent.CompletionStage;

/** Work that hangs on a link as a registration, and is hung on every younger one. */
abstract class Attached extends Work implements Registration, Endpoint {
    final Hub hub;
    private final Attachment attachment;

    Attached(Hub hub, Lane lane) {
        super(lane);
        this.hub = hub;
        this.attachment = new Attachment(hub, this::register);
    }

    /** Registers it with the session's link. */
    abstract Registration register(Session session);

    @Override
    public final void attach(Session session) {
        attachment.attach(session);
    }

    @Override
    public final void detach(Session session) {
        attachment.detach(session);
    }

    @Override
    public CompletionStage<Void> prepare(Session session) {
        return attachment.prepare(session);
    }

    @Override
    public void take(Session session) {
        attachment.take(session);
    }

    @Override
    public final void abandon(Session session) {
        attachment.abandon(session);
    }

    /** Whether it held before the hub's count of such events came to this. */
    final boolean readiedBefore(long count) {
        return attachment.readiedBefore(count);
    }

    @Override
    public final CompletionStage<Void> ready() {
        return attachment.ready();
    }

    @Override
    public final void close() {
        markEnded();
        attachment.close(what());
        end(hub.waits());
    }
}
