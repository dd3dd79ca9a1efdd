package io.anole.shell.internal;

import io.anole.access.Act;
import io.anole.bus.Bus;
import io.anole.bus.Codec;
import io.anole.bus.Name;
import io.anole.bus.Publisher;
import io.anole.bus.Qos;
import io.anole.bus.Statistics;
import io.anole.bus.Statistics.Kind;
import io.anole.core.Endpoint;
import io.anole.shell.internal.Invocation.BusOption;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code topic}: what is published on a bus. */
@Command(name = "topic", description = "Lists, shows, publishes and measures topics.")
final class TopicCommands {
    private final Invocation invocation;

    TopicCommands(Invocation invocation) {
        this.invocation = invocation;
    }

    @Command(name = "list", description = "Lists the topics that somebody publishes or subscribes to.",
            footer = {"", "Examples:", "  anole topic list", "  anole topic list -v", "  anole topic list --json"})
    int list(@Mixin BusOption bus,
            @Option(names = {"-v", "--verbose"}, description = "Name the publishers and subscribers.") boolean verbose,
            @Option(names = {"-a", "--all"}, description = "The platform's own topics too: mail, signals, state.")
            boolean all) throws Exception {
        Map<String, List<Endpoint>> topics = new TreeMap<>();
        for (Endpoint endpoint : Graph.of(invocation.bus(bus), invocation.loop()).endpoints()) {
            if (endpoint.kind() != Kind.SERVICE && !endpoint.isPattern() && (all || !endpoint.isPlatform())) {
                topics.computeIfAbsent(endpoint.name().toString(), name -> new ArrayList<>()).add(endpoint);
            }
        }
        if (invocation.json()) {
            invocation.printJson(topics.entrySet().stream().map(topic -> {
                Map<String, Object> tree = new LinkedHashMap<>();
                tree.put("name", topic.getKey());
                tree.put("types", List.copyOf(types(topic.getValue())));
                tree.put("publishers", where(topic.getValue(), Kind.PUBLISHER));
                tree.put("subscribers", where(topic.getValue(), Kind.SUBSCRIPTION));
                return tree;
            }).toList());
            return 0;
        }
        Table table = verbose ? new Table("TOPIC", "TYPE", "PUBLISHED BY", "SUBSCRIBED BY")
                : new Table("TOPIC", "TYPE", ">PUBLISHERS", ">SUBSCRIBERS");
        topics.forEach((name, endpoints) -> {
            List<String> publishers = where(endpoints, Kind.PUBLISHER);
            List<String> subscribers = where(endpoints, Kind.SUBSCRIPTION);
            if (verbose) {
                table.row(name, typeText(endpoints), listed(publishers), listed(subscribers));
            } else {
                table.row(name, typeText(endpoints), publishers.size(), subscribers.size());
            }
        });
        if (table.isEmpty()) {
            invocation.terminal().note("no topics: nobody publishes or subscribes");
        } else {
            table.print(invocation.terminal());
        }
        return 0;
    }

    @Command(name = "info", description = "Shows one topic: its type, who publishes and subscribes, what was counted.",
            footer = {"", "Examples:", "  anole topic info /odom"})
    int info(@Mixin BusOption bus, @Parameters(paramLabel = "NAME", description = "The topic.") String name)
            throws Exception {
        Name topic = Invocation.name(name);
        Bus on = invocation.bus(bus);
        Graph graph = Graph.of(on, invocation.loop());
        List<Endpoint> publishers = graph.of(Kind.PUBLISHER, topic);
        List<Endpoint> subscribers = graph.of(Kind.SUBSCRIPTION, topic);
        if (publishers.isEmpty() && subscribers.isEmpty()) {
            throw new Failure(Failure.UNKNOWN, "nobody publishes or subscribes to " + topic + "; see anole topic list");
        }
        List<Endpoint> both = Stream.concat(publishers.stream(), subscribers.stream()).toList();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", topic.toString());
        tree.put("type", typeText(both));
        both.stream().map(Endpoint::shape).filter(shape -> !shape.isEmpty()).findFirst().ifPresent(shape -> tree.put("shape", shape));
        tree.put("publishers", publishers.stream().map(Graph::where).toList());
        tree.put("subscribers", subscribers.stream()
                .map(endpoint -> Graph.where(endpoint) + (endpoint.isPattern() ? " (" + endpoint.name() + ")" : ""))
                .toList());
        Optional.ofNullable(invocation.robot().safety).flatMap(gate -> gate.rule(on.name(), topic))
                .ifPresent(rule -> tree.put("safety", rule));
        tree.put("counted", counted(on.statistics(), topic));
        invocation.print(tree, true);
        return 0;
    }

    /** The counters of this runtime's endpoints on the topic. */
    private static List<Object> counted(Statistics statistics, Name topic) {
        List<Object> counted = new ArrayList<>();
        for (Statistics.Endpoint endpoint : statistics.endpoints()) {
            boolean publisher = endpoint.kind() == Statistics.Kind.PUBLISHER;
            if ((publisher || endpoint.kind() == Statistics.Kind.SUBSCRIPTION)
                    && Invocation.pattern(endpoint.name()).matches(topic)) {
                Statistics.Counters counters = endpoint.counters();
                Map<String, Object> tree = new LinkedHashMap<>();
                tree.put(publisher ? "publisher" : "subscriber", endpoint.owner());
                if (publisher) {
                    tree.put("sent", counters.sent());
                } else {
                    tree.put("received", counters.received());
                    tree.put("handled", counters.handled());
                    tree.put("waiting", endpoint.waiting());
                }
                tree.put("failed", counters.failed());
                counters.dropped().forEach((reason, count) ->
                        tree.put("dropped_" + reason.name().toLowerCase(Locale.ROOT), count));
                counted.add(tree);
            }
        }
        return counted;
    }

    @Command(name = "echo", description = "Prints the messages of a topic until Ctrl-C.",
            footer = {"", "With --json each message is one line. NAME may hold '*' for one segment and end in '**'.",
                "",
                "Examples:", "  anole topic echo /odom", "  anole topic echo /odom --field pose.pose.position.x",
                "  anole topic echo /battery --once --json", "  anole topic echo /cmd_vel --csv -n 100"})
    int echo(@Mixin BusOption bus,
            @Parameters(paramLabel = "NAME", description = "The topic, or a pattern.") String name,
            @Option(names = "--field", paramLabel = "PATH",
                    description = "Only this field, such as pose.pose.position.x or ranges[0].") String field,
            @Option(names = {"-n", "--times"}, paramLabel = "N", description = "End after N messages.") Long times,
            @Option(names = "--once", description = "End after one message.") boolean once,
            @Option(names = "--timeout", paramLabel = "S", description = "Give up after S seconds, with exit code 5.")
            Double timeout,
            @Option(names = "--csv", description = "Values separated by commas, a message per line.") boolean csv,
            @Option(names = {"-f", "--full"}, description = "Long lists and byte arrays in full.") boolean full,
            @Option(names = "--latched", description = "The newest message first, if its publisher keeps it.")
            boolean latched) throws Exception {
        FieldPath path = field == null ? FieldPath.WHOLE : FieldPath.of(field);
        Listening listening = new Listening(invocation, invocation.bus(bus), invocation.pattern(Act.SUBSCRIBE, name), latched);
        boolean several = listening.pattern().name().isEmpty();
        Terminal terminal = invocation.terminal();
        return listening.until(once ? Long.valueOf(1) : times, timeout, message -> {
            Object body = path.in(invocation.robot().shapes().tree(message.body()), message.name());
            if (csv) {
                terminal.line((several ? message.name() + "," : "") + Csv.line(body));
            } else if (invocation.json()) {
                invocation.printJson(several ? Map.of(message.name().toString(), body) : body);
            } else {
                if (several) {
                    terminal.line(terminal.bold(message.name().toString()));
                }
                terminal.line(Text.of(body, full));
                if (field == null) {
                    terminal.line("---");
                }
            }
        });
    }

    @Command(name = "hz", description = "Measures how often messages come, until Ctrl-C.",
            footer = {"", "Prints a line per second, over the messages of the window.", "",
                "Examples:", "  anole topic hz /odom", "  anole topic hz /scan --times 1"})
    int hz(@Mixin BusOption bus, @Parameters(paramLabel = "NAME", description = "The topic, or a pattern.") String name,
            @Option(names = {"-w", "--window"}, paramLabel = "N", defaultValue = "1000",
                    description = "Most messages to average over (default: ${DEFAULT-VALUE}).") int window,
            @Option(names = {"-n", "--times"}, paramLabel = "N", description = "End after N lines.") Long times)
            throws Exception {
        Rate rate = new Rate(window);
        return measure(bus, name, times, message -> rate.arrived(System.nanoTime(), 0), () -> {
            if (invocation.json()) {
                invocation.printJson(rate.intervals());
            } else {
                invocation.terminal().line(rate.intervalsText());
            }
        }, rate);
    }

    @Command(name = "bw", description = "Measures how much comes, until Ctrl-C.",
            footer = {"", "Counts the bodies as CBOR, whatever the bus makes of them on its wire.", "",
                "Examples:", "  anole topic bw /scan", "  anole topic bw '/camera/**' --times 5"})
    int bw(@Mixin BusOption bus, @Parameters(paramLabel = "NAME", description = "The topic, or a pattern.") String name,
            @Option(names = {"-w", "--window"}, paramLabel = "N", defaultValue = "100",
                    description = "Most messages to average over (default: ${DEFAULT-VALUE}).") int window,
            @Option(names = {"-n", "--times"}, paramLabel = "N", description = "End after N lines.") Long times)
            throws Exception {
        Rate rate = new Rate(window);
        Codec cbor = invocation.robot().cbor();
        return measure(bus, name, times, message -> rate.arrived(System.nanoTime(),
                cbor.encode(invocation.robot().shapes().tree(message.body())).length), () -> {
            if (invocation.json()) {
                invocation.printJson(rate.sizes());
            } else {
                invocation.terminal().line(rate.sizesText());
            }
        }, rate);
    }

    private int measure(BusOption bus, String name, Long times, Listening.Printer counter, Runnable printer, Rate rate)
            throws Exception {
        Listening listening = new Listening(invocation, invocation.bus(bus), invocation.pattern(Act.SUBSCRIBE, name), false);
        return listening.everySecond(times, counter, () -> {
            if (rate.ready()) {
                printer.run();
                return true;
            }
            invocation.terminal().note("no message yet");
            return false;
        });
    }

    @Command(name = "pub", description = "Publishes to a topic, once a second unless told otherwise, until Ctrl-C.",
            footer = {"",
                "VALUE is JSON; '-' reads one message per line from the standard input. TYPE may be left out.",
                "Before it publishes, the command checks type and fields against what the subscribers have announced.",
                "",
                "Examples:",
                "  anole topic pub /cmd_vel geometry_msgs/Twist '{\"linear\":{\"x\":0.2}}' --rate 10 --qos command",
                "  anole topic pub --once /note std_msgs/String '{\"data\":\"hello\"}'",
                "  anole topic pub --once /level 42"})
    int pub(@Mixin BusOption bus, @Parameters(index = "0", paramLabel = "NAME", description = "The topic.") String name,
            @Parameters(index = "1..*", arity = "1..2", paramLabel = "[TYPE] VALUE", hideParamSyntax = true,
                    description = "The type, such as geometry_msgs/Twist, and the message.") List<String> typeAndValue,
            @Option(names = {"-r", "--rate"}, paramLabel = "HZ", description = "Messages per second (default: 1).")
            Double rate,
            @Option(names = {"-1", "--once"}, description = "Publish once and end.") boolean once,
            @Option(names = {"-n", "--times"}, paramLabel = "N", description = "Publish N times and end.") Long times,
            @Option(names = "--qos", paramLabel = "PROFILE", defaultValue = "default", converter = Profiles.class,
                    description = "Quality of service: default, sensor_data, command or latched.") Qos qos)
            throws Exception {
        Name topic = invocation.name(Act.PUBLISH, name);
        Bus on = invocation.bus(bus);
        String type = typeAndValue.size() == 2 ? typeAndValue.get(0) : "";
        String value = typeAndValue.get(typeAndValue.size() - 1);
        Expected expected = Expected.of(Graph.of(on, invocation.loop()).of(Kind.SUBSCRIPTION, topic), topic, type);
        if (expected.nobody()) {
            invocation.terminal().note("nobody is known to subscribe to " + topic + " now; publishing all the same");
        }
        try (Publisher<Object> publisher = on.publisher(topic.toString(), Object.class, qos)) {
            Pace pace = new Pace(rate);
            if (value.equals("-")) {
                return pubInput(publisher, expected, rate == null ? null : pace);
            }
            Object body = invocation.parse("VALUE", value);
            expected.check(body);
            long count = once ? 1 : times == null ? Long.MAX_VALUE : times;
            for (long i = 0; i < count; i++) {
                if (i > 0) {
                    pace.next();
                }
                invocation.await(publisher.publish(body), "publishing to " + topic);
            }
        }
        return 0;
    }

    private int pubInput(Publisher<Object> publisher, Expected expected, Pace pace) throws Exception {
        BufferedReader lines = new BufferedReader(
                new InputStreamReader(invocation.terminal().in(), StandardCharsets.UTF_8));
        long number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            Object body = invocation.parse("line " + number, line);
            expected.check(body);
            if (pace != null && number > 1) {
                pace.next();
            }
            invocation.await(publisher.publish(body), "publishing line " + number);
        }
        return 0;
    }

    /** Fixed-rate waiting, without drift and without catching up in a burst. */
    private static final class Pace {
        private final long period;
        private long next = System.nanoTime();

        Pace(Double rate) {
            double hz = rate == null ? 1 : rate;
            if (!(hz > 0 && hz <= 10_000)) {
                throw new Failure(Failure.USAGE, "--rate " + hz + " is not above 0 and at most 10000");
            }
            period = Math.round(1e9 / hz);
        }

        void next() throws InterruptedException {
            long now = System.nanoTime();
            next += period;
            if (next < now) {
                next = now;
            }
            TimeUnit.NANOSECONDS.sleep(next - now);
        }
    }

    /** Reads {@link Qos} profiles by their ROS 2 names. */
    static final class Profiles implements CommandLine.ITypeConverter<Qos> {
        @Override
        public Qos convert(String text) {
            return switch (text) {
                case "default" -> Qos.DEFAULT;
                case "sensor_data" -> Qos.SENSOR_DATA;
                case "command" -> Qos.COMMAND;
                case "latched" -> Qos.DEFAULT.durability(Qos.Durability.TRANSIENT_LOCAL);
                default -> throw new CommandLine.TypeConversionException("'" + text
                        + "' is none of default, sensor_data, command, latched");
            };
        }
    }

    private static TreeSet<String> types(List<Endpoint> endpoints) {
        return endpoints.stream().map(Endpoint::type).filter(type -> !type.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String typeText(List<Endpoint> endpoints) {
        return listed(types(endpoints));
    }

    private static List<String> where(List<Endpoint> endpoints, Kind kind) {
        return endpoints.stream().filter(endpoint -> endpoint.kind() == kind).map(Graph::where).toList();
    }

    private static String listed(Collection<String> texts) {
        return texts.isEmpty() ? "-" : String.join(", ", texts);
    }
}
