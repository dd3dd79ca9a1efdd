package io.anole.core.internal.safety;

import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Pattern;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The safety gate of one bus: which rules hold, for which topics somebody on this runtime listens under one, and whether an
 * emergency stop holds. Its one thread, there only while a rule has a deadline, looks at deadlines and nothing else.
 */
public final class Safety implements AutoCloseable {
    /** The bus, as the gate needs it. */
    public interface Guarded {
        /** How long the link has been up, in ns; negative if it is not. */
        long upFor();

        /** Rules have changed: every endpoint has to ask for its guard again. */
        void changed();

        /** Hands the safe message to everybody who listens here, whatever waits before it. Never blocks. */
        void say(Name topic, SafeMessage safe, long sequence);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Safety.class);
    private static final int MOST_TOPICS = 4096;

    private final String bus;
    private final String own;
    private final Guarded guarded;
    private final Map<Name, Guard> guards = new ConcurrentHashMap<>();
    private final AtomicInteger stops = new AtomicInteger();
    private volatile List<Rule> rules = List.of();
    private volatile String stopped;
    /** Its own until it is told of another. */
    private volatile Trips trips = new Trips();
    /** Guarded by this object, as is whether it may be made. */
    private ScheduledThreadPoolExecutor thread;
    private boolean closed;

    public Safety(String bus, String runtime, Guarded guarded) {
        this.bus = bus;
        this.own = runtime + "/";
        this.guarded = guarded;
    }

    String bus() {
        return bus;
    }

    /** From now on what it does is kept there. */
    void tell(Trips to) {
        trips = to;
    }

    Trips trips() {
        return trips;
    }

    /** Puts these rules in place of the former ones. Silence that has begun goes on. */
    public synchronized void rules(List<Rule> changed) {
        rules = List.copyOf(changed);
        guards.forEach((topic, guard) -> rule(topic).ifPresentOrElse(guard::rule, () -> guards.remove(topic)));
        guarded.changed();
    }

    /** Whether any rule is there at all. */
    public boolean any() {
        return !rules.isEmpty();
    }

    /** Whether a message that such a subscription hears may be under a rule. */
    public boolean guards(Pattern pattern) {
        return rules.stream().anyMatch(rule -> rule.overlaps(pattern));
    }

    /** All that holds for a topic, as one rule. */
    public Optional<Rule> rule(Name topic) {
        return rules.stream().filter(rule -> rule.matches(topic)).reduce(Rule::and);
    }

    /** Who looks after the topic, or null if nobody needs to. */
    public Guard guard(Name topic) {
        Guard known = guards.get(topic);
        if (known != null) {
            return known;
        }
        Rule rule = rule(topic).orElse(null);
        if (rule == null) {
            return null;
        }
        if (guards.size() >= MOST_TOPICS) {
            return new Guard(this, topic, rule.closed(MOST_TOPICS));
        }
        return guards.computeIfAbsent(topic, name -> new Guard(this, name, rule));
    }

    /** Why an emergency stop holds, or null. */
    public String stopped() {
        return stopped;
    }

    /** How often it was stopped. */
    public int stops() {
        return stops.get();
    }

    /** From now on only the safe message is delivered where a rule latches. */
    public void stop(String reason) {
        boolean fresh = stopped == null;
        stopped = reason;
        if (fresh) {
            stops.incrementAndGet();
            guards.values().forEach(Guard::stop);
        }
    }

    /** Commands are delivered again: those that come from now on. */
    public void release() {
        stopped = null;
    }

    /** Whether a publisher of this runtime has given it its time already, by the monotonic clock. */
    boolean timed(Message message) {
        return message.expires() != Message.NEVER && message.source().startsWith(own);
    }

    boolean linkIsYoungerThan(long time) {
        return guarded.upFor() < time;
    }

    void say(Name topic, SafeMessage safe, long sequence) {
        guarded.say(topic, safe, sequence);
    }

    synchronized void look(Guard guard, long delay) {
        if (closed) {
            return;
        }
        if (thread == null) {
            thread = new ScheduledThreadPoolExecutor(1, this::thread);
        }
        thread.schedule(() -> look(guard), delay, TimeUnit.NANOSECONDS);
    }

    private Thread thread(Runnable task) {
        Thread made = new Thread(null, task, "bus-" + bus + "-safety", 0, false);
        made.setDaemon(true);
        made.setPriority(Thread.MAX_PRIORITY);
        made.setContextClassLoader(Safety.class.getClassLoader());
        return made;
    }

    private void look(Guard guard) {
        try {
            guard.check();
        } catch (RejectedExecutionException e) {
            LOG.debug("bus '{}' closes", bus, e);
        } catch (RuntimeException e) {
            LOG.error("bus '{}': the safe message could not be said", bus, e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (thread != null) {
            thread.shutdownNow();
        }
    }
}
