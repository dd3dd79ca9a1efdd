package io.anole.gateway.internal.rest;

import io.anole.access.Role;
import io.anole.config.Configurations;
import io.anole.config.Difference;
import io.anole.config.InvalidConfiguration;
import io.anole.config.Setting;
import io.anole.config.Snapshot;
import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.rest.Route.Answer;
import io.anole.gateway.internal.rest.Route.Parameter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Configurations and the snapshots of them, as {@code ./anole config} has them: the same service checks and keeps what is changed.
 * All of it is the administrator's: what is not known to be a secret may tell of one, such as an address with a password in it.
 */
final class ConfigRoutes {
    private static final Parameter UNKNOWN = Parameter.optional("unknown", "boolean",
            "true: also keys and PIDs that no bundle describes, such as those of a bus's provider");

    private final Supplier<Configurations> configurations;

    /** @param configurations null when they are not there */
    ConfigRoutes(Supplier<Configurations> configurations) {
        this.configurations = configurations;
    }

    List<Route> all() {
        Answer changed = Answer.of(Schemas.within("differences", Schemas.list(Schemas.DIFFERENCE)));
        return List.of(
                Route.of("GET", "/configurations", "listConfigurations", "The PIDs of all configurations", Role.ADMIN,
                        Answer.of(Schemas.within("configurations", Schemas.list(Schemas.TEXT))),
                        call -> Map.of("configurations", present().pids())),
                Route.of("GET", "/configurations/{pid}", "getConfiguration", "What of a configuration is set, and what could be; "
                        + "secrets are not told", Role.ADMIN, Answer.of(Schemas.within("settings", Schemas.list(Schemas.SETTING))),
                        call -> Map.of("settings", present().show(call.text("pid")).stream().map(Setting::tree).toList())),
                Route.of("PATCH", "/configurations/{pid}", "changeConfiguration", "Changes keys of a configuration and leaves the "
                        + "others, once they are known to be right; makes it if there is none", Role.ADMIN, changed, this::change,
                        UNKNOWN).taking(Route.JSON, "{\"key\": its new value}; null goes back to the default"),
                Route.of("DELETE", "/configurations/{pid}", "deleteConfiguration", "Deletes a configuration: its part goes back to "
                        + "its defaults, or away", Role.ADMIN, Answer.NOTHING, this::delete),
                Route.of("GET", "/snapshots", "listSnapshots", "The states of all configurations that are kept, the newest first",
                        Role.ADMIN, Answer.of(Schemas.within("snapshots", Schemas.list(Schemas.SNAPSHOT))), call -> snapshots()),
                Route.of("GET", "/snapshots/{snapshot}/differences", "compareSnapshots", "What has changed since a snapshot; secrets "
                        + "are not told", Role.ADMIN, changed, this::compare,
                        Parameter.optional("to", "integer", "Another snapshot; the configurations as they are now unless given")),
                Route.of("POST", "/snapshots/{snapshot}/restore", "restoreSnapshot", "Makes configurations what they were, or none of "
                        + "them if one would no longer do", Role.ADMIN, changed, this::restore,
                        Parameter.optional("pid", "string", "Only this; may be given several times")));
    }

    private Configurations present() {
        Configurations there = configurations.get();
        if (there == null) {
            throw new Refusal(503, "the keeper of configurations is not there: is bundle io.anole.config active? See ./anole bundle "
                    + "list");
        }
        return there;
    }

    private Object change(Call call) {
        if (!(call.body() instanceof Map<?, ?> asked) || asked.isEmpty()) {
            throw new Refusal(400, "say what is to be changed: {\"key\": its new value}");
        }
        Map<String, Object> changes = new LinkedHashMap<>();
        asked.forEach((key, value) -> {
            if (Stream.of(value instanceof List<?> several ? several.toArray() : new Object[] {value})
                    .anyMatch(one -> one instanceof Map || one instanceof List || one == null && value != null)) {
                throw new Refusal(400, "the value of '" + key + "' is neither plain nor a list of plain values");
            }
            changes.put(String.valueOf(key), value);
        });
        Configurations there = present();
        return done(() -> there.set(call.text("pid"), changes, call.given("unknown").equals("true"), call.who()));
    }

    private Object delete(Call call) {
        present().delete(call.text("pid"), call.who());
        return null;
    }

    private Object snapshots() {
        List<Map<String, Object>> all = new ArrayList<>(present().snapshots().stream().map(Snapshot::tree).toList());
        Collections.reverse(all);
        return Map.of("snapshots", all);
    }

    private Object compare(Call call) {
        long to = call.number("to", Configurations.NOW, 1, Long.MAX_VALUE);
        return done(() -> present().compare(snapshot(call), to));
    }

    private Object restore(Call call) {
        String[] pids = call.request().getParameterValues("pid");
        return done(() -> present().restore(snapshot(call), pids == null ? List.of() : List.of(pids), call.who()));
    }

    /** Zero stands for something else in the service. */
    private static long snapshot(Call call) {
        String text = call.text("snapshot");
        if (!text.matches("[1-9]\\d{0,17}")) {
            throw new Refusal(400, "'" + text + "' is no number of a snapshot");
        }
        return Long.parseLong(text);
    }

    private static Object done(Supplier<List<Difference>> asked) {
        try {
            return Map.of("differences", asked.get().stream().map(Difference::tree).toList());
        } catch (InvalidConfiguration e) {
            throw new Refusal(422, e.getMessage());
        }
    }
}
