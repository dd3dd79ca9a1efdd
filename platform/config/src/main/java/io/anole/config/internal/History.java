package io.anole.config.internal;

import io.anole.config.ConfigurationCheck;
import io.anole.config.Configurations;
import io.anole.config.Difference;
import io.anole.config.InvalidConfiguration;
import io.anole.config.Setting;
import io.anole.config.Snapshot;
import io.anole.config.internal.Store.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps every state of the configurations, whoever changed them, and changes them on request once they have been checked.
 *
 * <p>All that reads or writes snapshots holds this object's lock, on the caller's thread or, some time after a change by others
 * was heard of, on one of its own. Immediate, because the first change must find what was before. What is wrong with the configurations
 * there are is told in the log once, and to who asks why the runtime is not ready.
 */
@Component(service = {Configurations.class, ConfigurationListener.class}, immediate = true, configurationPid = HistoryConfig.PID)
@Designate(ocd = HistoryConfig.class)
public final class History implements Configurations, ConfigurationListener {
    private static final Logger LOG = LoggerFactory.getLogger(History.class);
    /** Registered by the launcher before it starts anything. */
    private static final String FEATURES = "io.anole.launcher.Features";
    private static final int TOLD = 5;
    private static final long IDLE_SECONDS = 5;
    /** Made from other configurations, and made anew at each start. */
    private static final Set<String> DERIVED = Set.of("io.anole.child");

    @Reference
    private volatile List<ConfigurationCheck> checks = List.of();
    private final ConfigurationAdmin admin;
    private final Descriptions descriptions;
    private final Review review;
    private final Store store;
    private volatile int most;
    private volatile int quietMillis;
    private final ScheduledThreadPoolExecutor later = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "config-history");
        thread.setDaemon(true);
        return thread;
    });
    /** Guarded by this object. */
    private boolean stopped;
    /** What was said to be wrong, or without effect. Guarded by this object. */
    private Set<String> told = Set.of();
    /** What was wrong when that was looked at last; null if it never was. */
    private volatile List<String> wrong;
    private final ServiceRegistration<?> readiness;
    private final BundleContext context;
    private final BundleListener bundles = this::bundleChanged;
    /** Changed by others since the newest snapshot. Guarded by itself. */
    private final SortedSet<String> heard = new TreeSet<>();

    @Activate
    public History(BundleContext context, HistoryConfig config, @Reference ConfigurationAdmin admin,
            @Reference MetaTypeService metatypes, @Reference ServiceComponentRuntime components) throws IOException {
        this.context = context;
        this.admin = admin;
        descriptions = new Descriptions(context, metatypes);
        review = new Review(descriptions, new Providers(context, descriptions), () -> checks, new Readers(context, components)::pids);
        configure(config);
        String home = context.getProperty("anole.home");
        if (home == null) {
            throw new IllegalStateException("framework property anole.home is not set: there is no place for snapshots");
        }
        store = new Store(Path.of(home, "snapshots"));
        later.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        later.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        later.allowCoreThreadTimeOut(true);
        later.schedule(() -> afterwards("as found at the start"), quietMillis, TimeUnit.MILLISECONDS);
        context.addBundleListener(bundles);
        readiness = context.registerService(Supplier.class, (Supplier<List<String>>) this::unsatisfied,
                new Hashtable<>(Map.of("anole.readiness", "contribution")));
    }

    @Modified
    void configure(HistoryConfig config) {
        most = Math.max(2, Math.min(1000, config.snapshots_max()));
        quietMillis = Math.max(10, Math.min(60_000, config.quiet_ms()));
    }

    /** What is being kept is waited for. */
    @Deactivate
    void stop() {
        readiness.unregister();
        context.removeBundleListener(bundles);
        later.shutdown();
        synchronized (this) {
            stopped = true;
        }
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        heard(event.getPid());
    }

    /** What a configuration may hold is for the bundles that there are to say. */
    private void bundleChanged(BundleEvent event) {
        if ((event.getType() & (BundleEvent.RESOLVED | BundleEvent.UPDATED | BundleEvent.UNINSTALLED)) != 0) {
            heard("");
        }
    }

    private void heard(String pid) {
        boolean first;
        synchronized (heard) {
            first = heard.isEmpty();
            heard.add(pid);
        }
        if (first) {
            try {
                later.schedule(() -> afterwards(null), quietMillis, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("not kept before the next start: {}", pid);
            }
        }
    }

    /** Keeps what others have changed, and says what is wrong now. */
    private synchronized void afterwards(String cause) {
        if (stopped) {
            return;
        }
        try {
            keep(cause);
            look();
        } catch (IOException | RuntimeException e) {
            LOG.error("the configurations were not kept: {}", e.toString());
        }
    }

    /** Says of what is wrong, and of what has no effect, what was not said before. */
    private synchronized List<String> look() {
        List<String> problems = problems();
        Set<String> found = new LinkedHashSet<>(problems);
        if (isStarting()) {
            // Who reads a configuration may be yet to come.
            heard("");
        } else {
            found.addAll(strays());
        }
        found.stream().filter(line -> !told.contains(line)).forEach(line -> LOG.warn("configuration {}", line));
        told = found;
        wrong = problems;
        return problems;
    }

    /** Whether a launcher is here that has not yet started all that starts with the runtime. */
    private boolean isStarting() {
        try {
            return context.getAllServiceReferences(FEATURES, "(!(anole.started=true))") != null;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> unsatisfied() {
        List<String> known = wrong;
        return (known == null ? look() : known).stream().map(line -> "configuration " + line).toList();
    }

    private interface Question {
        List<String> ask(Review review, String pid, String factory, Map<String, Object> properties);
    }

    private List<String> ofAll(Question question) {
        Review now = review.now();
        return all().entrySet().stream().flatMap(each -> question.ask(now, each.getKey(), each.getValue().factory,
                Values.values(each.getValue().texts)).stream()).toList();
    }

    @Override
    public List<String> problems() {
        return ofAll(Review::wrong);
    }

    @Override
    public List<String> strays() {
        return ofAll(Review::strays);
    }

    private SortedMap<String, SortedMap<String, Object>> newest() throws IOException {
        return store.newest().map(Stored::configurations).orElseGet(TreeMap::new);
    }

    private static List<String> changed(Map<String, ?> before, Map<String, ?> after) {
        return Stream.concat(before.keySet().stream(), after.keySet().stream()).distinct().sorted()
                .filter(pid -> !Objects.equals(before.get(pid), after.get(pid))).toList();
    }

    /** Takes a snapshot unless all is as in the newest. @param cause null for what was heard of */
    private void keep(String cause) throws IOException {
        synchronized (heard) {
            heard.clear();
        }
        SortedMap<String, SortedMap<String, Object>> before = newest();
        SortedMap<String, SortedMap<String, Object>> now = now();
        List<String> changed = changed(before, now);
        if (changed.isEmpty() && !store.all().isEmpty()) {
            return;
        }
        String words = cause != null ? cause : "changed by others: " + String.join(", ", changed.stream().limit(TOLD).toList())
                + (changed.size() > TOLD ? " and " + (changed.size() - TOLD) + " more" : "");
        store.add(words, now, most);
    }

    /** A configuration as it was when it was read. */
    private record Found(Configuration configuration, String factory, SortedMap<String, Object> texts) {
    }

    private SortedMap<String, Found> all() {
        SortedMap<String, Found> all = new TreeMap<>();
        try {
            Configuration[] found = admin.listConfigurations(null);
            for (Configuration configuration : found == null ? new Configuration[0] : found) {
                read(configuration).filter(one -> one.factory == null || !DERIVED.contains(one.factory))
                        .ifPresent(one -> all.put(configuration.getPid(), one));
            }
            return all;
        } catch (IOException | InvalidSyntaxException e) {
            throw new IllegalStateException("the configurations can't be read: " + e.getMessage(), e);
        }
    }

    /** Empty if somebody deletes it meanwhile. */
    private static Optional<Found> read(Configuration configuration) {
        try {
            Dictionary<String, Object> properties = configuration.getProperties();
            return Optional.ofNullable(properties)
                    .map(present -> new Found(configuration, configuration.getFactoryPid(), Values.texts(present)));
        } catch (IllegalStateException e) {
            LOG.debug("{}", e.getMessage());
            return Optional.empty();
        }
    }

    private SortedMap<String, SortedMap<String, Object>> now() {
        SortedMap<String, SortedMap<String, Object>> now = new TreeMap<>();
        all().forEach((pid, found) -> now.put(pid, found.texts));
        return now;
    }

    private Optional<Found> find(String pid) {
        return Optional.ofNullable(all().get(pid));
    }

    /** The factory of an instance, known or to be made, or null. */
    private String factory(String pid) {
        return find(pid).map(Found::factory).orElseGet(() -> pid.indexOf('~') < 0 ? null : pid.substring(0, pid.indexOf('~')));
    }

    @Override
    public List<String> pids() {
        return List.copyOf(now().keySet());
    }

    @Override
    public List<Setting> show(String pid) {
        Optional<Found> found = find(pid);
        Optional<Description> described = descriptions.of(pid, factory(pid),
                found.map(one -> (Map<String, Object>) Values.values(one.texts)).orElse(Map.of()));
        if (found.isEmpty() && described.isEmpty()) {
            throw new NoSuchElementException("there is no configuration " + pid + ", and no bundle describes one");
        }
        SortedMap<String, Object> set = found.map(Found::texts).orElseGet(TreeMap::new);
        List<Setting> settings = new ArrayList<>();
        described.ifPresent(description -> description.attributes().forEach(attribute -> settings.add(
                setting(attribute, description, set))));
        set.forEach((typed, text) -> {
            String key = Values.key(typed);
            if (described.isEmpty() || !described.get().knows(key)) {
                settings.add(new Setting(key, Values.type(typed), Secrets.masked(Secrets.named(key), text), null, ""));
            }
        });
        return settings;
    }

    private static Setting setting(AttributeDefinition attribute, Description description, Map<String, Object> set) {
        String key = attribute.getID();
        boolean secret = description.isSecret(key) || Secrets.named(key);
        Object text = set.entrySet().stream().filter(entry -> Values.key(entry.getKey()).equals(key))
                .map(Map.Entry::getValue).findFirst().orElse(null);
        String[] fallback = attribute.getDefaultValue();
        Object shown = fallback == null ? null : attribute.getCardinality() != 0 ? List.of(fallback)
                : fallback.length == 0 ? "" : fallback[0];
        return new Setting(key, Description.type(attribute), Secrets.masked(secret, text), Secrets.masked(secret, shown),
                Description.words(attribute));
    }

    @Override
    public void check(String pid, Map<String, Object> properties) {
        List<String> problems = new ArrayList<>(review.problems(pid, factory(pid), properties));
        problems.addAll(descriptions.misplaced(pid, factory(pid), properties));
        refuse(problems);
    }

    private static void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new InvalidConfiguration(problems);
        }
    }

    @Override
    public synchronized List<Difference> set(String pid, Map<String, Object> changes, boolean unknown, String who) {
        refuse(Descriptions.onlyDescribed(pid));
        Optional<Found> found = find(pid);
        SortedMap<String, Object> properties = found.map(one -> Values.values(one.texts))
                .orElseGet(TreeMap::new);
        Map<String, Object> wanted = new TreeMap<>(properties);
        wanted.putAll(changes);
        Optional<Description> described = descriptions.of(pid, factory(pid), wanted);
        if (found.isEmpty() && described.isEmpty() && !unknown && !changes.keySet().stream().allMatch(key -> review.checked(pid, key))) {
            throw new NoSuchElementException("there is no configuration " + pid + ", and no bundle describes one");
        }
        List<String> problems = new ArrayList<>();
        changes.forEach((key, given) -> {
            boolean known = described.isPresent() && described.get().knows(key);
            if (given == null) {
                properties.remove(key);
            } else if (!known && !properties.containsKey(key) && !unknown && described.isPresent() && !review.checked(pid, key)) {
                problems.add(pid + " has no key '" + key + "'; " + descriptions.absentProvider(factory(pid), wanted)
                        .orElseGet(() -> "it has " + described.get().keys()));
            } else {
                String type = known ? described.get().type(key)
                        : properties.containsKey(key) ? Values.like(properties.get(key), given) : Values.guess(given);
                try {
                    properties.put(key, Values.value(type, given));
                } catch (IllegalArgumentException e) {
                    boolean secret = Secrets.named(key) || described.isPresent() && described.get().isSecret(key);
                    problems.add(pid + ": " + key + " must be of type " + type + (secret ? "" : ": " + e.getMessage())
                            + described.map(one -> one.words(key)).filter(words -> !words.isEmpty())
                                    .map(words -> " (" + words + ")").orElse(""));
                }
            }
        });
        if (problems.isEmpty()) {
            problems.addAll(review.problems(pid, factory(pid), properties));
        }
        refuse(problems);
        return change("set by " + who + ": " + pid + " " + String.join(", ", changes.keySet()),
                () -> write(pid, found, properties));
    }

    @Override
    public synchronized void delete(String pid, String who) {
        Configuration found = find(pid).orElseThrow(() -> new NoSuchElementException("there is no configuration " + pid))
                .configuration;
        change("deleted by " + who + ": " + pid, found::delete);
    }

    private interface Change {
        void make() throws IOException;
    }

    private List<Difference> change(String cause, Change change) {
        try {
            keep(null);
            SortedMap<String, SortedMap<String, Object>> before = now();
            change.make();
            List<Difference> differences = differences(before, now());
            keep(cause);
            return differences;
        } catch (IOException e) {
            throw new UncheckedIOException("the configuration can't be written: " + e.getMessage(), e);
        }
    }

    private void write(String pid, Optional<Found> found, Map<String, Object> properties) throws IOException {
        Configuration configuration = found.isPresent() ? found.get().configuration : create(pid);
        configuration.updateIfDifferent(new Hashtable<>(properties));
    }

    private Configuration create(String pid) throws IOException {
        int tilde = pid.indexOf('~');
        return tilde < 0 ? admin.getConfiguration(pid, "?")
                : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?");
    }

    @Override
    public synchronized List<Snapshot> snapshots() {
        return store.all();
    }

    @Override
    public synchronized List<Difference> compare(long from, long to) {
        return differences(state(from), state(to));
    }

    private SortedMap<String, SortedMap<String, Object>> state(long number) {
        if (number == NOW) {
            return now();
        }
        try {
            return store.read(number).map(Stored::configurations).orElseThrow(() -> new NoSuchElementException(
                    "there is no snapshot " + number + "; " + kept()));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private String kept() {
        List<Snapshot> all = store.all();
        return all.isEmpty() ? "none is kept yet"
                : "there are " + all.get(0).number() + " to " + all.get(all.size() - 1).number();
    }

    private List<Difference> differences(SortedMap<String, SortedMap<String, Object>> before,
            SortedMap<String, SortedMap<String, Object>> after) {
        List<Difference> differences = new ArrayList<>();
        for (String pid : changed(before, after)) {
            Optional<Description> described = descriptions.of(pid, factory(pid), Map.of());
            Map<String, Object> was = untyped(before.get(pid));
            Map<String, Object> is = untyped(after.get(pid));
            Stream.concat(was.keySet().stream(), is.keySet().stream()).distinct().sorted()
                    .filter(key -> !Objects.equals(was.get(key), is.get(key))).forEach(key -> {
                        boolean secret = Secrets.named(key) || described.isPresent() && described.get().isSecret(key);
                        differences.add(new Difference(pid, key, Secrets.masked(secret, was.get(key)),
                                Secrets.masked(secret, is.get(key))));
                    });
        }
        return differences;
    }

    private static Map<String, Object> untyped(SortedMap<String, Object> texts) {
        Map<String, Object> untyped = new TreeMap<>();
        if (texts != null) {
            texts.forEach((typed, text) -> untyped.put(Values.key(typed), text));
        }
        return untyped;
    }

    @Override
    public synchronized List<Difference> restore(long snapshot, Collection<String> pids, String who) {
        SortedMap<String, SortedMap<String, Object>> wanted = state(snapshot);
        SortedMap<String, SortedMap<String, Object>> present = now();
        for (String pid : pids) {
            if (!wanted.containsKey(pid) && !present.containsKey(pid)) {
                throw new NoSuchElementException("there is no configuration " + pid + ", and there was none");
            }
        }
        List<String> touched = changed(wanted, present).stream().filter(pid -> pids.isEmpty() || pids.contains(pid)).toList();
        List<String> problems = new ArrayList<>();
        for (String pid : touched) {
            if (wanted.containsKey(pid)) {
                problems.addAll(review.problems(pid, factory(pid), Values.values(wanted.get(pid))));
            }
        }
        refuse(problems);
        return change("restored from " + snapshot + " by " + who, () -> {
            for (String pid : touched) {
                Optional<Found> found = find(pid);
                if (wanted.containsKey(pid)) {
                    write(pid, found, Values.values(wanted.get(pid)));
                } else if (found.isPresent()) {
                    found.get().configuration.delete();
                }
            }
        });
    }
}
