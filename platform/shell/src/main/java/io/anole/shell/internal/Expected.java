package io.anole.shell.internal;

import io.anole.bus.BusException.BadShape;
import io.anole.bus.Name;
import io.anole.core.Endpoint;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What those at the other end have announced that they take. What has another shape would be dropped there and
 * only be counted; here its sender is told.
 */
record Expected(Name name, String type, List<Endpoint> takers) {
    /** @param type the type its sender has named, or empty */
    static Expected of(List<Endpoint> takers, Name name, String type) {
        TreeSet<String> types = takers.stream().map(Endpoint::type).filter(other -> !other.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        if (!type.isEmpty() && !types.isEmpty() && !types.contains(type)) {
            throw new Failure(Failure.FAILED, name + " takes " + String.join(", ", types) + ", not " + type);
        }
        return new Expected(name, type.isEmpty() && types.size() == 1 ? types.first() : type, takers);
    }

    boolean nobody() {
        return takers.isEmpty();
    }

    /** @throws Failure if somebody would refuse it */
    void check(Object body) {
        for (Endpoint taker : takers) {
            if (type.isEmpty() || taker.type().equals(type)) {
                try {
                    taker.check(body);
                } catch (BadShape e) {
                    throw new Failure(Failure.USAGE, e.getMessage());
                }
            }
        }
    }
}
