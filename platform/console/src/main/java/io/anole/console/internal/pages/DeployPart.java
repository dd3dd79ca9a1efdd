package io.anole.console.internal.pages;

import io.anole.deployer.Deployment;
import io.anole.deployer.Deployments;
import io.anole.deployer.Outcome;
import io.anole.deployer.Outcome.Result;
import io.anole.deployer.Plan.Change;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The deploy directory, its history, and rollbacks: one at a time from here, whose steps the deployer's thread tells while the
 * page looks on.
 */
@Component(service = Part.class)
public final class DeployPart implements Part {
    static final String NAME = "deploy";
    private static final int SHORT_DIGEST = 12;

    private final Deployments deployments;
    private final AtomicReference<Progress> progress = new AtomicReference<>(new Progress("", "idle"));

    /** @param state {@code idle}, {@code busy}, {@code good} or {@code bad} */
    private record Progress(String text, String state) {
    }

    @Activate
    public DeployPart(@Reference Deployments deployments) {
        this.deployments = deployments;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Object state(Map<String, String> asked) {
        Progress now = progress.get();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("directory", deployments.directory().toString());
        tree.put("files", deployments.list().stream().map(this::tree).toList());
        tree.put("history", deployments.history().stream().map(DeployPart::tree).toList());
        tree.put("rollback", Map.of("text", now.text, "state", now.state));
        return tree;
    }

    private Map<String, Object> tree(Deployment deployment) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("file", deployment.file());
        tree.put("bundle", deployment.bundle());
        tree.put("version", deployment.version());
        tree.put("state", word(deployment.state()));
        tree.put("detail", deployment.detail());
        tree.put("former", former(deployment.bundle()));
        return tree;
    }

    private List<String> former(String bundle) {
        return deployments.versions(bundle).stream().skip(1).distinct().toList();
    }

    private static Map<String, Object> tree(Outcome outcome) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", outcome.id());
        tree.put("time", outcome.time().toString());
        tree.put("who", outcome.who());
        tree.put("what", outcome.what());
        tree.put("changes", outcome.changes().stream().map(DeployPart::told).toList());
        tree.put("result", word(outcome.result()));
        tree.put("reason", outcome.reason());
        return tree;
    }

    private static String told(Change change) {
        return change + (change.toSha256().isEmpty() ? "" : " (sha-256 " + change.toSha256().substring(0, SHORT_DIGEST) + ")");
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Override
    public String act(String action, Map<String, String> parameters, String who) {
        if (!action.equals("rollback")) {
            throw new Refusal(404, "bundles can't be asked to " + action + " here: see ./anole bundle --help");
        }
        return rollback(parameters.getOrDefault("bundle", ""), parameters.getOrDefault("version", ""), who);
    }

    private String rollback(String bundle, String version, String who) {
        if (!former(bundle).contains(version)) {
            throw new Refusal(409, "no former version " + version + " of bundle '" + bundle + "' is kept");
        }
        String about = "rollback of " + bundle + " to " + version;
        Progress former = progress.get();
        if (former.state.equals("busy") || !progress.compareAndSet(former, new Progress(about, "busy"))) {
            throw new Refusal(409, "one after the other: " + former.text);
        }
        deployments.rollback(bundle, version, who, step -> progress.set(new Progress(about + ": " + step, "busy")))
                .whenComplete((outcome, failure) -> progress.set(ended(about, outcome, failure)));
        return about + " has begun";
    }

    private static Progress ended(String about, Outcome outcome, Throwable failure) {
        if (failure != null) {
            return new Progress(about + ": failed: " + failure.getMessage(), "bad");
        }
        boolean good = outcome.result() == Result.COMMITTED || outcome.result() == Result.UNCHANGED;
        return new Progress(about + ": " + word(outcome.result()) + (outcome.reason().isEmpty() ? "" : ": " + outcome.reason()),
                good ? "good" : "bad");
    }
}
