package io.anole.shell.internal;

import io.anole.access.Act;
import io.anole.bus.Bus;
import io.anole.bus.Lifetime;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import io.anole.shell.internal.Invocation.BusOption;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code param}: parameters, which are durable state on a bus. */
@Command(name = "param", description = "Lists, shows, sets and deletes parameters.")
final class ParamCommands {
    private static final String PREFIX = "/@param";

    private final Invocation invocation;

    ParamCommands(Invocation invocation) {
        this.invocation = invocation;
    }

    @Command(name = "list", description = "Lists the parameters and their values.",
            footer = {"", "Examples:", "  anole param list", "  anole param list --json"})
    int list(@Mixin BusOption bus) throws Exception {
        invocation.allowed(Act.PARAM, Pattern.of("/**"));
        Map<String, Object> all = new LinkedHashMap<>();
        Graph.read(invocation.bus(bus), invocation.loop(), PREFIX + "/**")
                .forEach((key, value) -> all.put(key.toString().substring(PREFIX.length()), value));
        if (invocation.json()) {
            invocation.printJson(all);
        } else if (all.isEmpty()) {
            invocation.terminal().note("no parameters are set");
        } else {
            Table table = new Table("PARAMETER", "VALUE");
            all.forEach((name, value) -> table.row(name, invocation.jsonText(value)));
            table.print(invocation.terminal());
        }
        return 0;
    }

    @Command(name = "get", description = "Prints a parameter's value.",
            footer = {"", "Examples:", "  anole param get /simulator/noise"})
    int get(@Mixin BusOption bus, @Parameters(paramLabel = "NAME", description = "The parameter.") String name)
            throws Exception {
        Name parameter = invocation.name(Act.PARAM, name);
        invocation.print(existing(invocation.bus(bus), parameter), true);
        return 0;
    }

    @Command(name = "set", description = "Sets a parameter.",
            footer = {"", "VALUE is JSON; what is no JSON, and does not begin like it, is taken as a text.", "",
                "Examples:",
                "  anole param set /simulator/noise 0.02", "  anole param set /robot/name Ada",
                "  anole param set /robot/home '{\"x\":0,\"y\":0}'"})
    int set(@Mixin BusOption bus,
            @Parameters(index = "0", paramLabel = "NAME", description = "The parameter.") String name,
            @Parameters(index = "1", paramLabel = "VALUE", description = "Its new value.") String value)
            throws Exception {
        Name parameter = invocation.name(Act.PARAM, name);
        invocation.await(invocation.bus(bus).put(PREFIX + parameter, value(value), Lifetime.DURABLE),
                "setting " + parameter);
        return 0;
    }

    private Object value(String text) {
        try {
            return invocation.parse("VALUE", text);
        } catch (Failure e) {
            if (text.isEmpty() || "{[\"".indexOf(text.charAt(0)) >= 0) {
                throw e;
            }
            return text;
        }
    }

    @Command(name = "delete", description = "Deletes a parameter.",
            footer = {"", "Examples:", "  anole param delete /simulator/noise"})
    int delete(@Mixin BusOption bus, @Parameters(paramLabel = "NAME", description = "The parameter.") String name)
            throws Exception {
        Name parameter = invocation.name(Act.PARAM, name);
        Bus on = invocation.bus(bus);
        existing(on, parameter);
        invocation.await(on.remove(PREFIX + parameter), "deleting " + parameter);
        return 0;
    }

    /** Null is a value; absence is an error. */
    private Object existing(Bus bus, Name parameter) throws Exception {
        Map<Name, Object> found = Graph.read(bus, invocation.loop(), PREFIX + parameter);
        if (found.isEmpty()) {
            throw new Failure(Failure.UNKNOWN, "parameter " + parameter + " is not set; see anole param list");
        }
        return found.values().iterator().next();
    }
}
