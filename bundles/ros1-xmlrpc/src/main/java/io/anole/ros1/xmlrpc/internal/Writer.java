package io.anole.ros1.xmlrpc.internal;

import io.anole.ros1.xmlrpc.FaultException;
import io.anole.ros1.xmlrpc.Limits;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Writes one document. No element is written in the short form and nothing is indented: the parser of roscpp wants it so. */
final class Writer {
    static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuuMMdd'T'HH:mm:ss");

    private final StringBuilder out = new StringBuilder(256).append("<?xml version=\"1.0\"?>");
    private final Limits limits;

    private Writer(Limits limits) {
        this.limits = limits;
    }

    /** @throws IllegalArgumentException if a parameter is no value; says which */
    static byte[] call(String method, List<?> params, Limits limits) {
        Writer writer = new Writer(limits);
        writer.out.append("<methodCall><methodName>");
        writer.text(method, "method");
        writer.out.append("</methodName><params>");
        for (int i = 0; i < params.size(); i++) {
            writer.out.append("<param>");
            writer.value(params.get(i), "parameter " + i, 1);
            writer.out.append("</param>");
        }
        writer.out.append("</params></methodCall>");
        return writer.bytes();
    }

    /** @throws IllegalArgumentException if it is no value; says where */
    static byte[] response(Object value, Limits limits) {
        Writer writer = new Writer(limits);
        writer.out.append("<methodResponse><params><param>");
        writer.value(value, "answer", 1);
        writer.out.append("</param></params></methodResponse>");
        return writer.bytes();
    }

    static byte[] fault(FaultException fault, Limits limits) {
        Writer writer = new Writer(limits);
        writer.out.append("<methodResponse><fault>");
        writer.value(fault(fault), "fault", 1);
        writer.out.append("</fault></methodResponse>");
        return writer.bytes();
    }

    /** As a struct, with a text that can be written. */
    static Map<String, Object> fault(FaultException fault) {
        StringBuilder text = new StringBuilder(String.valueOf(fault.getMessage()));
        text.setLength(Math.min(text.length(), 1000));
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i)) || !legal(text.charAt(i))) {
                text.setCharAt(i, '?');
            }
        }
        return Map.of("faultCode", fault.code(), "faultString", text.toString());
    }

    private byte[] bytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void value(Object value, String where, int depth) {
        out.append("<value>");
        if (value instanceof String text) {
            out.append("<string>");
            text(text, where);
            out.append("</string>");
        } else if (value instanceof Integer number) {
            out.append("<i4>").append(number.intValue()).append("</i4>");
        } else if (value instanceof Boolean flag) {
            out.append("<boolean>").append(flag ? '1' : '0').append("</boolean>");
        } else if (value instanceof Double number) {
            out.append("<double>").append(number(number)).append("</double>");
        } else if (value instanceof byte[] bytes) {
            out.append("<base64>").append(Base64.getEncoder().encodeToString(bytes)).append("</base64>");
        } else if (value instanceof LocalDateTime time) {
            out.append("<dateTime.iso8601>").append(DATE.format(time)).append("</dateTime.iso8601>");
        } else if (value instanceof List<?> list) {
            deeper(where, depth);
            out.append("<array><data>");
            for (int i = 0; i < list.size(); i++) {
                value(list.get(i), where + "[" + i + "]", depth + 1);
            }
            out.append("</data></array>");
        } else if (value instanceof Map<?, ?> map) {
            deeper(where, depth);
            out.append("<struct>");
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (!(entry.getKey() instanceof String name)) {
                    throw new IllegalArgumentException(where + ": the key " + entry.getKey() + " is no text");
                }
                out.append("<member><name>");
                text(name, where);
                out.append("</name>");
                value(entry.getValue(), where + "." + name, depth + 1);
                out.append("</member>");
            }
            out.append("</struct>");
        } else {
            throw new IllegalArgumentException(where + ": " + (value == null ? "null" : value.getClass().getName())
                    + " is no value of XML-RPC");
        }
        out.append("</value>");
    }

    private void deeper(String where, int depth) {
        if (depth > limits.maxDepth()) {
            throw new IllegalArgumentException(where + ": more than " + limits.maxDepth() + " levels");
        }
    }

    /** As Python and C read it. */
    private static String number(double value) {
        if (Double.isFinite(value)) {
            return Double.toString(value);
        }
        return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }

    private void text(String text, String where) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '\r' -> out.append("&#13;"); // or every parser makes a line feed of it
                default -> {
                    if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                        out.append(c).append(text.charAt(++i));
                    } else if (!legal(c)) {
                        throw new IllegalArgumentException(String.format("%s: character %d is U+%04X, which XML can't carry",
                                where, i, (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
    }

    /** By itself, in XML 1.0. */
    private static boolean legal(char c) {
        return c >= ' ' && c < 0xFFFE && !Character.isSurrogate(c) || c == '\t' || c == '\n' || c == '\r';
    }
}
