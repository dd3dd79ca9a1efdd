package io.anole.core.internal.safety;

import io.anole.bus.Message;
import io.anole.bus.Name;
import io.anole.bus.Statistics.Drop;
import io.anole.core.SafetyGate.Trip.What;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after one topic of one bus for all its subscriptions on this runtime. Threads that bring commands call
 * {@link #judge}; the bus's safety thread calls {@link #check}; any thread may stop it. Says the safe message outside its
 * lock, since that hands it to lanes.
 */
public final class Guard {
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
    /** How far another machine's clock may be ahead before it is not believed. */
    private static final long AHEAD = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long QUIET = TimeUnit.SECONDS.toNanos(10);
    private static final int MOST_SENDERS = 1024;

    private final Safety safety;
    private final Name topic;
    private final Map<String, Boolean> known = new ConcurrentHashMap<>();
    private volatile Rule rule;
    /** Guarded by this object, as are all that follow: the last command, and whether the silence after it is not over. */
    private long heardAt;
    private boolean open;
    /** Whether a look at the deadline is to come. */
    private boolean watched;
    private long said;
    private final Burst drops = new Burst();
    private final Burst refusals = new Burst();

    /** Counts what happens often and is told now and then. */
    private static final class Burst {
        private long count;
        private long told = System.nanoTime() - QUIET;

        /** One more; how many there were since it was last told if it is time to tell, else 0. */
        synchronized long next() {
            count++;
            long now = System.nanoTime();
            if (now - told < QUIET) {
                return 0;
            }
            told = now;
            long all = count;
            count = 0;
            return all;
        }
    }

    Guard(Safety safety, Name topic, Rule rule) {
        this.safety = safety;
        this.topic = topic;
        this.rule = rule;
    }

    void rule(Rule other) {
        rule = other;
        known.clear();
    }

    /** What holds now. */
    public Rule rule() {
        return rule;
    }

    /** As {@link Rule#limit}. */
    public long limit() {
        return rule.limit();
    }

    /** Why a publisher must not publish now, or null. */
    public Drop refuses(String source) {
        Rule by = rule;
        if (by.latches() && safety.stopped() != null) {
            return Drop.STOPPED;
        }
        return allowed(by, source) ? null : Drop.FORBIDDEN;
    }

    /** The same for a user. */
    public String why(Drop reason, String source) {
        return reason == Drop.STOPPED ? "'" + topic + "' is held by an emergency stop: " + safety.stopped()
                : "'" + source + "' may not publish on '" + topic + "' (safety rule '" + rule.name() + "')";
    }

    /** A publisher of this runtime was refused, and told so itself. */
    public void refused(Drop reason, String source) {
        long count = refusals.next();
        if (count > 0) {
            safety.trips().rule(What.DROPPED, safety.bus(), topic.toString(), rule.name(), "from '" + source + "': " + words(reason), count);
        }
    }

    private static String words(Drop refused) {
        return refused == Drop.STOPPED ? "an emergency stop holds" : "its sender is not allowed";
    }

    private boolean allowed(Rule by, String source) {
        if (by.senders() == Senders.ANY) {
            return true;
        }
        if (known.size() >= MOST_SENDERS) {
            known.clear();
        }
        return known.computeIfAbsent(source, by.senders()::allow);
    }

    /**
     * Judges a command that has come to a subscription, and not yet to its buffer.
     *
     * @param counter counts drops
     * @return the command, with no more time left than it may have; or null
     */
    public Message judge(Message message, Consumer<Drop> counter) {
        Rule by = rule;
        Drop refused = refuses(message.source());
        if (refused != null) {
            return drop(refused, message, counter, words(refused));
        }
        long now = System.nanoTime();
        if (message.expiredAt(now)) {
            return drop(Drop.EXPIRED, message, counter, "its lifespan was over");
        }
        Message fit = message;
        long limit = by.limit();
        if (limit > 0 && !safety.timed(message)) {
            long age = age(message);
            if (age > limit) {
                return drop(Drop.EXPIRED, message, counter, "it was published "
                        + TimeUnit.NANOSECONDS.toMillis(age) + " ms ago by the clock of its sender");
            }
            if (age < 0 && (by.strict() || safety.linkIsYoungerThan(limit))) {
                return drop(Drop.EXPIRED, message, counter, by.strict() ? "nothing tells how old it is"
                        : "nothing tells how old it is, and the link has just come up");
            }
            fit = within(message, now + limit - Math.max(0, age));
        }
        heard(by, now);
        return fit;
    }

    /** How long ago it was published; negative if that can't be told. */
    private static long age(Message message) {
        if (message.source().isEmpty() || message.sequence() == 0) {
            // Its time is that of its receipt.
            return -1;
        }
        long age = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - message.time();
        return age < -AHEAD ? -1 : Math.max(0, age);
    }

    private static Message within(Message message, long latest) {
        if (message.expires() != Message.NEVER && message.expires() - latest <= 0) {
            return message;
        }
        return new Message(message.name(), message.type(), message.headers(), message.body(), message.source(),
                message.sequence(), message.time(), latest == Message.NEVER ? 1 : latest);
    }

    private synchronized void heard(Rule by, long now) {
        heardAt = now;
        open = true;
        if (by.deadline() > 0 && !watched) {
            watched = true;
            safety.look(this, by.deadline());
        }
    }

    /** Says the safe message if the deadline has passed, else looks again when it will have. */
    void check() {
        long number;
        synchronized (this) {
            long deadline = rule.deadline();
            long left = heardAt + deadline - System.nanoTime();
            watched = open && deadline > 0 && left > 0;
            if (watched) {
                safety.look(this, left);
            }
            if (watched || !open || deadline == 0) {
                return;
            }
            open = false;
            number = ++said;
        }
        LOG.debug("bus '{}': no command on '{}' within its deadline; its subscribers are told to be safe", safety.bus(), topic);
        Rule by = rule;
        safety.say(topic, by.safe(), number);
        safety.trips().rule(What.SILENCE, safety.bus(), topic.toString(), by.name(),
                "no command within " + TimeUnit.NANOSECONDS.toMillis(by.deadline()) + " ms", 1);
    }

    /** Says the safe message because of an emergency stop. */
    void stop() {
        Rule by = rule;
        if (!by.latches()) {
            return;
        }
        long number;
        synchronized (this) {
            open = false;
            number = ++said;
        }
        safety.say(topic, by.safe(), number);
    }

    /** Counts a command that is not delivered, and tells of it, not too often. Always null. */
    public Message drop(Drop reason, Message message, Consumer<Drop> counter, String why) {
        counter.accept(reason);
        long count = drops.next();
        if (count == 0) {
            return null;
        }
        String from = message.source().isEmpty() ? "a foreign client" : "'" + message.source() + "'";
        LOG.warn("bus '{}': dropped {} command(s) on '{}' (safety rule '{}'); the last, from {}: {}", safety.bus(), count, topic,
                rule.name(), from, why);
        safety.trips().rule(What.DROPPED, safety.bus(), topic.toString(), rule.name(), "from " + from + ": " + why, count);
        return null;
    }
}
