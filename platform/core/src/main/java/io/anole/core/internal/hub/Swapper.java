package io.anole.core.internal.hub;

import io.anole.bus.SwapReport;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Finds the provider of a kind and swaps the hub to it. */
@FunctionalInterface
public interface Swapper {
    /** As {@link io.anole.bus.Bus#swap}, told who asks for it. */
    CompletableFuture<SwapReport> swap(String provider, Map<String, Object> properties, String cause);
}
