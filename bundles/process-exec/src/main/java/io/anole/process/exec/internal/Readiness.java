package io.anole.process.exec.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** When a program is ready. Lines come on the thread that reads them, everything else is of the process's thread. */
final class Readiness {
    private static final int CONNECT_MILLIS = 500;

    private final Settings settings;
    private final FileState before;
    private volatile boolean lineSeen;
    private boolean listens;
    private boolean fileThere;

    /** What tells one file from another, and from itself before it was written to. */
    private record FileState(Object key, Object time, long size) {
        static FileState of(Path file) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return new FileState(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
            } catch (IOException e) {
                // Not there, or out of reach: it is not there for us.
                return null;
            }
        }
    }

    /**
     * To be made before the program is started.
     *
     * @throws IOException in one line, if somebody else has taken what would show that it is ready
     */
    Readiness(Settings settings) throws IOException {
        this.settings = settings;
        this.lineSeen = settings.readyLine() == null;
        this.listens = settings.readyTcp() == null;
        this.fileThere = settings.readyFile() == null;
        this.before = fileThere ? null : FileState.of(settings.readyFile());
        if (!listens && connects(settings.readyTcp())) {
            throw new IOException("something else listens on " + text(settings.readyTcp()) + " already");
        }
    }

    private static boolean connects(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHostString(), address.getPort()), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    /** Whether anything but its start has to come. */
    boolean awaited() {
        return settings.readyLine() != null || settings.readyTcp() != null || settings.readyFile() != null;
    }

    void line(String line) {
        if (!lineSeen && settings.readyLine().matcher(line).find()) {
            lineSeen = true;
        }
    }

    /** Looks. May take half a second. */
    boolean met() {
        if (!fileThere) {
            FileState now = FileState.of(settings.readyFile());
            fileThere = now != null && !Objects.equals(now, before);
        }
        listens = listens || connects(settings.readyTcp());
        return lineSeen && listens && fileThere;
    }

    /** What is missing, as of the last look. */
    String missing() {
        List<String> missing = new ArrayList<>();
        if (!lineSeen) {
            missing.add("a line that matches '" + settings.readyLine() + "'");
        }
        if (!listens) {
            missing.add("a connection to " + text(settings.readyTcp()));
        }
        if (!fileThere) {
            missing.add("a new " + settings.readyFile());
        }
        return String.join(" and ", missing);
    }

    Duration bound() {
        return settings.readyWithin();
    }
}
