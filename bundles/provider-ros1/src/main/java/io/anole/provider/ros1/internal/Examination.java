package io.anole.provider.ros1.internal;

import io.anole.bus.provider.Checkup.Finding;
import io.anole.bus.provider.Checkup.Level;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * What is wrong with a node's graph, as far as can be seen from here: its master, the addresses that nodes tell each other,
 * time. Most of what goes wrong with ROS on a network is one of these. On the thread that asks; looks up names on the node's
 * worker, and waits for nothing longer than its deadline.
 */
final class Examination {
    private static final String AREA = "ros1";
    private static final long MASTER_SECONDS = 2;
    private static final int MOST_NODES = 200;
    private static final int MOST_TOLD = 10;
    /** No clock that was ever set is before it. */
    private static final Instant PAST = Instant.parse("2024-01-01T00:00:00Z");

    private final Node node;
    private final Settings settings;
    private final String bus;
    private final long deadline;
    private final List<Finding> findings = new ArrayList<>();

    /** @param deadline of {@link System#nanoTime} */
    Examination(Node node, long deadline) {
        this.node = node;
        this.settings = node.settings();
        this.bus = "bus '" + settings.bus() + "': ";
        this.deadline = deadline;
    }

    List<Finding> findings() throws InterruptedException {
        clock();
        environment();
        definitions();
        try {
            look();
        } catch (TimeoutException e) {
            notice("not all could be looked at in time", "the master or a name server is slow", "");
        }
        return findings;
    }

    private void look() throws InterruptedException, TimeoutException {
        String masterHost = URI.create(settings.master()).getHost();
        Optional<InetAddress> master = masterHost == null ? Optional.empty() : address(masterHost);
        own(master.filter(address -> !here(address)));
        if (master.isEmpty()) {
            problem("the master's host '" + masterHost + "' has no address here", "master is " + settings.master() + ", "
                    + from(), "add it to /etc/hosts, or give the master's address instead of its name");
        } else if (master()) {
            others(graph());
            time();
        }
    }

    // The master

    private String from() {
        String given = settings.environment().value("ROS_MASTER_URI");
        if (given != null && settings.master().equals(given.endsWith("/") ? given : given + "/")) {
            return "ROS_MASTER_URI of " + settings.environment().where("ROS_MASTER_URI").orElseThrow();
        }
        return given == null && settings.master().equals(Settings.MASTER) ? "as nothing else is configured or in the environment"
                : "as configured";
    }

    private boolean master() throws InterruptedException, TimeoutException {
        try {
            node.master().call("getPid").get(MASTER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            String why = e instanceof TimeoutException ? "nothing comes within " + MASTER_SECONDS + " s" : Node.cause(e).getMessage();
            problem("the master at " + settings.master() + " does not answer", why + "; that address is " + from(),
                    "start roscore there, set master to where it runs, or let Anole be the master: './anole feature install ros1-master'");
            return false;
        }
        Object release = parameter("/rosdistro");
        ok("the master" + (release instanceof String name ? " of ROS " + name.strip() : "") + " at " + settings.master()
                + " answers (" + from() + ")");
        return true;
    }

    /** Null if it is not set. */
    private Object parameter(String name) throws InterruptedException, TimeoutException {
        try {
            return await(node.master().call("getParam", name));
        } catch (ExecutionException e) {
            return null; // refused as it is not set; that the master answers was seen
        }
    }

    // The addresses

    /** What others are told about this node. */
    private void own(Optional<InetAddress> farMaster) throws InterruptedException, TimeoutException {
        boolean far = farMaster.isPresent();
        String host = settings.host() == null ? node.sockets().host() : settings.host();
        if (host == null) {
            problem("this node has no address yet", "there is no way to the master's host, or it can't be found",
                    "set host to this machine's address in the network of the robot");
            return;
        }
        String cure = "set host, or ROS_IP where Anole is started, to "
                + farMaster.flatMap(Sockets::wayTo).map(InetAddress::getHostAddress).orElse("this machine's address");
        Optional<InetAddress> found = address(host);
        if (found.isEmpty()) {
            problem("other nodes are told to connect to '" + host + "', which has no address here", told(), cure);
        } else if (far && found.get().isLoopbackAddress()) {
            problem("other nodes are told to connect to '" + host + "', which is " + found.get().getHostAddress()
                    + ": they would look on their own machine", told() + "; the master is on another machine", cure);
        } else if (!here(found.get())) {
            problem("other nodes are told to connect to '" + host + "', and " + found.get().getHostAddress()
                    + " is no address of this machine", told() + "; here are " + addresses(), cure);
        } else {
            ok("other nodes are told to connect to " + host + " (" + told() + ")"
                    + (found.get().isLoopbackAddress() ? ", which reaches this machine only" : ""));
            if (far && !host.equals(found.get().getHostAddress())) {
                notice("other nodes must know the name '" + host + "'", "ROS gives them names as they are",
                        "look from there: ping " + host + "; otherwise " + cure);
            }
        }
        if (far && settings.environment().value("ROS_IP") == null && settings.environment().value("ROS_HOSTNAME") == null) {
            neighbours();
        }
    }

    private String told() {
        String name = settings.environment().value("ROS_HOSTNAME") != null ? "ROS_HOSTNAME" : "ROS_IP";
        String given = settings.environment().value(name);
        return settings.host() == null ? "found on the way to the master" : settings.host().equals(given)
                ? name + " of " + settings.environment().where(name).orElseThrow() : "as configured";
    }

    /** rospy and roscpp tell their machine's name where nothing is set. */
    private void neighbours() throws InterruptedException, TimeoutException {
        Optional<InetAddress> self = found(InetAddress::getLocalHost);
        if (self.isEmpty() || self.get().isLoopbackAddress()) {
            notice("this machine's own name is " + self.map(found -> "'" + found.getHostName() + "', which is "
                    + found.getHostAddress() + " here").orElse("not known here"), "nodes of rospy and roscpp that are started "
                    + "here without ROS_IP can't be reached from the master's machine", "export ROS_IP for them");
        }
    }

    /** The nodes' names, and where they say they are. */
    private Map<String, String> graph() throws InterruptedException, TimeoutException {
        Map<String, CompletableFuture<Object>> asked = new LinkedHashMap<>();
        state().stream().filter(List.class::isInstance).flatMap(kind -> ((List<?>) kind).stream())
                .filter(one -> one instanceof List<?> pair && pair.size() == 2)
                .flatMap(one -> Subscription.texts(((List<?>) one).get(1)).stream()).distinct().limit(MOST_NODES)
                .forEach(name -> asked.put(name, node.master().call("lookupNode", name)));
        Map<String, String> where = new TreeMap<>();
        for (Map.Entry<String, CompletableFuture<Object>> one : asked.entrySet()) {
            try {
                where.put(one.getKey(), String.valueOf(await(one.getValue())));
            } catch (ExecutionException e) {
                where.remove(one.getKey()); // it has just left
            }
        }
        return where;
    }

    /** Of the master: publishers, subscribers and services. */
    private List<?> state() throws InterruptedException, TimeoutException {
        try {
            return await(node.master().call("getSystemState")) instanceof List<?> kinds ? kinds : List.of();
        } catch (ExecutionException e) {
            problem("the master does not tell what is on the graph", Node.cause(e).getMessage(), "");
            return List.of();
        }
    }

    /** The most frequent trouble of ROS on a network: a node tells a name that only its own machine knows. */
    private void others(Map<String, String> where) throws InterruptedException, TimeoutException {
        Map<String, List<String>> byHost = new TreeMap<>();
        where.forEach((name, uri) -> byHost.computeIfAbsent(host(uri), key -> new ArrayList<>()).add(name));
        int lost = 0;
        for (Map.Entry<String, List<String>> one : byHost.entrySet()) {
            if (one.getKey().isEmpty() || address(one.getKey()).isEmpty()) {
                lost += one.getValue().size();
                problem("the host '" + one.getKey() + "' of " + some(one.getValue()) + " has no address here",
                        "nothing can be heard from there, and no service called", "add it to /etc/hosts, or set ROS_IP where "
                        + (one.getValue().size() == 1 ? "that node is" : "those nodes are") + " started");
            }
        }
        ok(where.size() + " nodes are on the graph, " + (where.size() - lost) + " of them at addresses that are known here");
    }

    private static String host(String uri) {
        try {
            return Optional.ofNullable(URI.create(uri).getHost()).orElse("");
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static String some(List<String> names) {
        return names.stream().limit(3).collect(Collectors.joining(", ")) + (names.size() > 3 ? " and " + (names.size() - 3) + " more" : "");
    }

    private Optional<InetAddress> address(String host) throws InterruptedException, TimeoutException {
        return found(() -> InetAddress.getByName(host));
    }

    private Optional<InetAddress> found(Callable<InetAddress> lookup) throws InterruptedException, TimeoutException {
        try {
            return Optional.of(await(node.work(lookup)));
        } catch (ExecutionException e) {
            return Optional.empty();
        }
    }

    private static boolean here(InetAddress address) {
        try {
            return address.isLoopbackAddress() || address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    private static String addresses() {
        try {
            return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                    .flatMap(NetworkInterface::inetAddresses).filter(one -> !one.isLinkLocalAddress())
                    .map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
        } catch (SocketException e) {
            return "none that can be read";
        }
    }

    // Time

    private void time() throws InterruptedException, TimeoutException {
        if (!Boolean.TRUE.equals(parameter("/use_sim_time"))) {
            return;
        }
        List<?> state = state();
        if (!state.isEmpty() && state.get(0) instanceof List<?> publishers && publishers.stream()
                .anyMatch(one -> one instanceof List<?> pair && pair.contains("/clock"))) {
            ok("time is simulated: /use_sim_time is true, and /clock is published");
        } else {
            problem("time stands still", "/use_sim_time is true, but nobody publishes /clock", "start the simulation, or, on a "
                    + "real robot: rosparam set /use_sim_time false, and start the nodes again");
        }
    }

    private void clock() {
        if (Instant.now().isBefore(PAST)) {
            problem("this machine's clock says " + Instant.now(), "it was never set; nodes on other machines take what is "
                    + "stamped here for years old", "set it, such as with chrony");
        }
    }

    // What was found

    private void environment() {
        settings.environment().unread().stream().limit(MOST_TOLD).forEach(line -> notice("not taken: " + line,
                "only a shell can tell what that is, and nothing is executed", "configure it: master, host, node.name or definitions"));
        if (settings.environment().value("ROS_HOSTNAME") != null && settings.environment().value("ROS_IP") != null
                && settings.host() != null) {
            notice("ROS_HOSTNAME and ROS_IP are both set", "ROS_HOSTNAME holds, for all nodes", "unset one of them");
        }
    }

    private void definitions() {
        ok("definitions of messages are taken from " + node.bodies().types().where());
    }

    private <T> T await(CompletableFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void ok(String what) {
        findings.add(new Finding(Level.OK, AREA, bus + what, "", ""));
    }

    private void notice(String what, String why, String todo) {
        findings.add(new Finding(Level.NOTICE, AREA, bus + what, why, todo));
    }

    private void problem(String what, String why, String todo) {
        findings.add(new Finding(Level.PROBLEM, AREA, bus + what, why, todo));
    }
}
