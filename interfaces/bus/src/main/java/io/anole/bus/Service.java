package io.anole.bus;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Answers requests. Called on the lane of its registration, one at a time; an answer that takes long is given by a stage
 * that completes later, and then the next request need not wait.
 *
 * @param <Q> the request's class
 * @param <R> the answer's class
 */
@ConsumerType
@FunctionalInterface
public interface Service<Q, R> {
    /**
     * @param body    the request's body
     * @param request the request as it travelled; {@link Message#expires()} is when its caller gives up, if that is known
     * @return the answer, now or later; null is not allowed, a completed stage of null is
     * @throws Exception reaches the caller as {@link BusException.RemoteError}
     */
    CompletionStage<R> answer(Q body, Message request) throws Exception;
}
