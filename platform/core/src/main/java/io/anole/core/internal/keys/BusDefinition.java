package io.anole.core.internal.keys;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.ObjectClassDefinition;

/** The hub's definition, and behind its keys those of the providers, each key once. None of these must be set: it may be another's. */
final class BusDefinition implements ObjectClassDefinition {
    private final ObjectClassDefinition hub;
    private final Set<String> required = new HashSet<>();
    /** The same objects whatever is asked for: the web console looks for what is optional among all. */
    private final List<AttributeDefinition> all = new ArrayList<>();

    /** @param providers by kind, in the order in which they are to be told */
    BusDefinition(ObjectClassDefinition hub, Map<String, ObjectClassDefinition> providers) {
        this.hub = hub;
        Stream.of(attributes(hub, REQUIRED)).map(AttributeDefinition::getID).forEach(required::add);
        Set<String> taken = new HashSet<>();
        for (AttributeDefinition attribute : attributes(hub, ALL)) {
            taken.add(attribute.getID());
            all.add(attribute);
        }
        Map<String, Map<String, AttributeDefinition>> keys = new LinkedHashMap<>();
        providers.forEach((kind, definition) -> {
            for (AttributeDefinition attribute : attributes(definition, ALL)) {
                // what is the hub's no provider is told
                if (!taken.contains(attribute.getID())) {
                    keys.computeIfAbsent(attribute.getID(), key -> new TreeMap<>()).put(kind, attribute);
                }
            }
        });
        keys.values().stream().map(ProviderAttribute::new).forEach(all::add);
    }

    private static AttributeDefinition[] attributes(ObjectClassDefinition definition, int which) {
        AttributeDefinition[] found = definition.getAttributeDefinitions(which);
        return found == null ? new AttributeDefinition[0] : found;
    }

    @Override
    public AttributeDefinition[] getAttributeDefinitions(int filter) {
        return all.stream().filter(attribute -> filter == ALL || required.contains(attribute.getID()) == (filter == REQUIRED))
                .toArray(AttributeDefinition[]::new);
    }

    @Override
    public String getName() {
        return hub.getName();
    }

    @Override
    public String getID() {
        return hub.getID();
    }

    @Override
    public String getDescription() {
        return hub.getDescription();
    }

    @Override
    public InputStream getIcon(int size) throws IOException {
        return hub.getIcon(size);
    }
}
