package io.anole.gateway.internal.rest;

import io.anole.access.Role;
import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.rest.Route.Answer;
import io.anole.gateway.internal.rest.Route.Parameter;
import io.anole.process.ProcessInfo;
import io.anole.process.Supervisor;
import io.anole.supervisor.ProcessUpdates;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Processes: how they are, starting, stopping and moving them. */
final class ProcessRoutes {
    private final Supplier<Supervisor> supervisor;
    private final Supplier<ProcessUpdates> updates;
    private final Jobs jobs;

    /** The services are null when they are not there. */
    ProcessRoutes(Supplier<Supervisor> supervisor, Supplier<ProcessUpdates> updates, Jobs jobs) {
        this.supervisor = supervisor;
        this.updates = updates;
        this.jobs = jobs;
    }

    List<Route> all() {
        return List.of(
                Route.of("GET", "/processes", "listProcesses", "The processes", Role.VIEWER,
                        Answer.of(Schemas.within("processes", Schemas.list(Schemas.PROCESS))),
                        call -> Map.of("processes", supervisor().processes().stream().map(ProcessRoutes::process).toList())),
                Route.of("GET", "/processes/{process}", "getProcess", "One process", Role.VIEWER, Answer.of(Schemas.PROCESS),
                        call -> process(known(call))),
                Route.of("POST", "/processes/{process}/start", "startProcess", "Starts a process, and what it depends on",
                        Role.ADMIN, Answer.of(Schemas.PROCESS),
                        call -> process(Patience.await(supervisor().start(call.text("process"))))),
                Route.of("POST", "/processes/{process}/stop", "stopProcess", "Stops a process, and what depends on it",
                        Role.ADMIN, Answer.of(Schemas.PROCESS),
                        call -> process(Patience.await(supervisor().stop(call.text("process"))))),
                Route.of("POST", "/processes/{process}/restart", "restartProcess", "Stops and starts a process", Role.ADMIN,
                        Answer.of(Schemas.PROCESS),
                        call -> process(Patience.await(supervisor().restart(call.text("process"))))),
                Route.of("POST", "/processes/{process}/move", "moveProcess", "Moves a process to a JVM of its own, or back, with its "
                        + "state", Role.ADMIN, Answer.begun(Schemas.JOB), this::move,
                        Parameter.needed("to", "string", "child: a JVM of its own; thread: a thread of this one")));
    }

    private Object move(Call call) {
        String to = call.text("to");
        if (!to.equals("child") && !to.equals("thread")) {
            throw new Refusal(400, "a process can move to=child or to=thread");
        }
        String name = known(call).name();
        ProcessUpdates there = present(updates.get());
        return jobs.begin("move of process " + name + " to " + to, call.visitor(), step -> there.move(name, to.equals("child"))
                .thenApply(info -> new Jobs.End(true, info.reason(), process(info)))).tree();
    }

    private ProcessInfo known(Call call) {
        return supervisor().process(call.text("process"))
                .orElseThrow(() -> new Refusal(404, "there is no process '" + call.text("process") + "'"));
    }

    private Supervisor supervisor() {
        return present(supervisor.get());
    }

    private static <T> T present(T service) {
        if (service == null) {
            throw new Refusal(503, "the supervisor is not there: is bundle io.anole.supervisor active? See ./anole bundle list");
        }
        return service;
    }

    private static Map<String, Object> process(ProcessInfo info) {
        Map<String, Object> process = new LinkedHashMap<>();
        process.put("name", info.name());
        process.put("state", info.state().name().toLowerCase(Locale.ROOT));
        process.put("reason", info.reason());
        process.put("bundle", info.bundle());
        process.put("frequency", info.frequency());
        process.put("cycles", info.cycles());
        process.put("missed", info.missed());
        process.put("errors", info.errors());
        process.put("restarts", info.restarts());
        process.put("mail", info.mail());
        process.put("dropped", info.dropped());
        process.put("lastError", info.lastError());
        return process;
    }
}
