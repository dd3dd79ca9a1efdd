package io.anole.gateway.internal.rosbridge;

import io.anole.gateway.internal.access.Refusal;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;

/** What a client has sent. */
record Request(Map<?, ?> fields) {
    private static final int LEAST_FRAGMENT = 64;
    private static final int LONGEST_TEXT = 200;

    /** For words that a client made up, in what it is told. */
    static String shortened(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
    }

    /** What is told of a failure. */
    static String reason(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
    }

    Object value(String field) {
        return fields.get(field);
    }

    String text(String field, String otherwise) {
        Object value = fields.get(field);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof String text) {
            return text;
        }
        if (field.equals("id") && value instanceof Number) {
            return value.toString();
        }
        throw new Refusal(400, "'" + field + "' must be a text");
    }

    String needed(String field) {
        String text = text(field, "");
        if (text.isEmpty()) {
            throw new Refusal(400, "'" + field + "' is missing");
        }
        return text;
    }

    long number(String field, long otherwise) {
        Object value = fields.get(field);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Number number) {
            return number.longValue();
        }
        throw new Refusal(400, "'" + field + "' must be a number");
    }

    /** How the answer is to be cut; 0 for not at all. */
    int fragment() {
        long size = number("fragment_size", 0);
        if (size < 0 || size > 0 && size < LEAST_FRAGMENT) {
            throw new Refusal(400, "fragment_size is at least " + LEAST_FRAGMENT);
        }
        return (int) Math.min(Integer.MAX_VALUE, size);
    }

    boolean flag(String field) {
        return Boolean.TRUE.equals(fields.get(field));
    }
}
