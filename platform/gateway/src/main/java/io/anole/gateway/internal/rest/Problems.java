package io.anole.gateway.internal.rest;

import io.anole.bus.BusException;
import io.anole.gateway.internal.access.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What went wrong, as RFC 9457 has it: never a stack trace. */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final Map<Integer, String> TITLES = Map.ofEntries(Map.entry(400, "Bad request"), Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"), Map.entry(404, "Not found"), Map.entry(405, "Method not allowed"),
            Map.entry(409, "Conflict"), Map.entry(413, "Content too large"), Map.entry(415, "Unsupported media type"),
            Map.entry(421, "Misdirected request"), Map.entry(422, "Unprocessable content"), Map.entry(429, "Too many requests"),
            Map.entry(500, "Internal server error"), Map.entry(501, "Not implemented"), Map.entry(502, "Bad gateway"),
            Map.entry(503, "Service unavailable"), Map.entry(504, "Gateway timeout"));

    private Problems() {
    }

    /** What to say about a failure. */
    static Refusal of(Throwable failure, String where) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Refusal refusal) {
            return refusal;
        }
        int status = status(cause);
        if (status == 500) {
            LOG.warn("{} failed", where, cause);
            return new Refusal(500, "an error in Anole itself, told in its log");
        }
        return new Refusal(status, Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName()));
    }

    private static int status(Throwable cause) {
        if (cause instanceof BusException failure) {
            if (failure instanceof BusException.BadShape) {
                return 422;
            }
            if (failure instanceof BusException.Timeout) {
                return 504;
            }
            if (failure instanceof BusException.RemoteError) {
                return 502;
            }
            if (failure instanceof BusException.Conflict) {
                return 409;
            }
            return failure instanceof BusException.Unsupported ? 501 : 503;
        }
        if (cause instanceof HttpException refused) {
            return refused.getCode();
        }
        if (cause instanceof IllegalArgumentException) {
            return 400;
        }
        if (cause instanceof NoSuchElementException) {
            return 404;
        }
        if (cause instanceof IllegalStateException) {
            return 409;
        }
        return cause instanceof TimeoutException ? 504 : 500;
    }

    static Map<String, Object> tree(Refusal refusal, String path) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("type", "about:blank");
        tree.put("title", TITLES.getOrDefault(refusal.status(), "Error"));
        tree.put("status", refusal.status());
        tree.put("detail", refusal.getMessage());
        tree.put("instance", path);
        return tree;
    }
}
