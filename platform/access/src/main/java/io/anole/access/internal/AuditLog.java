package io.anole.access.internal;

import io.anole.access.Audit;
import io.anole.files.DurableFiles;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of JSON lines that only its owner may read, and the files before it. What one does again and again, such as publishing
 * ten times a second, is written {@link #SINGLY} times a minute and then counted: nobody can push what happened before out of the
 * files. Written by the thread that has done it; all state is guarded by this object.
 */
@Component(service = Audit.class, configurationPid = AuditConfig.PID)
@Designate(ocd = AuditConfig.class)
public final class AuditLog implements Audit {
    /** How often the same is written in a minute. */
    static final int SINGLY = 10;
    static final Duration WINDOW = Duration.ofMinutes(1);
    /** Different deeds that are told apart in a minute. */
    static final int COUNTED = 256;
    static final int LONGEST_TEXT = 200;
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FILE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** Null for none: nothing can be kept. */
    private final Path file;
    private final long longest;
    private final int most;
    private final Clock clock;
    private final Map<Deed, Count> counts = new LinkedHashMap<>();
    private boolean failing;

    private record Deed(String door, String who, String from, String what, String result) {
    }

    private record Count(Instant since, int times) {
    }

    @Activate
    public AuditLog(BundleContext context, AuditConfig config) {
        this(context.getProperty("anole.home") == null ? null : Path.of(context.getProperty("anole.home"), "log", "audit.log"),
                Math.max(4096, Math.min(1 << 30, config.file_max_bytes())), Math.max(2, Math.min(100, config.files_max())),
                Clock.systemUTC());
    }

    AuditLog(Path file, long longest, int most, Clock clock) {
        this.file = file;
        this.longest = longest;
        this.most = most;
        this.clock = clock;
        if (file == null) {
            LOG.warn("framework property anole.home is not set: who changes what is not kept");
        }
    }

    @Override
    public synchronized void record(String door, String who, String from, String what, String result) {
        Instant now = clock.instant();
        tellCounted(now.minus(WINDOW));
        Deed deed = new Deed(door, who, from, what, result);
        Count count = counts.get(deed);
        if (count == null && counts.size() >= COUNTED) {
            Iterator<Map.Entry<Deed, Count>> all = counts.entrySet().iterator();
            Map.Entry<Deed, Count> eldest = all.next();
            all.remove();
            tell(eldest.getKey(), eldest.getValue());
        }
        Count next = count == null ? new Count(now, 1) : new Count(count.since(), count.times() + 1);
        counts.put(deed, next);
        if (next.times() <= SINGLY) {
            write(line(now, deed, 0));
        }
    }

    /** What has only been counted since before then. */
    private void tellCounted(Instant before) {
        Iterator<Map.Entry<Deed, Count>> all = counts.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Deed, Count> one = all.next();
            // Oldest first.
            if (one.getValue().since().isAfter(before)) {
                return;
            }
            all.remove();
            tell(one.getKey(), one.getValue());
        }
    }

    private void tell(Deed deed, Count count) {
        if (count.times() > SINGLY) {
            write(line(clock.instant(), deed, count.times() - SINGLY));
        }
    }

    private static String line(Instant time, Deed deed, int more) {
        StringBuilder line = new StringBuilder("{\"time\":").append(quoted(time.truncatedTo(ChronoUnit.MILLIS).toString()));
        line.append(",\"door\":").append(quoted(deed.door())).append(",\"who\":").append(quoted(deed.who()));
        if (!deed.from().isEmpty()) {
            line.append(",\"from\":").append(quoted(deed.from()));
        }
        line.append(",\"what\":").append(quoted(deed.what())).append(",\"result\":").append(quoted(deed.result()));
        return line.append(more == 0 ? "}" : ",\"more\":" + more + "}").toString();
    }

    private static String quoted(String text) {
        String cut = text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
        StringBuilder quoted = new StringBuilder("\"");
        cut.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ' || c >= 0x7f && c <= 0x9f || c == 0x2028 || c == 0x2029 || Character.isSurrogate((char) c)) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }

    private void write(String line) {
        if (file == null) {
            return;
        }
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            if (Files.exists(file) && Files.size(file) + bytes.length > longest) {
                rotate();
            }
            if (!Files.exists(file)) {
                create();
            }
            // An interruption of who has done it closes a channel, perhaps after the line: it would be lost, or written twice.
            try (OutputStream out = new FileOutputStream(file.toFile(), true)) {
                out.write(bytes);
            }
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.error("who changes what can't be written to {}: {}", file, e.toString());
            }
            failing = true;
        }
    }

    private void create() throws IOException {
        try {
            createFile();
        } catch (NoSuchFileException e) {
            // The first start has made it, and somebody may have deleted it since.
            DurableFiles.privateDirectory(file.getParent());
            createFile();
        }
    }

    private void createFile() throws IOException {
        FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNERS_FILE).close();
    }

    private Path older(int age) {
        return age == 0 ? file : file.resolveSibling(file.getFileName() + "." + age);
    }

    private void rotate() throws IOException {
        for (int age = most - 1; age > 0; age--) {
            if (Files.exists(older(age - 1))) {
                Files.move(older(age - 1), older(age), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @Override
    public synchronized List<String> latest(int wanted) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int age = 0; file != null && age < most && lines.size() < wanted && Files.exists(older(age)); age++) {
            lines.addAll(0, Files.readAllLines(older(age)));
        }
        return List.copyOf(lines.subList(Math.max(0, lines.size() - wanted), lines.size()));
    }

    /** What has only been counted is written, too. */
    @Deactivate
    synchronized void close() {
        tellCounted(Instant.MAX);
    }
}
