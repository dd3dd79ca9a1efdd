package io.anole.console.internal.pages;

import io.anole.deployer.Deployment;
import io.anole.deployer.Deployments;
import io.anole.deployer.Outcome;
import io.anole.deployer.Plan.Change;
import io.anole.deployer.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deploy directory, its history, uploads, rollbacks and removals: one at a time from here, whose steps the deployer's thread tells while the
 * page looks on.
 */
@Component(service = Part.class)
public final class DeployPart implements Part {
    static final String NAME = "deploy";
    private static final int SHORT_DIGEST = 12;
    /** Of an upload. */
    private static final long MOST_BYTES = 256L << 20;
    private static final Logger LOG = LoggerFactory.getLogger(DeployPart.class);

    private final Deployments deployments;
    private final Progress progress = new Progress();

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
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("directory", deployments.directory().toString());
        tree.put("files", deployments.list().stream().map(this::tree).toList());
        tree.put("history", deployments.history().stream().map(DeployPart::tree).toList());
        tree.put("progress", progress.tree());
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
        return switch (action) {
            case "rollback" -> rollback(parameters.getOrDefault("bundle", ""), parameters.getOrDefault("version", ""), who);
            case "remove" -> remove(parameters.getOrDefault("file", ""), who);
            default -> throw new Refusal(404, "bundles can't be asked to " + action + " here: see ./anole bundle --help");
        };
    }

    /** @param version empty for the one before */
    private String rollback(String bundle, String version, String who) {
        List<String> former = former(bundle);
        if (version.isEmpty() ? former.isEmpty() : !former.contains(version)) {
            throw new Refusal(409, "no former version " + (version.isEmpty() ? "" : version + " ") + "of bundle '" + bundle
                    + "' is kept");
        }
        String begun = progress.begin("rollback of " + bundle + (version.isEmpty() ? "" : " to " + version));
        follow(deployments.rollback(bundle, version, who, progress::step));
        return begun;
    }

    private String remove(String file, String who) {
        if (deployments.list().stream().noneMatch(deployment -> deployment.file().equals(file))) {
            throw new Refusal(409, "there is no file '" + file + "' in the deploy directory (any more)");
        }
        String begun = progress.begin("removal of " + file);
        follow(deployments.remove(List.of(file), who, progress::step));
        return begun;
    }

    /** One jar, which is planned, tried out and watched like any deploy. Its name becomes that of the file in the deploy directory. */
    @Override
    public String take(Map<String, String> asked, InputStream file, String who) {
        String name = asked.getOrDefault("name", "");
        try {
            Upload.check(name);
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, e.getMessage());
        }
        String begun = progress.begin("deploy of " + name);
        try {
            deploy(Upload.receive(name, file, MOST_BYTES), who);
            return begun;
        } catch (Upload.TooLarge e) {
            progress.fail(e);
            throw new Refusal(413, e.getMessage());
        } catch (IOException e) {
            progress.fail(e);
            throw new Refusal(400, "the file did not come whole, or can't be kept: " + Patience.told(e));
        } catch (RuntimeException e) {
            progress.fail(e);
            throw e;
        }
    }

    private void deploy(Upload upload, String who) {
        try {
            follow(deployments.deploy(List.of(upload.jar()), who, progress::step)
                    .whenComplete((outcome, failure) -> discard(upload)));
        } catch (RuntimeException e) {
            discard(upload);
            throw e;
        }
    }

    private static void discard(Upload upload) {
        try {
            upload.close();
        } catch (IOException e) {
            LOG.warn("web console: {} is left behind: {}", upload.jar(), e.toString());
        }
    }

    private void follow(CompletableFuture<Outcome> change) {
        change.whenComplete((outcome, failure) -> {
            if (failure != null) {
                progress.fail(failure);
            } else {
                progress.end(outcome.result().isGood(), word(outcome.result()) + (outcome.reason().isEmpty() ? "" : ": " + outcome.reason()));
            }
        });
    }
}
