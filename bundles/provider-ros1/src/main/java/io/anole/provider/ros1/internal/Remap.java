package io.anole.provider.ros1.internal;

import io.anole.bus.BusException;
import io.anole.bus.Name;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which name of the bus is which of the graph. A rule moves one name, or all names below one where both its sides end with a
 * slash; the longest that fits holds. Each name of the graph has at most one on the bus. Immutable.
 */
final class Remap {
    /** Of a bus whose names are those of the graph. */
    static final Remap NONE = new Remap(List.of());
    private static final int MOST = 1000;

    private final List<Rule> rules;

    private Remap(List<Rule> rules) {
        this.rules = rules.stream().sorted(Comparator.comparingInt((Rule rule) -> rule.bus.length()).reversed()).toList();
    }

    private record Rule(String bus, String ros) {
        boolean below() {
            return bus.endsWith("/");
        }
    }

    /**
     * As in {@code /cmd_vel=/base/cmd_vel,/arm/=/robot1/arm/}; {@code :=} is taken too.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    static Remap parse(String text) {
        List<Rule> rules = new ArrayList<>();
        Set<String> from = new HashSet<>();
        Set<String> to = new HashSet<>();
        for (String one : text.split(",")) {
            if (one.isBlank()) {
                continue;
            }
            int equals = one.indexOf('=');
            if (equals < 1) {
                throw wrong(one, "is not like /cmd_vel=/robot1/cmd_vel");
            }
            String left = one.substring(0, equals).strip();
            Rule rule = new Rule(absolute(left.endsWith(":") ? left.substring(0, left.length() - 1).strip() : left),
                    absolute(one.substring(equals + 1).strip()));
            if (rule.below() != rule.ros.endsWith("/")) {
                throw wrong(one, "has a slash at the end of one side only; with both all names below are meant");
            }
            if (!rule.ros.matches("/|(/[A-Za-z][A-Za-z0-9_]*)+/?")) {
                throw wrong(one, "moves to what is no name of ROS: letters, digits and _, as in /robot1/cmd_vel");
            }
            if (!rule.below()) {
                Name.of(rule.bus);
            }
            if (!from.add(rule.bus) || !to.add(rule.ros)) {
                throw wrong(one, "names what another rule names on the same side");
            }
            rules.add(rule);
        }
        if (rules.size() > MOST) {
            throw new IllegalArgumentException("there are " + rules.size() + " rules; at most " + MOST + " may be");
        }
        return new Remap(rules);
    }

    private static String absolute(String name) {
        return name.startsWith("/") ? name : "/" + name;
    }

    private static IllegalArgumentException wrong(String rule, String what) {
        return new IllegalArgumentException("'" + rule.strip() + "' " + what);
    }

    /**
     * The name on the graph.
     *
     * @throws BusException.Unsupported if the name on the graph has another name on the bus
     */
    String ros(Name name) {
        String moved = moved(name);
        Name back = back(moved);
        if (!back.equals(name)) {
            throw new BusException.Unsupported("'" + name + "' of ROS is '" + back + "' on this bus: remap says so");
        }
        return moved;
    }

    /** The name on the bus; empty for what the rules leave none to. */
    Optional<Name> name(String ros) {
        try {
            Name name = back(ros);
            return moved(name).equals(ros) ? Optional.of(name) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private String moved(Name name) {
        String text = name.toString();
        for (Rule rule : rules) {
            if (rule.bus.equals(text)) {
                return rule.ros;
            }
            if (rule.below() && text.startsWith(rule.bus) && text.length() > rule.bus.length() && !name.reserved()) {
                return rule.ros + Names.ros(Name.of(text.substring(rule.bus.length() - 1))).substring(1);
            }
        }
        return Names.ros(name);
    }

    private Name back(String ros) {
        Rule best = null;
        for (Rule rule : rules) {
            boolean fits = rule.below() ? ros.startsWith(rule.ros) && ros.length() > rule.ros.length() : ros.equals(rule.ros);
            if (fits && (best == null || rule.ros.length() > best.ros.length())) {
                best = rule;
            }
        }
        if (best == null) {
            return Names.name(ros);
        }
        return Name.of(best.below() ? best.bus + Names.name(ros.substring(best.ros.length() - 1)).toString().substring(1) : best.bus);
    }
}
