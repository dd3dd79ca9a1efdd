package io.anole.gateway.internal.rest;

import io.anole.access.Role;
import io.anole.deployer.Deployment;
import io.anole.deployer.Deployments;
import io.anole.deployer.Outcome;
import io.anole.deployer.Plan;
import io.anole.deployer.Plan.Change;
import io.anole.deployer.Upload;
import io.anole.gateway.internal.access.Refusal;
import io.anole.gateway.internal.rest.Route.Answer;
import io.anole.gateway.internal.rest.Route.Parameter;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deployments: what there is, what an upload would do, doing it, bringing former versions back, and removals. */
final class DeployRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(DeployRoutes.class);
    private static final String JAR = "application/java-archive";
    private static final Parameter NAME = Parameter.needed("name", "string", "Of the file in the deploy directory, such as arm.jar");

    private final Supplier<Deployments> deployments;
    private final Jobs jobs;
    private final long most;

    /**
     * @param deployments null when there is no deployer
     * @param most        bytes of a jar
     */
    DeployRoutes(Supplier<Deployments> deployments, Jobs jobs, long most) {
        this.deployments = deployments;
        this.jobs = jobs;
        this.most = most;
    }

    List<Route> all() {
        return List.of(
                Route.of("GET", "/deployments", "listDeployments", "The files of the deploy directory", Role.VIEWER,
                        Answer.of(Schemas.within("deployments", Schemas.list(Schemas.DEPLOYMENT))),
                        call -> Map.of("deployments", deployer().list().stream().map(this::tree).toList())),
                Route.of("GET", "/deployments/history", "listDeploys", "What was deployed, rolled back and removed, the newest first",
                        Role.VIEWER, Answer.of(Schemas.within("history", Schemas.list(Schemas.OUTCOME))),
                        call -> Map.of("history", deployer().history().stream().map(DeployRoutes::tree).toList())),
                Route.of("POST", "/deployments/plan", "planDeploy", "What deploying a jar would do; nothing is touched", Role.ADMIN,
                        Answer.of(Schemas.PLAN), this::plan, NAME).taking(JAR, "The jar"),
                Route.of("POST", "/deployments", "deploy", "Deploys a jar: it is tried out, watched, and committed or taken back",
                        Role.ADMIN, Answer.begun(Schemas.JOB), this::deploy, NAME).taking(JAR, "The jar"),
                Route.of("POST", "/deployments/rollback", "rollBack", "Brings a former version of a deployed bundle back", Role.ADMIN,
                        Answer.begun(Schemas.JOB), this::rollback, Parameter.needed("bundle", "string", "Its symbolic name"),
                        Parameter.optional("version", "string", "A version that is kept; the one before unless given")),
                Route.of("DELETE", "/deployments/files/{file}", "removeDeployment", "Removes a file of the deploy directory, and the bundle "
                        + "that no other file there holds", Role.ADMIN, Answer.begun(Schemas.JOB), this::remove));
    }

    private Deployments deployer() {
        Deployments there = deployments.get();
        if (there == null) {
            throw new Refusal(503, "the deployer is not there: is bundle io.anole.deployer active? See ./anole bundle list");
        }
        return there;
    }

    private Upload upload(Call call) throws IOException {
        try {
            return Upload.receive(call.text("name"), call.request().getInputStream(), most);
        } catch (Upload.TooLarge e) {
            throw new Refusal(413, e.getMessage());
        }
    }

    private static void discard(Upload upload) {
        try {
            upload.close();
        } catch (IOException e) {
            LOG.warn("REST: {} is left behind: {}", upload.jar(), e.toString());
        }
    }

    private Object plan(Call call) throws Exception {
        Deployments deployer = deployer();
        Upload upload = upload(call);
        try {
            return tree(Patience.await(deployer.plan(List.of(upload.jar()))));
        } finally {
            discard(upload);
        }
    }

    private Object deploy(Call call) throws IOException {
        Deployments deployer = deployer();
        Upload upload = upload(call);
        try {
            return jobs.begin("deploy of " + upload.jar().getFileName(), call.visitor(),
                    step -> deployer.deploy(List.of(upload.jar()), call.who(), step)
                            .whenComplete((outcome, failure) -> discard(upload)).thenApply(DeployRoutes::end)).tree();
        } catch (RuntimeException e) {
            discard(upload);
            throw e;
        }
    }

    private Object rollback(Call call) {
        Deployments deployer = deployer();
        String bundle = call.text("bundle");
        String version = call.given("version");
        List<String> former = deployer.versions(bundle).stream().skip(1).toList();
        if (version.isEmpty() ? former.isEmpty() : !former.contains(version)) {
            throw new Refusal(409, "no former version " + (version.isEmpty() ? "" : version + " ") + "of bundle '" + bundle
                    + "' is kept");
        }
        return jobs.begin("rollback of " + bundle + (version.isEmpty() ? "" : " to " + version), call.visitor(),
                step -> deployer.rollback(bundle, version, call.who(), step).thenApply(DeployRoutes::end)).tree();
    }

    private Object remove(Call call) {
        Deployments deployer = deployer();
        String file = call.text("file");
        if (deployer.list().stream().noneMatch(one -> one.file().equals(file))) {
            throw new Refusal(404, "there is no file '" + file + "' in the deploy directory");
        }
        return jobs.begin("removal of " + file, call.visitor(),
                step -> deployer.remove(List.of(file), call.who(), step).thenApply(DeployRoutes::end)).tree();
    }

    private static Jobs.End end(Outcome outcome) {
        return new Jobs.End(outcome.result().isGood(), word(outcome.result()) + (outcome.reason().isEmpty() ? "" : ": " + outcome.reason()),
                tree(outcome));
    }

    private Map<String, Object> tree(Deployment deployment) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("file", deployment.file());
        tree.put("bundle", deployment.bundle());
        tree.put("version", deployment.version());
        tree.put("state", word(deployment.state()));
        tree.put("detail", deployment.detail());
        tree.put("versions", deployer().versions(deployment.bundle()));
        return tree;
    }

    private static Map<String, Object> tree(Plan plan) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("changes", plan.changes().stream().map(DeployRoutes::tree).toList());
        tree.put("refreshed", plan.refreshed());
        tree.put("processes", plan.processes().stream()
                .map(process -> Map.of("name", process.name(), "state", process.state(), "bundle", process.bundle())).toList());
        tree.put("refusals", plan.refusals());
        tree.put("waits", plan.waits());
        tree.put("notes", plan.notes());
        return tree;
    }

    private static Map<String, Object> tree(Change change) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("action", word(change.action()));
        tree.put("bundle", change.bundle());
        tree.put("from", change.from());
        tree.put("fromSha256", change.fromSha256());
        tree.put("to", change.to());
        tree.put("toSha256", change.toSha256());
        tree.put("file", change.file());
        return tree;
    }

    private static Map<String, Object> tree(Outcome outcome) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", outcome.id());
        tree.put("time", outcome.time().toString());
        tree.put("who", outcome.who());
        tree.put("what", outcome.what());
        tree.put("changes", outcome.changes().stream().map(DeployRoutes::tree).toList());
        tree.put("result", word(outcome.result()));
        tree.put("reason", outcome.reason());
        return tree;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
