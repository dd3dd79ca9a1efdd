package io.anole.gateway.internal.rosbridge;

import io.anole.bus.Codec;
import io.anole.bus.Shapes;
import io.anole.gateway.internal.access.Access;
import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.access.Visitor;
import io.anole.gateway.internal.door.Door;
import io.anole.gateway.internal.rosbridge.Tally.Of;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.ee10.websocket.server.JettyServerUpgradeRequest;
import org.eclipse.jetty.ee10.websocket.server.JettyServerUpgradeResponse;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServlet;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServletFactory;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.servlet.whiteboard.HttpWhiteboardConstants;

/**
 * rosbridge v2 at {@code /rosbridge} and {@code /rosbridge/<bus>}, on the web server's own port: one address to protect, and
 * pages that it serves may connect without being named. Lets clients in, and sends them away when their bus or this goes.
 */
@Component(service = {Servlet.class, RosbridgeServlet.class}, configurationPid = RosbridgeConfig.PID, property = {
    HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_NAME + "=anole-rosbridge",
    HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_PATTERN + "=/rosbridge",
    HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_PATTERN + "=/rosbridge/*",
    HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_ASYNC_SUPPORTED + ":Boolean=true"
})
@Designate(ocd = RosbridgeConfig.class)
public final class RosbridgeServlet extends JettyWebSocketServlet implements Client.Clients {
    private static final long serialVersionUID = 1;
    private static final String MAIN = "main";
    private static final long SWEEP_S = 15;
    private static final int UPGRADE_REQUIRED = 426;

    private final transient Access access;
    private final transient Station station;
    private final transient ThreadPoolExecutor lanes;
    private final transient ScheduledThreadPoolExecutor timer;
    private final transient List<Door> doors = new CopyOnWriteArrayList<>();
    private final transient Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final transient AtomicLong number = new AtomicLong();

    @Activate
    public RosbridgeServlet(@Reference Access access, @Reference Shapes shapes,
            @Reference(target = "(" + Codec.MEDIA_TYPE + "=" + Codec.JSON + ")") Codec json,
            @Reference(target = "(" + Codec.MEDIA_TYPE + "=" + Codec.CBOR + ")") Codec cbor, RosbridgeConfig config) {
        this.access = access;
        this.timer = new ScheduledThreadPoolExecutor(1, work -> daemon(work, "anole-rosbridge-timer"));
        this.timer.setRemoveOnCancelPolicy(true);
        // A client has one frame under way at a time, and one that has gone may still be in its last.
        this.lanes = new ThreadPoolExecutor(0, 2 * config.clients_max(), 10, TimeUnit.SECONDS, new SynchronousQueue<>(),
                work -> daemon(work, "anole-rosbridge"));
        Tally tally = new Tally();
        Trees trees = new Trees(json, cbor);
        this.station = new Station(shapes, trees, new Recent(shapes, trees, tally), tally, lanes, timer, config);
        timer.scheduleWithFixedDelay(this::sweep, SWEEP_S, SWEEP_S, TimeUnit.SECONDS);
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.MULTIPLE)
    void bindDoor(Door door) {
        doors.add(door);
    }

    void unbindDoor(Door door) {
        doors.remove(door);
        clients.stream().filter(client -> client.door() == door)
                .forEach(client -> client.leave(StatusCode.SERVICE_RESTART, "bus '" + door.name() + "' is configured anew"));
    }

    @Override
    protected void configure(JettyWebSocketServletFactory factory) {
        factory.setMaxTextMessageSize(station.config().frame_max_bytes());
        factory.setMaxBinaryMessageSize(station.config().frame_max_bytes());
        factory.setIdleTimeout(Duration.ofSeconds(station.config().patience_s()));
        factory.setCreator(this::admit);
    }

    /** The new client, or null after a refusal. */
    private Object admit(JettyServerUpgradeRequest request, JettyServerUpgradeResponse response) throws IOException {
        // Compressing costs the robot more than a local network gains by it.
        response.setExtensions(List.of());
        try {
            return admit(request.getHttpServletRequest());
        } catch (Refusal refusal) {
            station.tally().count(Of.CLIENTS_REFUSED);
            response.sendError(refusal.status(), refusal.getMessage());
            return null;
        }
    }

    private Client admit(HttpServletRequest request) {
        Visitor visitor = access.admit(request);
        Door door = door(request.getPathInfo());
        if (clients.size() >= station.config().clients_max()) {
            throw new Refusal(503, "all " + station.config().clients_max() + " places are taken");
        }
        return new Client(station, door, visitor, "rosbridge-" + number.incrementAndGet(), this);
    }

    @Override
    public boolean add(Client client) {
        synchronized (clients) {
            if (clients.size() >= station.config().clients_max() || !doors.contains(client.door())) {
                station.tally().count(Of.CLIENTS_REFUSED);
                return false;
            }
            clients.add(client);
        }
        station.tally().count(Of.CLIENTS);
        return true;
    }

    @Override
    public void remove(Client client) {
        synchronized (clients) {
            clients.remove(client);
        }
    }

    private Door door(String path) {
        String name = path == null || path.equals("/") ? "" : path.substring(1);
        List<Door> there = List.copyOf(doors);
        if (name.isEmpty() && there.size() == 1) {
            return there.get(0);
        }
        String wanted = name.isEmpty() ? MAIN : name;
        return there.stream().filter(door -> door.name().equals(wanted)).findFirst().orElseThrow(() -> new Refusal(404,
                "bus '" + wanted + "' is not exposed: see io.anole.gateway.bus"));
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(UPGRADE_REQUIRED);
        response.setContentType("text/plain");
        response.getWriter().println("Here is a WebSocket that speaks rosbridge v2: connect to it with roslib.");
    }

    /** What has been counted. */
    public Map<String, Object> statistics() {
        Map<String, Object> tree = station.tally().tree();
        tree.put("clients_now", (long) clients.size());
        return tree;
    }

    private void sweep() {
        long now = System.nanoTime();
        long patience = TimeUnit.SECONDS.toNanos(station.config().patience_s());
        clients.forEach(client -> client.sweep(now, patience));
    }

    @Deactivate
    void close() {
        clients.forEach(client -> client.leave(StatusCode.SHUTDOWN, "the gateway is stopping"));
        timer.shutdownNow();
        lanes.shutdown();
    }
}
