package io.anole.gateway.internal.rest;

import io.anole.access.Role;
import io.anole.gateway.internal.rest.Route.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Everything that the API can do: the one table that is served and that the OpenAPI document is made of. */
final class Routes {
    private final List<Route> all = new ArrayList<>();

    Routes(BusRoutes buses, ProcessRoutes processes, DeployRoutes deployments, ConfigRoutes configurations, Jobs jobs,
            Streams streams, Supplier<Map<String, Object>> statistics, String version) {
        all.add(Route.of("GET", "/openapi.json", "getOpenApi", "This document", Role.VIEWER, Answer.of(Schemas.MAP),
                call -> OpenApi.of(all, version)));
        all.add(Route.of("GET", "/statistics", "getStatistics", "What the gateway has counted", Role.VIEWER,
                Answer.of(Schemas.MAP), call -> statistics.get()));
        all.addAll(buses.all());
        all.addAll(processes.all());
        all.addAll(deployments.all());
        all.addAll(configurations.all());
        all.add(Route.of("GET", "/jobs", "listJobs", "Changes under way and the latest that are over, the newest first",
                Role.VIEWER, Answer.of(Schemas.within("jobs", Schemas.list(Schemas.JOB))), call -> Map.of("jobs", jobs.trees())));
        all.add(Route.of("GET", "/jobs/{job}", "getJob", "One change: its steps, and how it ended", Role.VIEWER,
                Answer.of(Schemas.JOB), call -> jobs.job(call.text("job")).tree()));
        all.add(Route.of("GET", "/jobs/{job}/stream", "streamJob", "The steps of a change as server-sent events, and at last, with "
                + "the event 'end', how it ended", Role.VIEWER, Answer.events(), call -> {
                    Jobs.Job job = jobs.job(call.text("job"));
                    streams.open(call, job.events(), null, job.changes());
                    return null;
                }));
    }

    List<Route> all() {
        return List.copyOf(all);
    }
}
