package io.anole.config.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.ObjectClassDefinition;

/** What a bundle says of the configurations with one PID. */
final class Description {
    private static final int SHOWN = 60;

    private final Map<String, AttributeDefinition> attributes = new LinkedHashMap<>();
    private final Set<String> required;

    /** @param definitions together; the first holds where two speak of a key */
    Description(List<ObjectClassDefinition> definitions) {
        for (ObjectClassDefinition definition : definitions) {
            for (AttributeDefinition attribute : all(definition, ObjectClassDefinition.ALL)) {
                attributes.putIfAbsent(attribute.getID(), attribute);
            }
        }
        required = definitions.stream().flatMap(definition -> Stream.of(all(definition, ObjectClassDefinition.REQUIRED)))
                .map(AttributeDefinition::getID).collect(Collectors.toSet());
    }

    private static AttributeDefinition[] all(ObjectClassDefinition definition, int which) {
        AttributeDefinition[] found = definition.getAttributeDefinitions(which);
        return found == null ? new AttributeDefinition[0] : found;
    }

    Collection<AttributeDefinition> attributes() {
        return attributes.values();
    }

    boolean knows(String key) {
        return attributes.containsKey(key);
    }

    String keys() {
        return attributes.keySet().stream().limit(SHOWN).collect(Collectors.joining(", "));
    }

    boolean isSecret(String key) {
        AttributeDefinition attribute = attributes.get(key);
        return attribute != null && attribute.getType() == AttributeDefinition.PASSWORD;
    }

    String type(String key) {
        return type(attributes.get(key));
    }

    static String type(AttributeDefinition attribute) {
        return one(attribute) + (attribute.getCardinality() == 0 ? "" : "[]");
    }

    private static String one(AttributeDefinition attribute) {
        return switch (attribute.getType()) {
            case AttributeDefinition.LONG -> "Long";
            case AttributeDefinition.INTEGER -> "Integer";
            case AttributeDefinition.SHORT -> "Short";
            case AttributeDefinition.CHARACTER -> "Character";
            case AttributeDefinition.BYTE -> "Byte";
            case AttributeDefinition.DOUBLE -> "Double";
            case AttributeDefinition.FLOAT -> "Float";
            case AttributeDefinition.BOOLEAN -> "Boolean";
            default -> "String";
        };
    }

    /** Name and meaning, as one line. */
    static String words(AttributeDefinition attribute) {
        String name = attribute.getName() == null ? attribute.getID() : attribute.getName();
        String meaning = attribute.getDescription();
        return meaning == null || meaning.isBlank() ? name : name + ": " + meaning.replaceAll("\\s+", " ").strip();
    }

    /** The meaning of a key, empty if it is not known. */
    String words(String key) {
        return knows(key) ? words(attributes.get(key)) : "";
    }

    /** Why these values will not do, a line for each reason. A secret is not repeated. */
    List<String> problems(String pid, Map<String, Object> properties) {
        return problems(pid, properties, true);
    }

    /** As {@link #problems}, of what is set alone: many bundles call required what they do without. */
    List<String> wrong(String pid, Map<String, Object> properties) {
        return problems(pid, properties, false);
    }

    private List<String> problems(String pid, Map<String, Object> properties, boolean missing) {
        List<String> problems = new ArrayList<>();
        for (AttributeDefinition attribute : attributes.values()) {
            String key = attribute.getID();
            Object value = properties.get(key);
            String problem = value != null ? problem(attribute, value)
                    : missing && required.contains(key) && attribute.getDefaultValue() == null ? "must be set" : "";
            if (!problem.isEmpty()) {
                problems.add(pid + ": " + key + " " + problem + " (" + words(attribute) + ")");
            }
        }
        return problems;
    }

    private String problem(AttributeDefinition attribute, Object value) {
        List<String> texts = Values.each(value);
        if (attribute.getCardinality() == 0 && texts.size() != 1) {
            return "takes one value, not " + texts.size();
        }
        if (attribute.getCardinality() != 0 && texts.size() > Math.abs((long) attribute.getCardinality())) {
            return "takes at most " + Math.abs((long) attribute.getCardinality()) + " values, not " + texts.size();
        }
        for (String text : texts) {
            String problem = problem(attribute, text);
            if (!problem.isEmpty()) {
                String shown = Secrets.named(attribute.getID()) || isSecret(attribute.getID()) ? "" : "'" + text + "' ";
                return "= " + shown + problem;
            }
        }
        return "";
    }

    private static String problem(AttributeDefinition attribute, String text) {
        String type = one(attribute);
        try {
            Values.value(type, text);
        } catch (IllegalArgumentException e) {
            return "is no " + type;
        }
        String[] options = attribute.getOptionValues();
        if (text.isEmpty() && options == null) {
            return "";
        }
        // the list separator and the escape of AttributeDefinition.validate
        String said = attribute.validate(text.replace("\\", "\\\\").replace(",", "\\,"));
        if (said == null || said.isEmpty()) {
            return "";
        }
        String message = said.replace("%", "");
        return switch (message) {
            case "less than minimum" -> type.equals("String") ? "is too short" : "is too small";
            case "greater than maximum" -> type.equals("String") ? "is too long" : "is too large";
            case "not a valid option" -> "is none of " + String.join(", ", options);
            default -> "is not right: " + message;
        };
    }
}
