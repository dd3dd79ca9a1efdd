package io.anole.config.internal;

import io.anole.config.ConfigurationCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is wrong with a configuration, and what of it nobody reads, by what bundles, checks and providers say of it. Any thread.
 */
final class Review {
    private final Descriptions descriptions;
    private final Providers providers;
    private final Supplier<List<ConfigurationCheck>> checks;
    private final Supplier<Readers.Pids> read;

    Review(Descriptions descriptions, Providers providers, Supplier<List<ConfigurationCheck>> checks, Supplier<Readers.Pids> read) {
        this.descriptions = descriptions;
        this.providers = providers;
        this.checks = checks;
        this.read = read;
    }

    /** One that asks bundles once for many configurations. */
    Review now() {
        Readers.Pids pids = read.get();
        return new Review(descriptions.now(), providers, checks, () -> pids);
    }

    /** Why these properties will not do, a line for each reason. What works without any configuration needs no key of it. */
    List<String> problems(String pid, String factory, Map<String, Object> properties) {
        boolean optional = factory == null && read.get().optional().contains(pid);
        return problems(pid, factory, properties, optional ? Description::wrong : Description::problems);
    }

    /** As {@link #problems}, of what is set alone. */
    List<String> wrong(String pid, String factory, Map<String, Object> properties) {
        return problems(pid, factory, properties, Description::wrong);
    }

    private interface Judgement {
        List<String> of(Description description, String pid, Map<String, Object> properties);
    }

    private List<String> problems(String pid, String factory, Map<String, Object> properties, Judgement judgement) {
        List<String> nowhere = Descriptions.onlyDescribed(pid);
        if (!nowhere.isEmpty()) {
            return nowhere;
        }
        List<String> problems = new ArrayList<>();
        descriptions.of(pid, factory, properties).ifPresent(description -> problems.addAll(judgement.of(description, pid, properties)));
        checks.get().forEach(check -> check.problems(pid, properties).forEach(problem -> problems.add(pid + ": " + problem)));
        if (problems.isEmpty()) {
            problems.addAll(providers.problems(pid, factory, properties));
        }
        return problems;
    }

    /** Whether some check knows the key, though no description does. */
    boolean checked(String pid, String key) {
        return checks.get().stream().anyMatch(check -> check.knows(pid, key));
    }

    /** What is there without effect, a line for each reason: nobody reads it. */
    List<String> strays(String pid, String factory, Map<String, Object> properties) {
        Optional<Description> described = descriptions.of(pid, factory, properties);
        if (described.isEmpty()) {
            boolean stray = pid.indexOf('|') < 0 && !read.get().all().contains(factory == null ? pid : factory);
            return stray && Descriptions.onlyDescribed(pid).isEmpty()
                    ? List.of(pid + " configures nothing: no bundle here takes a configuration of that name") : List.of();
        }
        if (descriptions.absentProvider(factory, properties).isPresent()) {
            return List.of();
        }
        return properties.keySet().stream().sorted().filter(key -> !described.get().knows(key) && !isOfDs(key) && !checked(pid, key))
                .map(key -> pid + " has no key '" + key + "'; it has " + described.get().keys()).toList();
    }

    /** What Declarative Services reads of any component's configuration, and what is of services and components in general. */
    private static boolean isOfDs(String key) {
        return key.startsWith(".") || key.startsWith("service.") || key.startsWith("osgi.") || key.endsWith(".target")
                || key.endsWith(".cardinality.minimum");
    }
}
