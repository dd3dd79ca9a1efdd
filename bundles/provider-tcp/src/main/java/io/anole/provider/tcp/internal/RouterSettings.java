package io.anole.provider.tcp.internal;

import io.anole.bus.provider.LinkConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * The configuration of a router, checked. The keys are documented in docs/providers/tcp.md.
 *
 * @param heartbeat    ms; who says nothing for three of them is cut off
 * @param presence     ms that keys and services outlast the loss of their owner's connection
 * @param session      ms that a session outlasts the loss of its connection
 * @param waitReturn   ms after the start in which sessions of a former router are waited for
 * @param window       messages of one name that may be under way to one client
 * @param windowBytes  the same, in bytes
 * @param laneMax      messages of one name that may wait for a client that takes them slowly
 * @param sessionMax   messages that may wait for one client
 * @param sessionBytes the same, in bytes
 * @param returnBytes  bytes remembered for sessions that are waited for
 * @param clients      who may connect, and what they may do
 * @param stateFile    where durable keys are; null for in memory alone
 * @param stateBytes   of keys and values in it
 */
record RouterSettings(String bus, List<Endpoint> listen, int heartbeat, int presence, int session, int waitReturn,
        int window, int windowBytes, int laneMax, int sessionMax, long sessionBytes, long returnBytes, int maxRoutes, int maxKept, int maxState,
        int maxCalls, int maxClients, int maxRegistrations, int maxUnaccepted, int maxFrame, Clients clients,
        Path stateFile, long stateBytes) {
    /** Whether who is connected may stay when this takes the place of that. */
    boolean keepsConnectionsOf(RouterSettings before) {
        return listen.containsAll(before.listen) && heartbeat == before.heartbeat && maxFrame == before.maxFrame
                && clients.like(before.clients);
    }

    static RouterSettings of(LinkConfig config, List<Endpoint> listen, int maxPayload, Clients clients) {
        return new RouterSettings(config.bus(), listen,
                (int) config.number("heartbeat.ms", 1_000, 20, 600_000),
                (int) config.number("presence.ms", 2_000, 0, 3_600_000),
                (int) config.number("session.ms", 60_000, 0, 86_400_000),
                (int) config.number("return.ms", 2_000, 0, 3_600_000),
                (int) config.number("window", 1024, 1, 65_536),
                (int) config.number("window.bytes", 4 << 20, 1024, 1 << 30),
                (int) config.number("lane.max", 8_192, 1, 1 << 24),
                (int) config.number("session.max", 32_768, 1, 1 << 24),
                config.number("session.bytes", 16 << 20, 64 << 10, 1L << 40),
                config.number("return.bytes", 32 << 20, 0, 1L << 40),
                (int) config.number("routes.max", 10_000, 1, 1 << 24),
                (int) config.number("retained.max", 10_000, 1, 1 << 24),
                (int) config.number("state.max", 100_000, 1, 1 << 24),
                (int) config.number("calls.max", 65_536, 1, 1 << 24),
                (int) config.number("clients.max", 4_096, 1, 1 << 20),
                (int) config.number("registrations.max", 10_000, 1, 1 << 24),
                (int) config.number("unaccepted.max", 262_144, 1, 1 << 24),
                maxPayload + Frame.OVERHEAD, clients,
                config.text("state.file", "").isBlank() ? null : Path.of(config.text("state.file", "").trim()),
                config.number("state.file.bytes", 64 << 20, 64 << 10, 1L << 31));
    }
}
