package io.anole.provider.tcp.internal;

import io.anole.bus.Name;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Durable keys on disk, so that they outlast the router: a file to which each change is added, and which is written anew when
 * most of it is out of date. What a kill leaves half written is seen by its checksum. Also keeps the session with the router
 * above, so that this one, started again, gets what waits for it there. For one thread; what was written is forced to the disk by
 * another, once a second.
 */
final class Store implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final byte[] MAGIC = "anole keys 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");
    private static final byte PUT = 1;
    private static final byte REMOVE = 2;
    private static final byte SESSION = 3;
    private static final int HEAD = 8;
    private static final long SMALL = 1 << 20;
    private static final int FORCE_MS = 1_000;

    private final String bus;
    private final Path file;
    private long most;
    private final Disk disk;
    private final Map<Name, Kept> keys = new LinkedHashMap<>();
    private final FileChannel guard;
    private final FileLock lock;
    private final Thread forcing;
    private SessionId session = SessionId.NONE;
    /** Guarded by this object where the forcing thread reads it. */
    private FileChannel channel;
    private boolean unforced;
    private boolean closed;
    private long size;
    private long live;

    /** @param side where the router has it from */
    record Kept(byte[] value, String side) {
    }

    /** Makes what is written outlast a power cut. */
    interface Disk {
        /** Forces a file's bytes, or the names in a directory. */
        void force(Path path) throws IOException;
    }

    /**
     * Reads what is there.
     *
     * @param most bytes of keys and values that may be kept
     * @throws IOException with what is wrong
     */
    Store(String bus, Path file, long most) throws IOException {
        this(bus, file, most, Store::force);
    }

    Store(String bus, Path file, long most, Disk disk) throws IOException {
        this.bus = bus;
        this.file = file.toAbsolutePath();
        this.most = most;
        this.disk = disk;
        create(this.file.getParent());
        guard = FileChannel.open(beside(".lock"), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PRIVATE));
        lock = locked();
        try {
            if (Files.exists(this.file)) {
                read(ByteBuffer.wrap(Files.readAllBytes(this.file)));
            }
            rewrite();
        } catch (IOException e) {
            guard.close();
            throw e;
        }
        forcing = new Thread(this::forceOften, "anole-tcp-" + bus + "-keys");
        forcing.setDaemon(true);
        forcing.start();
    }

    /** @param bytes of keys and values that may be kept from now on; what is there stays */
    void limit(long bytes) {
        most = bytes;
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void create(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            create(directory.getParent());
            Files.createDirectories(directory);
            disk.force(directory.getParent());
        }
    }

    private FileLock locked() throws IOException {
        FileLock got = null;
        try {
            got = guard.tryLock();
        } catch (OverlappingFileLockException elsewhere) {
            // in this JVM; told below
        }
        if (got == null) {
            guard.close();
            throw new IOException("another router uses '" + file + "'");
        }
        return got;
    }

    private Path beside(String end) {
        return file.resolveSibling(file.getFileName() + end);
    }

    private void read(ByteBuffer in) throws IOException {
        byte[] begin = new byte[Math.min(MAGIC.length, in.remaining())];
        in.get(begin);
        boolean whole = Arrays.equals(begin, MAGIC);
        int good = whole ? in.position() : 0;
        while (whole && in.hasRemaining()) {
            whole = record(in);
            good = whole ? in.position() : good;
        }
        if (!whole) {
            Files.copy(file, beside(".broken"), StandardCopyOption.REPLACE_EXISTING);
            LOG.warn("router of bus '{}': '{}' is broken from byte {} on, as a power cut may leave it: {} key(s) before that are used, a copy"
                    + " is in '{}'", bus, file, good, keys.size(), beside(".broken").getFileName());
        }
    }

    /** Whether there is a whole one. */
    private boolean record(ByteBuffer in) {
        if (in.remaining() < HEAD) {
            return false;
        }
        int length = in.getInt();
        int sum = in.getInt();
        if (length < 1 || length > in.remaining()) {
            return false;
        }
        ByteBuffer body = in.slice().limit(length);
        if (sum(body.duplicate()) != sum) {
            return false;
        }
        in.position(in.position() + length);
        try {
            apply(body);
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            return false;
        }
        return true;
    }

    private void apply(ByteBuffer body) {
        switch (body.get()) {
            case PUT -> {
                Name key = Name.of(text(body));
                String side = text(body);
                byte[] value = new byte[body.remaining()];
                body.get(value);
                put(key, new Kept(value, side));
            }
            case REMOVE -> drop(Name.of(text(body)));
            case SESSION -> session = new SessionId(body.getLong(), body.getLong());
            default -> throw new IllegalArgumentException("a record of an unknown kind");
        }
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[in.getShort() & 0xFFFF];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int sum(ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private void put(Name key, Kept kept) {
        live += size(key, kept) - size(key, keys.put(key, kept));
    }

    private void drop(Name key) {
        live -= size(key, keys.remove(key));
    }

    /** Bytes of the file that it takes. */
    private static long size(Name key, Kept kept) {
        return kept == null ? 0 : HEAD + 5 + bytes(key.toString()).length + bytes(kept.side).length + kept.value.length;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    Map<Name, Kept> keys() {
        return keys;
    }

    SessionId session() {
        return session;
    }

    /** @throws Refusal if there is no room, or the disk can't be written */
    void put(Name key, byte[] value, String side) throws Refusal {
        Kept next = new Kept(value, side);
        long before = size(key, keys.get(key));
        long now = size(key, next);
        if (now > before && live - before + now > most) {
            throw new Refusal(Frame.LIMIT, "the router's file of durable keys holds " + most + " bytes, as many as it may (state.file.bytes)");
        }
        try {
            append(record(key, next));
        } catch (IOException e) {
            throw new Refusal(Frame.LIMIT, "the router can't write '" + key + "' to its disk: " + e.getMessage());
        }
        put(key, next);
    }

    private static ByteBuffer record(Name key, Kept kept) {
        byte[] name = bytes(key.toString());
        byte[] side = bytes(kept.side);
        return ByteBuffer.allocate(5 + name.length + side.length + kept.value.length).put(PUT).putShort((short) name.length).put(name)
                .putShort((short) side.length).put(side).put(kept.value).flip();
    }

    void remove(Name key) {
        if (keys.containsKey(key)) {
            byte[] name = bytes(key.toString());
            drop(key);
            told(ByteBuffer.allocate(3 + name.length).put(REMOVE).putShort((short) name.length).put(name).flip());
        }
    }

    void session(SessionId now) {
        session = now;
        told(session(ByteBuffer.allocate(17)));
    }

    private ByteBuffer session(ByteBuffer to) {
        return to.put(SESSION).putLong(session.high()).putLong(session.low()).flip();
    }

    /** Where nobody can be refused: the next one to put a key is, as long as the disk is full. */
    private void told(ByteBuffer body) {
        try {
            append(body);
        } catch (IOException e) {
            LOG.warn("router of bus '{}': can't write '{}': {}", bus, file, e.getMessage());
        }
    }

    private static ByteBuffer framed(ByteBuffer body) {
        return ByteBuffer.allocate(HEAD + body.remaining()).putInt(body.remaining()).putInt(sum(body.duplicate())).put(body).flip();
    }

    private void append(ByteBuffer body) throws IOException {
        if (size > SMALL && size > 4 * live) {
            rewrite();
        }
        ByteBuffer bytes = framed(body);
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes, size + bytes.position());
            }
            size += bytes.limit();
            unforced(true);
        } catch (IOException e) {
            channel.truncate(size);
            throw e;
        }
    }

    private synchronized void unforced(boolean now) {
        unforced = now;
    }

    /**
     * Only what is current, in a new file that takes the place of the old one when it is whole. Not by the platform's DurableFiles: this
     * bundle runs without it, and the new file is open before it has its name, so that no later change can go to the old one.
     */
    private void rewrite() throws IOException {
        Path next = beside(".new");
        Files.deleteIfExists(next);
        FileChannel to = FileChannel.open(next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PRIVATE));
        try {
            write(to, ByteBuffer.wrap(MAGIC));
            if (!session.equals(SessionId.NONE)) {
                write(to, framed(session(ByteBuffer.allocate(17))));
            }
            for (Map.Entry<Name, Kept> one : keys.entrySet()) {
                write(to, framed(record(one.getKey(), one.getValue())));
            }
            disk.force(next);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            to.close();
            throw e;
        }
        FileChannel former;
        synchronized (this) {
            former = channel;
            channel = to;
            unforced = false;
        }
        size = to.size();
        if (former != null) {
            former.close();
        }
        disk.force(file.getParent());
    }

    private static void write(FileChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private synchronized void forceOften() {
        while (!closed) {
            try {
                wait(FORCE_MS);
                if (unforced) {
                    unforced = false;
                    disk.force(file);
                }
            } catch (IOException e) {
                LOG.warn("router of bus '{}': can't write '{}' to the disk: {}", bus, file, e.getMessage());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Everything is on the disk then. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try (FileChannel last = guard; FileChannel data = channel) {
            disk.force(file);
            lock.release();
        } catch (IOException e) {
            LOG.warn("router of bus '{}': closing '{}': {}", bus, file, e.getMessage());
        }
    }
}
