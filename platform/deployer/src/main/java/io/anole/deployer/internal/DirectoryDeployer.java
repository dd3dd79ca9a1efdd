package io.anole.deployer.internal;

import io.anole.deployer.Deployment;
import io.anole.deployer.Deployments;
import io.anole.deployer.Outcome;
import io.anole.deployer.Plan;
import io.anole.supervisor.ProcessUpdates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The deployer as a component: gives the {@link DeployThread} what it needs, and others what it knows. What is deployed already
 * runs when this is activated; what is new in the directory is deployed afterwards, and as a {@code Supplier} with
 * {@code anole.readiness=contribution} this holds the runtime's readiness back until all of it has been looked at.
 */
@Component(service = {Deployments.class, Supplier.class}, configurationPid = "io.anole.deployer", immediate = true,
        property = "anole.readiness=contribution")
@Designate(ocd = DeployerConfig.class)
public final class DirectoryDeployer implements Deployments, Supplier<List<String>>, Surroundings {
    private static final String CHECKS = "(" + HealthCheck.TAGS + "=deploy)";

    private final BundleContext context;
    private final DeployThread thread;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile ProcessUpdates updates;
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile ServiceComponentRuntime components;
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    volatile List<Interlock> interlocks = List.of();

    @Activate
    public DirectoryDeployer(BundleContext context, DeployerConfig config) throws IOException {
        this.context = context;
        this.thread = new DeployThread(context, config, this);
    }

    @Activate
    void start() throws IOException {
        thread.start();
    }

    @Deactivate
    void stop() throws IOException {
        thread.stop();
    }

    @Override
    public Path directory() {
        return thread.directory();
    }

    @Override
    public List<Deployment> list() {
        return thread.report();
    }

    @Override
    public CompletableFuture<Plan> plan(List<Path> files) {
        return thread.submit(jobs -> jobs.plan(files));
    }

    @Override
    public CompletableFuture<Outcome> deploy(List<Path> files, String who, Consumer<String> progress) {
        return thread.submit(jobs -> jobs.deploy(files, who, progress));
    }

    @Override
    public CompletableFuture<Outcome> rollback(String bundle, String version, String who, Consumer<String> progress) {
        return thread.submit(jobs -> jobs.rollback(bundle, version, who, progress));
    }

    @Override
    public CompletableFuture<Outcome> remove(List<String> files, String who, Consumer<String> progress) {
        return thread.submit(jobs -> jobs.remove(files, who, progress));
    }

    @Override
    public List<String> versions(String bundle) {
        return thread.versions(bundle);
    }

    @Override
    public List<Outcome> history() {
        return thread.history();
    }

    @Override
    public List<String> get() {
        return thread.unsatisfied();
    }

    @Override
    public Optional<ProcessUpdates> updates() {
        return Optional.ofNullable(updates);
    }

    @Override
    public Optional<ServiceComponentRuntime> components() {
        return Optional.ofNullable(components);
    }

    @Override
    public List<Interlock> interlocks() {
        return interlocks;
    }

    @Override
    public List<ServiceReference<HealthCheck>> checks() {
        try {
            return List.copyOf(context.getServiceReferences(HealthCheck.class, CHECKS));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
