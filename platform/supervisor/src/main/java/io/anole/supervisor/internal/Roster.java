package io.anole.supervisor.internal;

import io.anole.process.State;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.ServiceReference;

/**
 * Who there is, and who waits for whom. Guarded by itself: everybody who asks it or changes an {@link Entry} holds its monitor, and
 * calls nothing foreign meanwhile.
 */
final class Roster {
    final Map<String, Entry> entries = new LinkedHashMap<>();
    final Refused refused = new Refused(this);
    /** The buses there are. */
    final Set<String> buses = new HashSet<>();
    /** Why nothing may start, or null. */
    String emergency;
    /** The runtime stops: nothing starts any more. */
    boolean ending;

    /** The process that has this component, or waits with it; null if there is none. */
    Entry of(ServiceReference<?> component) {
        for (Entry entry : entries.values()) {
            if (entry.candidates.stream().anyMatch(each -> each.component().equals(component))) {
                return entry;
            }
        }
        return null;
    }

    /** The process that this life is of; null if it is over or abandoned. */
    Entry of(Life life) {
        Entry entry = entries.get(life.spec().name());
        return entry != null && entry.running && entry.life == life ? entry : null;
    }

    String held() {
        return "held by an emergency stop: " + emergency;
    }

    static String waitsForBus(String bus) {
        return "waits for bus '" + bus + "'";
    }

    /** Why it can't start now, or null. */
    String obstacle(Entry entry) {
        if (emergency != null) {
            return held();
        }
        if (entry.candidates.isEmpty()) {
            return "its component is gone";
        }
        Spec spec = entry.spec();
        if (!buses.contains(spec.bus())) {
            return waitsForBus(spec.bus());
        }
        String circle = circle(entry.name, entry.name, new LinkedHashSet<>());
        if (circle != null) {
            return "depends on itself: " + circle;
        }
        for (String name : spec.depends()) {
            Entry needed = entries.get(name);
            if (needed == null) {
                return "waits for process '" + name + "', which is not there";
            }
            if (needed.state != State.ACTIVE) {
                return "waits for process '" + name + "'" + (needed.reason.isEmpty() ? "" : ", which " + needed.reason);
            }
        }
        return null;
    }

    private String circle(String start, String name, Set<String> path) {
        path.add(name);
        Entry entry = entries.get(name);
        for (String needed : entry == null ? List.<String>of() : entry.spec().depends()) {
            if (needed.equals(start)) {
                return String.join(" -> ", path) + " -> " + start;
            }
            if (!path.contains(needed)) {
                String found = circle(start, needed, new LinkedHashSet<>(path));
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /** Whether it is on its way: it, or something it depends on, is moving. */
    boolean comes(Entry entry) {
        return comes(entry, new HashSet<>());
    }

    private boolean comes(Entry entry, Set<String> seen) {
        if (entry.running || entry.wanted && entry.restarts.waiting() || entry.update != null && entry.wanted && entry.candidates.isEmpty()) {
            return true;
        }
        if (!entry.wanted || !seen.add(entry.name) || emergency != null || !buses.contains(entry.spec().bus())) {
            return false;
        }
        List<String> depends = entry.spec().depends();
        return !depends.isEmpty() && depends.stream()
                .allMatch(name -> entries.containsKey(name) && comes(entries.get(name), seen));
    }

    /** These and all that need them and run, those that need others first. */
    Set<Entry> withDependents(Collection<Entry> first) {
        Set<Entry> all = new LinkedHashSet<>();
        first.forEach(each -> collect(each, all, new HashSet<>()));
        return all;
    }

    private void collect(Entry entry, Set<Entry> all, Set<Entry> seen) {
        if (!seen.add(entry)) {
            return;
        }
        for (Entry other : entries.values()) {
            if ((other.running || other.wanted) && other.spec().depends().contains(entry.name)) {
                collect(other, all, seen);
            }
        }
        all.add(entry);
    }
}
