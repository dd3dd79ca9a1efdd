package io.anole.deployer.internal;

import io.anole.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of records, one a line, each with its checksum and on the disk before {@link #append} returns. What a power cut
 * leaves half-written at the end is not a record. The file is only ever appended to, or replaced as a whole.
 *
 * <p>Confined to one thread.
 */
final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final Path file;
    private FileChannel channel;

    private Journal(Path file) {
        this.file = file;
    }

    static Journal open(Path file) throws IOException {
        Journal journal = new Journal(file);
        journal.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
        return journal;
    }

    /** The records up to the first damaged one. */
    List<List<String>> read() throws IOException {
        List<List<String>> records = new ArrayList<>();
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            byte[] line = text.substring(start, end).getBytes(StandardCharsets.ISO_8859_1);
            String record = new String(line, StandardCharsets.UTF_8);
            if (record.length() < 9 || !checksum(record.substring(9)).equals(record.substring(0, 8))) {
                break;
            }
            records.add(Arrays.stream(record.substring(9).split("\t", -1)).map(Journal::unescape).toList());
            start = end + 1;
        }
        if (start < text.length()) {
            Path damaged = file.resolveSibling("journal.damaged");
            Files.copy(file, damaged, StandardCopyOption.REPLACE_EXISTING);
            LOG.warn("{} ends in {} bytes that are no record: a power cut does that; kept in {}", file,
                    text.length() - start, damaged);
        }
        return records;
    }

    /** @throws IOException if it is not on the disk; then it is not in the journal either */
    void append(List<String> record) throws IOException {
        long before = channel.size();
        try {
            write(channel, line(record));
            channel.force(true);
        } catch (IOException e) {
            channel.truncate(before);
            throw e;
        }
    }

    /** Replaces all records by these, at once. */
    void replace(List<List<String>> records) throws IOException {
        DurableFiles.write(file, records.stream().map(Journal::line).collect(Collectors.joining()));
        channel.close();
        channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    private static void write(FileChannel out, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static String line(List<String> record) {
        String text = record.stream().map(Journal::escape).collect(Collectors.joining("\t"));
        return checksum(text) + " " + text + "\n";
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(crc.getValue());
    }

    private static String escape(String field) {
        return field.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static String unescape(String field) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c != '\\' || ++i == field.length()) {
                text.append(c);
                continue;
            }
            text.append(switch (field.charAt(i)) {
                case 't' -> '\t';
                case 'n' -> '\n';
                case 'r' -> '\r';
                default -> field.charAt(i);
            });
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
