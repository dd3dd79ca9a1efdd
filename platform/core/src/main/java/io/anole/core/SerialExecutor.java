package io.anole.core;

import java.util.concurrent.Executor;

/**
 * An executor that runs one task at a time, on whichever thread. A handler that it runs is refused, and not held back, when
 * it publishes into a full buffer behind the same executor: nobody could empty it meanwhile.
 */
@FunctionalInterface
public interface SerialExecutor extends Executor {
}
