package io.anole.process.teleop.internal;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The open pages, each fed by server-sent events. The container's threads open, the process's thread sends and closes;
 * what one page does never delays another.
 */
final class Viewers {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(15);

    private final int most;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private boolean closed;
    private boolean newcomer;

    Viewers(int most) {
        if (most < 1 || most > 1000) {
            throw new IllegalArgumentException("viewers.max=" + most + " is not within 1 and 1000");
        }
        this.most = most;
    }

    void open(HttpServletRequest request, HttpServletResponse response) throws IOException, Refusal {
        Client client;
        synchronized (this) {
            if (closed) {
                throw new Refusal(503, "teleop is stopping");
            }
            if (clients.size() >= most) {
                throw new Refusal(503, "all " + most + " places for viewers are taken: close another page");
            }
            response.setContentType("text/event-stream");
            response.setCharacterEncoding("UTF-8");
            AsyncContext context = request.startAsync();
            client = new Client(context, response.getOutputStream(), clients::remove);
            clients.add(client);
            newcomer = true;
        }
        client.offer("retry", "retry: 1000\n\n".getBytes(StandardCharsets.UTF_8));
        client.start();
    }

    boolean none() {
        return clients.isEmpty();
    }

    int count() {
        return clients.size();
    }

    /** Whether somebody has come since this was last asked, who has to be told everything. */
    synchronized boolean newcomer() {
        boolean result = newcomer;
        newcomer = false;
        return result;
    }

    /** Sends to all, in place of an older event of this kind that still waits. */
    void send(String kind, byte[] json) {
        byte[] head = ("event: " + kind + "\ndata: ").getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[head.length + json.length + 2];
        System.arraycopy(head, 0, frame, 0, head.length);
        System.arraycopy(json, 0, frame, head.length, json.length);
        frame[frame.length - 2] = '\n';
        frame[frame.length - 1] = '\n';
        clients.forEach(client -> client.offer(kind, frame));
    }

    /** Lets go of those that take nothing any more. */
    void sweep() {
        clients.stream().filter(client -> client.stuck(PATIENCE)).forEach(Client::end);
    }

    /** Ends all, and lets nobody in any more. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        clients.forEach(Client::end);
    }
}
