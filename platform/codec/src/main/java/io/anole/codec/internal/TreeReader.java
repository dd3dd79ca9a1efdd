package io.anole.codec.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.anole.codec.internal.TreeCodec.Refused;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads one tree; makes nothing but texts, numbers, truth values, bytes, maps and lists. */
final class TreeReader {
    private static final double BITS_PER_DIGIT = 3.3219280948873623;

    private final JsonParser in;
    private final Limits limits;
    private final boolean infinities;
    private int elements;

    /** @param infinities whether the format has them; otherwise one is a number that was too large */
    TreeReader(JsonParser in, Limits limits, boolean infinities) {
        this.in = in;
        this.limits = limits;
        this.infinities = infinities;
    }

    /** The one value that the bytes must be. */
    Object document() throws IOException {
        JsonToken first = in.nextToken();
        if (first == null) {
            throw new Refused("there is nothing");
        }
        Object tree = value(first, 0);
        if (in.nextToken() != null) {
            throw new Refused("there is more after the end of the body");
        }
        return tree;
    }

    private Object value(JsonToken token, int depth) throws IOException {
        if (++elements > limits.elements()) {
            throw new Refused("it has more than " + limits.elements() + " elements");
        }
        if (token == null) {
            throw new Refused("it ends too early");
        }
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_STRING -> text();
            case VALUE_NUMBER_INT -> whole();
            case VALUE_NUMBER_FLOAT -> real();
            case VALUE_EMBEDDED_OBJECT -> embedded();
            case START_OBJECT -> map(deeper(depth));
            case START_ARRAY -> list(deeper(depth));
            default -> throw new Refused("no value where one must be");
        };
    }

    private Map<String, Object> map(int depth) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        int entries = 0;
        for (JsonToken token = in.nextToken(); token != JsonToken.END_OBJECT; token = in.nextToken()) {
            if (token != JsonToken.FIELD_NAME) {
                throw new Refused(token == null ? "it ends too early" : "no key where one must be");
            }
            String key = checkText(in.currentName(), "a key", limits.key());
            Object value = value(in.nextToken(), depth);
            map.put(key, value);
            if (map.size() != ++entries) {
                throw new Refused("a key occurs twice");
            }
        }
        return map;
    }

    private List<Object> list(int depth) throws IOException {
        List<Object> list = new ArrayList<>();
        for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
            list.add(value(token, depth));
        }
        return list;
    }

    private String text() throws IOException {
        return checkText(in.getText(), "a text", limits.text());
    }

    private Object whole() throws IOException {
        return switch (in.getNumberType()) {
            case INT, LONG -> in.getLongValue();
            default -> checkDigits(in.getBigIntegerValue(), limits);
        };
    }

    private Object real() throws IOException {
        if (in.getNumberType() == JsonParser.NumberType.BIG_DECIMAL) {
            throw new Refused("a decimal fraction is no part of a tree");
        }
        double number = in.getDoubleValue();
        if (Double.isInfinite(number) && !infinities) {
            throw new Refused("a number is too large");
        }
        return number;
    }

    private Object embedded() throws IOException {
        if (in.getEmbeddedObject() instanceof byte[] bytes) {
            return bytes;
        }
        throw new Refused("a value of a kind that is no part of a tree");
    }

    private int deeper(int depth) {
        if (depth >= limits.depth()) {
            throw new Refused("it is nested deeper than " + limits.depth());
        }
        return depth + 1;
    }

    /** Half a character can't be written again, nor shown. */
    static String checkText(String text, String what, int longest) {
        if (text.length() > longest) {
            throw new Refused(what + " is longer than " + longest + " characters");
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSurrogatePair(text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
                    throw new Refused(what + " holds half a character (a lone surrogate)");
                }
                i++;
            }
        }
        return text;
    }

    static BigInteger checkDigits(BigInteger number, Limits limits) {
        if (number.bitLength() > limits.number() * BITS_PER_DIGIT) {
            throw new Refused("a number is longer than " + limits.number() + " digits");
        }
        return number;
    }
}
