package io.anole.console.internal.pages;

import io.anole.process.ProcessInfo;
import io.anole.process.ProcessInfo.Jvm;
import io.anole.process.State;
import io.anole.process.Supervisor;
import io.anole.supervisor.ProcessUpdates;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The processes, and what the supervisor can do to one of them. */
@Component(service = Part.class)
public final class ProcessesPart implements Part {
    private final Supervisor supervisor;
    private final ProcessUpdates updates;
    private final History.Kept history;

    @Activate
    public ProcessesPart(@Reference Supervisor supervisor, @Reference ProcessUpdates updates, @Reference History history) {
        this.supervisor = supervisor;
        this.updates = updates;
        this.history = history.keep(readings -> supervisor.processes()
                .forEach(info -> readings.put(info.name(), info.rate(), info.jitterMillis())));
    }

    @Deactivate
    void close() {
        history.close();
    }

    @Override
    public String name() {
        return "processes";
    }

    @Override
    public Object state(Map<String, String> asked) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("at", Patience.millis());
        tree.put("emergency", supervisor.emergency().orElse(""));
        tree.put("processes", supervisor.processes().stream().map(ProcessesPart::tree).toList());
        history.of(asked.getOrDefault("chart", "")).ifPresent(values -> tree.put("chart", values));
        return tree;
    }

    private static Map<String, Object> tree(ProcessInfo info) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", info.name());
        tree.put("state", word(info.state()));
        tree.put("reason", info.reason());
        tree.put("last_error", info.lastError());
        tree.put("bundle", info.bundle());
        tree.put("frequency", info.frequency());
        tree.put("rate", info.rate());
        tree.put("cycles", info.cycles());
        tree.put("missed", info.missed());
        tree.put("errors", info.errors());
        tree.put("restarts", info.restarts());
        tree.put("mail", info.mail());
        tree.put("dropped", info.dropped());
        tree.put("depends", info.depends());
        tree.put("jitter", info.jitterMillis());
        tree.put("forked", info.forked());
        tree.put("jvm", info.jvm().map(Jvm::told).orElse(""));
        return tree;
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String act(String action, Map<String, String> asked, String who) {
        return switch (action) {
            case "start" -> change(asked, "started", supervisor::start);
            case "stop" -> change(asked, "stopped", supervisor::stop);
            case "restart" -> change(asked, "restarted", supervisor::restart);
            case "move" -> switch (asked.getOrDefault("to", "")) {
                case "child" -> change(asked, "moved", name -> updates.move(name, true));
                case "thread" -> change(asked, "moved", name -> updates.move(name, false));
                default -> throw new Refusal(400, "a process can move to child or to thread");
            };
            case "release" -> {
                supervisor.release();
                yield "released: start what is to run";
            }
            default -> throw new Refusal(404, "processes can't be asked to " + action + " here: see ./anole process --help");
        };
    }

    private String change(Map<String, String> asked, String done, Function<String, ? extends CompletionStage<ProcessInfo>> change) {
        String name = asked.getOrDefault("name", "");
        if (supervisor.process(name).isEmpty()) {
            throw new Refusal(404, "there is no process '" + name + "'");
        }
        return Patience.await(change.apply(name))
                .map(info -> name + " is " + word(info.state()) + (info.reason().isEmpty() ? "" : ": " + info.reason()))
                .orElse(name + " is not " + done + " yet: its state will tell");
    }
}
