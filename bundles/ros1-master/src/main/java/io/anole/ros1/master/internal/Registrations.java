package io.anole.ros1.master.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who has a topic, parameter or service, in the order in which they came. Guarded by the graph. */
final class Registrations {
    enum Kind {
        PUBLISHER, SUBSCRIBER, SERVICE, PARAMETER
    }

    record Party(String node, String api) {
    }

    /** The result of taking one out. */
    record Removal(String text, boolean removed) {
    }

    private final Kind kind;
    private final Map<String, List<Party>> parties = new LinkedHashMap<>();
    /** Of services only: where the service itself is. */
    private final Map<String, Party> serviceApis = new HashMap<>();
    private boolean everHadService;

    Registrations(Kind kind) {
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    Set<String> keys() {
        return parties.keySet();
    }

    boolean has(String key) {
        return parties.containsKey(key);
    }

    List<Party> of(String key) {
        return parties.getOrDefault(key, List.of());
    }

    List<Object> apis(String key) {
        return new ArrayList<>(of(key).stream().map(Party::api).toList());
    }

    /** Null where there is none. */
    String serviceApi(String service) {
        Party party = serviceApis.get(service);
        return party == null ? null : party.api();
    }

    /** As in getSystemState. */
    List<Object> state() {
        List<Object> state = new ArrayList<>();
        parties.forEach((key, all) -> state.add(List.of(key, all.stream().map(Party::node).toList())));
        return state;
    }

    int size() {
        return parties.values().stream().mapToInt(List::size).sum();
    }

    void add(String key, String node, String api) {
        List<Party> all = parties.computeIfAbsent(key, unused -> new ArrayList<>());
        Party party = new Party(node, api);
        if (!all.contains(party)) {
            all.add(party);
        }
    }

    /** A service has one provider: the last. */
    void addService(String service, String node, String api, String serviceApi) {
        parties.put(service, new ArrayList<>(List.of(new Party(node, api))));
        serviceApis.put(service, new Party(node, serviceApi));
        everHadService = true;
    }

    void removeAll(String node) {
        parties.values().forEach(all -> all.removeIf(party -> party.node().equals(node)));
        parties.values().removeIf(List::isEmpty);
        serviceApis.values().removeIf(party -> party.node().equals(node));
    }

    Removal remove(String key, String node, String api) {
        List<Party> all = parties.get(key);
        if (all == null || !all.remove(new Party(node, api))) {
            return new Removal("[" + node + "] is not a known provider of [" + key + "]", false);
        }
        if (all.isEmpty()) {
            parties.remove(key);
        }
        return new Removal("Unregistered [" + node + "] as provider of [" + key + "]", true);
    }

    Removal removeService(String service, String node, String serviceApi) {
        if (!everHadService) {
            return new Removal("[" + node + "] is not a provider of [" + service + "]", false);
        }
        if (!new Party(node, serviceApi).equals(serviceApis.get(service))) {
            return new Removal("[" + serviceApi + "] is no longer the current service api handle for [" + service + "]",
                    false);
        }
        serviceApis.remove(service);
        parties.remove(service);
        return new Removal("Unregistered [" + node + "] as provider of [" + service + "]", true);
    }
}
