package io.anole.children.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.apache.felix.hc.api.ResultLog;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * The health checks in a child JVM. Each is asked on a thread of its own, at most once a second and not again before it has answered;
 * what they have said is told without waiting for any. Of one thread.
 */
final class Checks implements AutoCloseable {
    static final int MOST = 32;
    private static final int LONGEST = 200;
    private static final int TAGS = 8;
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);
    private static final long IDLE_SECONDS = 10;

    private final BundleContext context;
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(0, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(),
            task -> {
                Thread thread = new Thread(task, "health check");
                thread.setDaemon(true);
                return thread;
            });
    private final Map<ServiceReference<HealthCheck>, Asked> asked = new HashMap<>();
    private final Map<ServiceReference<HealthCheck>, Result> answers = new HashMap<>();

    private record Asked(long when, CompletableFuture<Result> answer) {
    }

    Checks(BundleContext context) {
        this.context = context;
    }

    /** What each has said last; not those that were never asked before. */
    List<Frame.Check> look() {
        List<ServiceReference<HealthCheck>> all = present();
        List<ServiceReference<HealthCheck>> some = all.subList(0, Math.min(MOST, all.size()));
        asked.keySet().retainAll(some);
        answers.keySet().retainAll(some);
        List<Frame.Check> checks = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (ServiceReference<HealthCheck> check : some) {
            look(check);
            Result said = answers.get(check);
            if (said != null) {
                String name = cut(name(check));
                checks.add(new Frame.Check(names.add(name) ? name : name + " " + check.getProperty("service.id"), tags(check),
                        said.getStatus().name(), words(said)));
            }
        }
        if (all.size() > MOST) {
            checks.add(new Frame.Check("more", List.of(), Status.WARN.name(), all.size() - MOST + " more health checks are not asked"));
        }
        return checks;
    }

    private List<ServiceReference<HealthCheck>> present() {
        try {
            return context.getServiceReferences(HealthCheck.class, null).stream().sorted(Comparator.reverseOrder()).toList();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void look(ServiceReference<HealthCheck> check) {
        long now = System.nanoTime();
        Asked last = asked.get(check);
        if (last == null || last.answer().isDone() && now - last.when() >= PAUSE) {
            try {
                asked.put(check, new Asked(now, CompletableFuture.supplyAsync(() -> execute(check), threads)));
            } catch (RejectedExecutionException e) {
                answers.put(check, new Result(Status.TEMPORARILY_UNAVAILABLE, "it is not asked: others that hang have all the threads"));
            }
        }
        if (last != null && last.answer().isDone()) {
            answers.put(check, last.answer().join());
        } else if (last != null && now - last.when() > PATIENCE) {
            answers.put(check, new Result(Status.TEMPORARILY_UNAVAILABLE, "it has not answered for more than "
                    + TimeUnit.NANOSECONDS.toSeconds(PATIENCE) + " s"));
        }
    }

    private Result execute(ServiceReference<HealthCheck> reference) {
        try {
            HealthCheck check = context.getService(reference);
            return check == null ? new Result(Status.TEMPORARILY_UNAVAILABLE, "it has gone") : check.execute();
        } catch (RuntimeException | LinkageError e) {
            return new Result(Status.HEALTH_CHECK_ERROR, e.toString());
        } finally {
            context.ungetService(reference);
        }
    }

    private static String name(ServiceReference<HealthCheck> check) {
        for (String property : List.of(HealthCheck.NAME, "component.name")) {
            if (check.getProperty(property) instanceof String name) {
                return name;
            }
        }
        return String.valueOf(check.getProperty("service.id"));
    }

    private static List<String> tags(ServiceReference<HealthCheck> check) {
        Object tags = check.getProperty(HealthCheck.TAGS);
        List<?> all = tags instanceof Object[] several ? List.of(several)
                : tags instanceof Collection<?> list ? List.copyOf(list) : tags == null ? List.of() : List.of(tags);
        return all.stream().limit(TAGS).map(each -> cut(each.toString())).toList();
    }

    /** Why it is as it is, in one line. */
    private static String words(Result result) {
        StringBuilder words = new StringBuilder();
        for (ResultLog.Entry entry : result) {
            if (entry.getStatus() == result.getStatus() && words.length() < LONGEST) {
                words.append(words.isEmpty() ? "" : "; ").append(entry.getMessage());
            }
        }
        return cut(words.toString());
    }

    private static String cut(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 3) + "...";
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
