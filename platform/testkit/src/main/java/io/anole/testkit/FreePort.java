package io.anole.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for those who must know theirs before they listen. What the system chose for somebody who asked for any port and closed
 * it again, it may choose again for the next who asks or connects, before it is used: these are below the range it chooses from
 * ({@code ip_local_port_range}), and none is given twice before all were.
 */
public final class FreePort {
    private static final int FIRST = 12_000;
    /** Where RFC 6335 has them begin. */
    private static final int DYNAMIC = 49_152;
    private static final int LAST = lowestOfTheSystem() - 1;
    /** JVMs that test at the same time begin in different places. */
    private static final AtomicInteger TURN = new AtomicInteger(ThreadLocalRandom.current().nextInt(LAST - FIRST + 1));

    private FreePort() {
    }

    /**
     * A port of the loopback interface on which nobody listens now. Any thread may ask.
     *
     * @throws IllegalStateException when all are taken
     */
    public static int next() {
        for (int port = FIRST; port <= LAST; port++) {
            int candidate = FIRST + Math.floorMod(TURN.getAndIncrement(), LAST - FIRST + 1);
            if (isFree(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException("no port from " + FIRST + " to " + LAST + " is free on the loopback interface");
    }

    private static boolean isFree(int port) {
        try (ServerSocket door = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return door.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static int lowestOfTheSystem() {
        Path range = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
        if (!Files.exists(range)) {
            return DYNAMIC;
        }
        // In one read: a file of sysctl's has nothing more for a second, and readString's first is of one byte.
        try (BufferedReader reader = Files.newBufferedReader(range)) {
            int lowest = Integer.parseInt(reader.readLine().trim().split("\\s+")[0]);
            return lowest > FIRST ? lowest : DYNAMIC;
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + range, e);
        }
    }
}
