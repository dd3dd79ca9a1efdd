package io.anole.deployer.internal;

import java.io.IOException;
import java.util.Optional;

/**
 * Something that somebody waits for.
 *
 * @param <T> its result
 */
interface Job<T> {
    /** Does it; empty if it has to wait, and is to be tried again. On the deployer's thread. */
    Optional<T> attempt() throws InterruptedException, IOException;
}
