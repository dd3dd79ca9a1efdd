package io.anole.bus;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Converts bodies by shape, so that two classes with the same fields understand each other whatever bundle, and whatever
 * version of it, they come from. A service.
 *
 * <p>A <em>tree</em> is made of {@code Map<String, Object>}, {@code List<Object>} or an array of primitives,
 * {@code String}, {@code Long}, {@code Integer}, {@code java.math.BigInteger}, {@code Double}, {@code Boolean},
 * {@code byte[]} and null. Rules: whole numbers fit floating-point fields; a number must fit the range of its field;
 * {@code byte[]} also reads Base64 text, floating point also reads {@code "NaN"}, {@code "Infinity"} and
 * {@code "-Infinity"}, an enum reads its constant's name, {@code Optional} reads null or absent as empty; a missing field
 * keeps its default (zero, false, empty, null for nothing better, enums included); an unknown field is refused.
 * {@code java.time.Duration} and {@code Instant} travel as ISO 8601 text.
 *
 * <p>A record may say more about itself by two static methods: {@code public static X blank()} gives its own defaults, and
 * {@code public static X parse(CharSequence)} lets it be read from text, as {@code "now"} for a time. What its constructor
 * refuses by an exception is refused with that exception's message.
 */
@ProviderType
public interface Shapes {
    /**
     * The body as a tree. What is a tree already is returned as it is.
     *
     * @throws BusException.BadShape if it holds something that is neither a tree nor a record
     */
    Object tree(Object body);

    /**
     * The body as an instance of the class; the same reference if it is one already.
     *
     * @throws BusException.BadShape with the root type, the path of the field, what was expected and what was found
     */
    <T> T as(Object body, Class<T> type);

    /** The name under which the class travels; empty for {@code Object}, maps, lists and plain values. */
    String typeName(Class<?> type);

    /** The class's fields in order, each with its type's name or, for a nested record, its own description. */
    Map<String, Object> describe(Class<?> type);

    /** An instance with all fields at their defaults. */
    <T> T blank(Class<T> type);
}
