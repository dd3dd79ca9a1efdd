package io.anole.shell.internal;

import io.anole.access.Act;
import io.anole.bus.Caller;
import io.anole.bus.Name;
import io.anole.bus.Statistics.Kind;
import io.anole.core.Endpoint;
import io.anole.shell.internal.Invocation.BusOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code service}: what is served on a bus. */
@Command(name = "service", description = "Lists and calls services.")
final class ServiceCommands {
    private final Invocation invocation;

    ServiceCommands(Invocation invocation) {
        this.invocation = invocation;
    }

    @Command(name = "list", description = "Lists the services that somebody serves.",
            footer = {"", "Examples:", "  anole service list", "  anole service list --json"})
    int list(@Mixin BusOption bus, @Option(names = {"-a", "--all"},
            description = "The platform's own services too, such as mailboxes.") boolean all) throws Exception {
        List<Endpoint> services = Graph.of(invocation.bus(bus), invocation.loop())
                .of(Kind.SERVICE, service -> all || !service.isPlatform());
        if (invocation.json()) {
            invocation.printJson(services.stream().map(service -> {
                Map<String, Object> tree = new LinkedHashMap<>();
                tree.put("name", service.name().toString());
                tree.put("type", service.type());
                tree.put("server", Graph.where(service));
                return tree;
            }).toList());
        } else if (services.isEmpty()) {
            invocation.terminal().note("no services: nobody serves");
        } else {
            Table table = new Table("SERVICE", "TYPE", "SERVED BY");
            services.forEach(service -> table.row(service.name(), service.type().isEmpty() ? "-" : service.type(),
                    Graph.where(service)));
            table.print(invocation.terminal());
        }
        return 0;
    }

    @Command(name = "call", description = "Calls a service and prints its answer.",
            footer = {"", "VALUE is JSON; without it the request is null.", "", "Examples:",
                "  anole service call /reset", "  anole service call /add '{\"a\":1,\"b\":2}' --timeout 2"})
    int call(@Mixin BusOption bus,
            @Parameters(index = "0", paramLabel = "NAME", description = "The service.") String name,
            @Parameters(index = "1", arity = "0..1", defaultValue = "null", paramLabel = "VALUE",
                    description = "The request.") String value,
            @Option(names = "--timeout", paramLabel = "S", defaultValue = "5",
                    description = "Seconds to wait for the answer (default: ${DEFAULT-VALUE}).") double timeout)
            throws Exception {
        Name service = invocation.name(Act.CALL, name);
        if (!(timeout >= 0.001 && timeout <= 3600)) {
            throw new Failure(Failure.USAGE, "--timeout " + timeout + " is not within 0.001 and 3600");
        }
        Object request = invocation.parse("VALUE", value);
        Duration patience = Duration.ofNanos((long) (timeout * 1e9));
        try (Caller<Object, Object> caller = invocation.bus(bus)
                .caller(service.toString(), Object.class, Object.class)) {
            // the bus keeps the time; the margin is for its own error to arrive
            Object answer = Invocation.await(caller.call(request, patience), "calling " + service,
                    patience.plusSeconds(1));
            invocation.print(answer, true);
        }
        return 0;
    }
}
