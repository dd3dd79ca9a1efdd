package io.anole.config.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.anole.config.Snapshot;
import io.anole.files.DurableFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots as files of one directory (0700, 0600): each is written whole or not at all, and never changed. One that can't be
 * read is left out, and told once. Guarded by its owner.
 */
final class Store {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final String SUFFIX = ".json";
    private static final String NAME = "\\d{1,18}\\.json";
    private static final int DIGITS = 6;

    private final Path directory;
    private final JsonFactory json = new JsonFactory();
    private final SortedMap<Long, Snapshot> kept = new TreeMap<>();

    /** A snapshot with all its configurations, by PID; see {@link Values} for what these are. */
    record Stored(Snapshot snapshot, SortedMap<String, SortedMap<String, Object>> configurations) {
    }

    Store(Path directory) throws IOException {
        this.directory = directory;
        DurableFiles.privateDirectory(directory);
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(file -> file.getFileName().toString().matches(NAME)).toList();
        }
        for (Path file : files) {
            try {
                Snapshot snapshot = read(file).snapshot;
                kept.put(snapshot.number(), snapshot);
            } catch (IOException e) {
                LOG.warn("a snapshot of the configurations is left out: {}", e.getMessage());
            }
        }
    }

    List<Snapshot> all() {
        return List.copyOf(kept.values());
    }

    Optional<Stored> read(long number) throws IOException {
        return kept.containsKey(number) ? Optional.of(read(file(number))) : Optional.empty();
    }

    Optional<Stored> newest() throws IOException {
        return kept.isEmpty() ? Optional.empty() : read(kept.lastKey());
    }

    Snapshot add(String cause, SortedMap<String, SortedMap<String, Object>> configurations, int most) throws IOException {
        Snapshot snapshot = new Snapshot(next(), Instant.now(), cause, configurations.size());
        DurableFiles.create(file(snapshot.number()), encode(snapshot, configurations));
        kept.put(snapshot.number(), snapshot);
        while (kept.size() > most) {
            long oldest = kept.firstKey();
            Files.deleteIfExists(file(oldest));
            kept.remove(oldest);
        }
        return snapshot;
    }

    /** Beyond whatever lies there, also what can't be read. */
    private long next() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return 1 + all.map(file -> file.getFileName().toString()).filter(name -> name.matches(NAME))
                    .mapToLong(name -> Long.parseLong(name.substring(0, name.length() - SUFFIX.length()))).max().orElse(0);
        }
    }

    private Path file(long number) {
        String digits = String.valueOf(number);
        return directory.resolve("0".repeat(Math.max(0, DIGITS - digits.length())) + digits + SUFFIX);
    }

    private String encode(Snapshot snapshot, SortedMap<String, SortedMap<String, Object>> configurations) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = json.createGenerator(bytes).useDefaultPrettyPrinter()) {
            out.writeStartObject();
            out.writeNumberField("snapshot", snapshot.number());
            out.writeStringField("time", snapshot.time().toString());
            out.writeStringField("cause", snapshot.cause());
            out.writeObjectFieldStart("configurations");
            for (var configuration : configurations.entrySet()) {
                out.writeObjectFieldStart(configuration.getKey());
                for (var property : configuration.getValue().entrySet()) {
                    out.writeFieldName(property.getKey());
                    if (property.getValue() instanceof List<?> several) {
                        out.writeArray(several.toArray(String[]::new), 0, several.size());
                    } else {
                        out.writeString(String.valueOf(property.getValue()));
                    }
                }
                out.writeEndObject();
            }
            out.writeEndObject();
            out.writeEndObject();
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private Stored read(Path file) throws IOException {
        long number = 0;
        String time = "";
        String cause = "";
        SortedMap<String, SortedMap<String, Object>> configurations = new TreeMap<>();
        try (JsonParser in = json.createParser(file.toFile())) {
            expect(in, JsonToken.START_OBJECT, in.nextToken());
            for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                in.nextToken();
                switch (field) {
                    case "snapshot" -> number = in.getLongValue();
                    case "time" -> time = in.getText();
                    case "cause" -> cause = in.getText();
                    case "configurations" -> configurations(in, configurations);
                    default -> in.skipChildren();
                }
            }
            return new Stored(new Snapshot(number, Instant.parse(time), cause, configurations.size()), configurations);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is no snapshot, or damaged: line " + e.getLocation().getLineNr(), e);
        } catch (DateTimeParseException e) {
            throw new IOException(file + " is no snapshot: it has no time", e);
        }
    }

    private static void configurations(JsonParser in, Map<String, SortedMap<String, Object>> into) throws IOException {
        expect(in, JsonToken.START_OBJECT, in.currentToken());
        for (String pid = in.nextFieldName(); pid != null; pid = in.nextFieldName()) {
            expect(in, JsonToken.START_OBJECT, in.nextToken());
            SortedMap<String, Object> properties = new TreeMap<>();
            for (String key = in.nextFieldName(); key != null; key = in.nextFieldName()) {
                properties.put(key, in.nextToken() == JsonToken.START_ARRAY ? texts(in) : in.getText());
            }
            into.put(pid, properties);
        }
    }

    private static List<String> texts(JsonParser in) throws IOException {
        List<String> texts = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            expect(in, JsonToken.VALUE_STRING, in.currentToken());
            texts.add(in.getText());
        }
        return List.copyOf(texts);
    }

    private static void expect(JsonParser in, JsonToken wanted, JsonToken found) throws IOException {
        if (found != wanted) {
            throw new JsonParseException(in, wanted + " was expected, not " + found);
        }
    }
}
