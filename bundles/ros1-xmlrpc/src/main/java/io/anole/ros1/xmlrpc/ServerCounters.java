package io.anole.ros1.xmlrpc;

/**
 * What a socket has seen.
 *
 * @param calls       asked of a handler, each call of a multicall too
 * @param faults      calls answered with a fault
 * @param connections open now
 * @param refused     connections beyond the most, requests beyond the memory, and requests of browsers
 * @param malformed   requests that were not HTTP, not XML-RPC or too large
 * @param timedOut    connections closed because a request or the taking of a response took too long, or nothing came
 */
public record ServerCounters(long calls, long faults, int connections, long refused, long malformed, long timedOut) {
}
