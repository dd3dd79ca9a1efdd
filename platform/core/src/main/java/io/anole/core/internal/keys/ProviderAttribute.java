package io.anole.core.internal.keys;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.osgi.service.metatype.AttributeDefinition;

/** One key of one or several providers. What they do not agree on is left open: which of them it is for is not known here. */
final class ProviderAttribute implements AttributeDefinition {
    private final Map<String, AttributeDefinition> kinds;
    private final AttributeDefinition first;

    /** @param kinds at least one */
    ProviderAttribute(Map<String, AttributeDefinition> kinds) {
        this.kinds = kinds;
        first = kinds.values().iterator().next();
    }

    private Collection<AttributeDefinition> all() {
        return kinds.values();
    }

    private boolean agreed(Function<AttributeDefinition, ?> what) {
        return all().stream().map(what).distinct().count() == 1;
    }

    /** An array, or null, that can be compared. */
    private static List<String> texts(String[] texts) {
        return texts == null ? List.of() : Arrays.asList(texts);
    }

    @Override
    public String getID() {
        return first.getID();
    }

    @Override
    public String getName() {
        return first.getName();
    }

    /** Begins with the kind it is for; kinds of which the same is said share it. */
    @Override
    public String getDescription() {
        Map<String, String> told = new LinkedHashMap<>();
        kinds.forEach((kind, attribute) -> told.merge(words(attribute), kind, (some, more) -> some + ", " + more));
        return told.entrySet().stream().map(entry -> (entry.getValue() + ": " + entry.getKey()).strip())
                .collect(Collectors.joining(" "));
    }

    private static String words(AttributeDefinition attribute) {
        return attribute.getDescription() == null ? "" : attribute.getDescription();
    }

    @Override
    public int getType() {
        boolean secret = all().stream().anyMatch(one -> one.getType() == PASSWORD);
        return agreed(AttributeDefinition::getType) ? first.getType() : secret ? PASSWORD : STRING;
    }

    @Override
    public int getCardinality() {
        return agreed(AttributeDefinition::getCardinality) ? first.getCardinality() : 0;
    }

    @Override
    public String[] getDefaultValue() {
        return agreed(one -> texts(one.getDefaultValue())) ? first.getDefaultValue() : null;
    }

    @Override
    public String[] getOptionValues() {
        return haveTheSameOptions() ? first.getOptionValues() : null;
    }

    @Override
    public String[] getOptionLabels() {
        return haveTheSameOptions() ? first.getOptionLabels() : null;
    }

    private boolean haveTheSameOptions() {
        return agreed(one -> new TreeSet<>(texts(one.getOptionValues())));
    }

    /** Empty if it would do for one of them. */
    @Override
    public String validate(String value) {
        String refusal = null;
        for (AttributeDefinition one : all()) {
            String said = one.validate(value);
            if (said == null || said.isEmpty()) {
                return said;
            }
            refusal = refusal == null ? said : refusal;
        }
        return refusal;
    }
}
