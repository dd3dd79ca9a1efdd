package io.anole.config;

import java.time.Instant;

/**
 * All configurations at one time.
 *
 * @param number counts up over restarts
 * @param cause what had been changed, and by whom if that is known
 * @param configurations how many there were
 */
public record Snapshot(long number, Instant time, String cause, int configurations) {
}
