package io.anole.launcher.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON value that knows where in which file it stands, so that every complaint about it can say so. Read by Jackson's
 * streaming parser rather than by the Feature and Configurator libraries: they drop what they don't understand, take a
 * duplicate key or text after the end, and cost four more jars at start-up.
 *
 * @param value a {@code Map<String, Json>}, a {@code List<Json>}, a string, number or boolean, or null
 * @param file  what was read
 */
record Json(Object value, String file, int line, int column) {
    private static final long MAX_BYTES = 4 << 20;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .build();

    static Json read(Path file) throws LaunchException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw LaunchException.configuration(file + ": larger than " + MAX_BYTES + " bytes");
            }
            return read(file.toString(), new StringReader(Files.readString(file)));
        } catch (NoSuchFileException e) {
            throw LaunchException.configuration(file + ": no such file");
        } catch (CharacterCodingException e) {
            throw LaunchException.configuration(file + ": not UTF-8 text");
        } catch (IOException e) {
            throw LaunchException.configuration(file + ": can't be read: " + e.getMessage());
        }
    }

    static Json read(String file, Reader text) throws LaunchException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() == null) {
                throw LaunchException.configuration(file + ":1:1: empty, a JSON object is expected");
            }
            Json json = value(file, parser);
            if (parser.nextToken() != null) {
                JsonLocation at = parser.currentTokenLocation();
                throw LaunchException.configuration(
                        file + ":" + at.getLineNr() + ":" + at.getColumnNr() + ": text after the end of the JSON value");
            }
            return json;
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            // Where something began is told as a place in a source that has no name.
            throw LaunchException.configuration(file + ":" + at.getLineNr() + ":" + at.getColumnNr() + ": "
                    + e.getOriginalMessage().lines().findFirst().orElse("malformed JSON").replaceFirst(" \\(start marker at .*", ""));
        } catch (IOException e) {
            throw LaunchException.configuration(file + ": can't be read: " + e.getMessage());
        }
    }

    private static Json value(String file, JsonParser parser) throws IOException {
        JsonLocation at = parser.currentTokenLocation();
        Object value = switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Json> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    parser.nextToken();
                    map.put(key, value(file, parser));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<Json> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(file, parser));
                }
                yield list;
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getText();
        };
        return new Json(value, file, at.getLineNr(), at.getColumnNr());
    }

    @SuppressWarnings("unchecked")
    Map<String, Json> object(String what) throws LaunchException {
        if (value instanceof Map<?, ?>) {
            return (Map<String, Json>) value;
        }
        throw wrong(what + " must be a JSON object, {...}");
    }

    @SuppressWarnings("unchecked")
    List<Json> array(String what) throws LaunchException {
        if (value instanceof List<?>) {
            return (List<Json>) value;
        }
        throw wrong(what + " must be a JSON array, [...]");
    }

    String string(String what) throws LaunchException {
        if (value instanceof String text) {
            return text;
        }
        throw wrong(what + " must be a string");
    }

    LaunchException wrong(String why) {
        return LaunchException.configuration(file + ":" + line + ":" + column + ": " + why);
    }

    /** As JSON text again. */
    @Override
    public String toString() {
        if (value instanceof Map<?, ?> map) {
            List<String> entries = new ArrayList<>();
            map.forEach((k, v) -> entries.add(quote((String) k) + ":" + v));
            return "{" + String.join(",", entries) + "}";
        }
        if (value instanceof List<?> list) {
            return "[" + String.join(",", list.stream().map(Object::toString).toList()) + "]";
        }
        return value instanceof String text ? quote(text) : String.valueOf(value);
    }

    static String quote(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
