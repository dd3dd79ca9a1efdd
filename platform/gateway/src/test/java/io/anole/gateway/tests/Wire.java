package io.anole.gateway.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A WebSocket that says what no well-behaved client would. */
final class Wire implements WebSocket.Listener, AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final StringBuilder part = new StringBuilder();
    private final WebSocket socket;
    private volatile int closedWith;

    Wire(String url, String... headers) {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        socket = builder.buildAsync(URI.create(url), this).join();
    }

    /** The status with which such a client is refused; 101 if it is not. */
    static int status(String url, String... headers) {
        try (Wire wire = new Wire(url, headers)) {
            return 101;
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw e;
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            heard.add(part.toString());
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closedWith = code;
        return null;
    }

    void send(String text) throws Exception {
        socket.sendText(text.replace('\'', '"'), true).get(20, TimeUnit.SECONDS);
    }

    List<String> heard() {
        return heard;
    }

    /** Waits for a frame. */
    void hears(Predicate<String> frame) {
        await().atMost(SOON).until(() -> closedWith != 0 || heard.stream().anyMatch(frame));
        assertThat(heard).as("closed with " + closedWith).anyMatch(frame);
    }

    /** Waits for the end, and tells its code. */
    int ends() {
        await().atMost(SOON).until(() -> closedWith != 0);
        return closedWith;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
