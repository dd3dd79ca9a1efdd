package io.anole.core.internal.shapes;

import io.anole.core.internal.shapes.ContainerReaders.Bytes;
import io.anole.core.internal.shapes.ContainerReaders.Lists;
import io.anole.core.internal.shapes.ContainerReaders.Maps;
import io.anole.core.internal.shapes.ContainerReaders.Numbers;
import io.anole.core.internal.shapes.ContainerReaders.Optionals;
import io.anole.core.internal.shapes.ContainerReaders.References;
import java.lang.invoke.MethodType;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** Finds the reader of a declared type, and holds the readers of single values. */
final class Readers {
    private Readers() {
    }

    /** @throws Mismatch if a body can't hold such a type */
    static Reader of(Type type) {
        if (type instanceof Class<?> plain) {
            return ofClass(plain);
        }
        if (type instanceof ParameterizedType generic) {
            Class<?> raw = (Class<?>) generic.getRawType();
            Type[] arguments = generic.getActualTypeArguments();
            if (raw == Map.class) {
                if (arguments[0] != String.class) {
                    throw new Mismatch("the keys of a map must be texts, not " + arguments[0].getTypeName());
                }
                return new Maps(of(arguments[1]));
            }
            if (raw == Optional.class) {
                return new Optionals(of(arguments[0]));
            }
            return Lists.holds(raw) ? new Lists(raw, of(arguments[0])) : ofClass(raw);
        }
        if (type instanceof GenericArrayType array && array.getGenericComponentType() instanceof ParameterizedType part) {
            return new References((Class<?>) part.getRawType(), of(part));
        }
        if (type instanceof TypeVariable<?> variable) {
            return of(variable.getBounds()[0]);
        }
        if (type instanceof WildcardType wildcard) {
            return of(wildcard.getUpperBounds()[0]);
        }
        throw new Mismatch("a body can't hold a " + type.getTypeName());
    }

    private static Reader ofClass(Class<?> type) {
        if (type.isPrimitive()) {
            return primitive(type);
        }
        if (type == Object.class) {
            return new Anything();
        }
        if (type == String.class || type == CharSequence.class) {
            return new Text();
        }
        if (type.isRecord()) {
            return new Nested(type);
        }
        if (type.isEnum()) {
            return new Constant(type);
        }
        if (type.isArray()) {
            Class<?> element = type.getComponentType();
            if (element == byte.class) {
                return new Bytes();
            }
            return element.isPrimitive() ? new Numbers(element, primitive(element))
                    : new References(element, ofClass(element));
        }
        if (type == Map.class) {
            return new Maps(new Anything());
        }
        if (type == Optional.class) {
            return new Optionals(new Anything());
        }
        if (Lists.holds(type)) {
            return new Lists(type, new Anything());
        }
        if (type == Duration.class) {
            return new Parsed<>(Duration.class, Duration::parse, Duration.ZERO, "ISO 8601 duration, such as PT1.5S");
        }
        if (type == Instant.class) {
            return new Parsed<>(Instant.class, Instant::parse, Instant.EPOCH, "ISO 8601 time, such as 2026-01-31T12:00:00Z");
        }
        if (type == BigInteger.class || type == Number.class) {
            return new AnyNumber(type);
        }
        Reader boxed = boxed(type);
        if (boxed == null) {
            throw new Mismatch("a body can't hold a " + type.getName());
        }
        return boxed;
    }

    private static Reader boxed(Class<?> type) {
        for (Class<?> primitive : List.of(double.class, long.class, int.class, boolean.class, float.class, short.class,
                byte.class, char.class)) {
            if (primitiveWrapper(primitive) == type) {
                return new Boxed(primitive(primitive));
            }
        }
        return null;
    }

    private static Class<?> primitiveWrapper(Class<?> primitive) {
        return MethodType.methodType(primitive).wrap().returnType();
    }

    private static Reader primitive(Class<?> type) {
        return switch (type.getName()) {
            case "byte" -> new Whole("int8", Byte.MIN_VALUE, Byte.MAX_VALUE, number -> (byte) number);
            case "short" -> new Whole("int16", Short.MIN_VALUE, Short.MAX_VALUE, number -> (short) number);
            case "int" -> new Whole("int32", Integer.MIN_VALUE, Integer.MAX_VALUE, number -> (int) number);
            case "long" -> new Whole("int64", Long.MIN_VALUE, Long.MAX_VALUE, number -> number);
            case "float" -> new Real(true);
            case "double" -> new Real(false);
            case "boolean" -> new Truth();
            case "char" -> new Letter();
            default -> throw new Mismatch("a body can't hold a " + type.getName());
        };
    }

    /** Whether bodies of this class carry no type's name of their own. */
    static boolean isPlain(Class<?> type) {
        return type == Object.class || type.isPrimitive() || type.isArray() || Map.class.isAssignableFrom(type)
                || Collection.class.isAssignableFrom(type) || type == Iterable.class
                || CharSequence.class.isAssignableFrom(type) || Number.class.isAssignableFrom(type)
                || type == Boolean.class || type == Character.class || type == Optional.class || type == Void.class
                || type == Duration.class || type == Instant.class;
    }

    /** A primitive: null is no value of it. */
    private abstract static class Primitive extends Reader {
        private final String name;
        private final Object zero;

        Primitive(String name, Object zero) {
            this.name = name;
            this.zero = zero;
        }

        @Override
        final Object readNull() {
            throw Mismatch.expected(name, null);
        }

        @Override
        final Object missing(Plans plans) {
            return zero;
        }

        @Override
        final Object describe(Plans plans, Set<Class<?>> within) {
            return name;
        }

        final Mismatch mismatch(Object found) {
            return Mismatch.expected(name, found);
        }
    }

    private static final class Whole extends Primitive {
        private final long least;
        private final long most;
        private final LongFunction<Object> box;

        Whole(String name, long least, long most, LongFunction<Object> box) {
            super(name, box.apply(0));
            this.least = least;
            this.most = most;
            this.box = box;
        }

        @Override
        Object readValue(Object value, Plans plans, int depth) {
            if (!(value instanceof Number given) || !isWhole(given)) {
                throw mismatch(value);
            }
            long number = given.longValue();
            if (number < least || number > most || given instanceof BigInteger big && big.bitLength() > 63) {
                throw mismatch(value);
            }
            return box.apply(number);
        }
    }

    private static final class Real extends Primitive {
        private final boolean single;

        Real(boolean single) {
            super(single ? "float32" : "float64", single ? (Object) 0f : (Object) 0d);
            this.single = single;
        }

        @Override
        Object readValue(Object value, Plans plans, int depth) {
            double number;
            if (value instanceof Number given && isNumber(given)) {
                number = given.doubleValue();
                if (Double.isInfinite(number) && given instanceof BigInteger) {
                    throw mismatch(value);
                }
            } else if (value instanceof String text) {
                // What JSON has no number for.
                number = switch (text) {
                    case "NaN" -> Double.NaN;
                    case "Infinity" -> Double.POSITIVE_INFINITY;
                    case "-Infinity" -> Double.NEGATIVE_INFINITY;
                    default -> throw mismatch(value);
                };
            } else {
                throw mismatch(value);
            }
            if (!single) {
                return number;
            }
            float narrow = (float) number;
            if (Float.isInfinite(narrow) && !Double.isInfinite(number)) {
                throw mismatch(value);
            }
            return narrow;
        }
    }

    private static boolean isWhole(Number value) {
        return value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte
                || value instanceof BigInteger;
    }

    private static boolean isNumber(Number value) {
        return value instanceof Double || value instanceof Float || isWhole(value);
    }

    private static final class Truth extends Primitive {
        Truth() {
            super("bool", false);
        }

        @Override
        Object readValue(Object value, Plans plans, int depth) {
            if (value instanceof Boolean) {
                return value;
            }
            throw mismatch(value);
        }
    }

    private static final class Letter extends Primitive {
        Letter() {
            super("a text of one character", '\0');
        }

        @Override
        Object readValue(Object value, Plans plans, int depth) {
            if (value instanceof Character) {
                return value;
            }
            if (value instanceof String text && text.length() == 1) {
                return text.charAt(0);
            }
            throw mismatch(value);
        }
    }

    /** A boxed primitive: null is a value, and the default. */
    private static final class Boxed extends Reader {
        private final Reader primitive;

        Boxed(Reader primitive) {
            this.primitive = primitive;
        }

        @Override
        Object readValue(Object value, Plans plans, int depth) {
            return primitive.readValue(value, plans, depth);
        }

        @Override
        Object describe(Plans plans, Set<Class<?>> within) {
            return primitive.describe(plans, within);
        }
    }

    private static final class AnyNumber extends Reader {
        private final Class<?> type;

        AnyNumber(Class<?> type) {
            this.type = type;
        }

        @Override
        Object readValue(Object value, Plans plans, int depth) {
            if (value instanceof Number number && isNumber(number)) {
                if (type.isInstance(value)) {
                    return value;
                }
                if (!(value instanceof Double || value instanceof Float)) {
                    return BigInteger.valueOf(number.longValue());
                }
            }
            throw Mismatch.expected(describe(plans, Set.of()), value);
        }

        @Override
        String describe(Plans plans, Set<Class<?>> within) {
            return type == Number.class ? "number" : "whole number";
        }
    }

    private static final class Text extends Reader {
        @Override
        Object readValue(Object value, Plans plans, int depth) {
            if (value instanceof String || value instanceof Character) {
                return value.toString();
            }
            throw Mismatch.expected("text", value);
        }

        @Override
        Object missing(Plans plans) {
            return "";
        }

        @Override
        Object describe(Plans plans, Set<Class<?>> within) {
            return "string";
        }
    }

    private static final class Anything extends Reader {
        @Override
        Object readValue(Object value, Plans plans, int depth) {
            return value;
        }

        @Override
        Object describe(Plans plans, Set<Class<?>> within) {
            return "any";
        }
    }

    /** An enum. Its default is null: the first constant may be a command. */
    private static final class Constant extends Reader {
        private final Class<?> type;

        Constant(Class<?> type) {
            this.type = type;
        }

        @Override
        Object readValue(Object value, Plans plans, int depth) {
            if (type.isInstance(value)) {
                return value;
            }
            String name = value instanceof Enum<?> other ? other.name() : value instanceof String text ? text : null;
            for (Object constant : type.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(name)) {
                    return constant;
                }
            }
            throw Mismatch.expected("one of " + describe(plans, Set.of()), value instanceof Enum<?> ? name : value);
        }

        @Override
        String describe(Plans plans, Set<Class<?>> within) {
            return Arrays.stream(type.getEnumConstants()).map(constant -> ((Enum<?>) constant).name())
                    .collect(Collectors.joining("|"));
        }
    }

    private static final class Nested extends Reader {
        private final Class<?> type;

        Nested(Class<?> type) {
            this.type = type;
        }

        @Override
        Object readValue(Object value, Plans plans, int depth) {
            return type.isInstance(value) ? value : plans.of(type).read(value, plans, depth);
        }

        @Override
        Object missing(Plans plans) {
            return plans.of(type).blank(plans);
        }

        @Override
        Object describe(Plans plans, Set<Class<?>> within) {
            return within.contains(type) ? RecordShapes.nameOf(type) : plans.of(type).describe(plans, within);
        }
    }

    /** A class of {@code java.time}, written as text. */
    private static final class Parsed<T> extends Reader {
        private final Class<T> type;
        private final Function<CharSequence, T> parse;
        private final T zero;
        private final String form;

        Parsed(Class<T> type, Function<CharSequence, T> parse, T zero, String form) {
            this.type = type;
            this.parse = parse;
            this.zero = zero;
            this.form = form;
        }

        @Override
        Object readValue(Object value, Plans plans, int depth) {
            if (type.isInstance(value)) {
                return value;
            }
            if (value instanceof String text) {
                try {
                    return parse.apply(text);
                } catch (DateTimeException | ArithmeticException e) {
                    throw Mismatch.expected(form, value);
                }
            }
            throw Mismatch.expected(form, value);
        }

        @Override
        Object missing(Plans plans) {
            return zero;
        }

        @Override
        Object describe(Plans plans, Set<Class<?>> within) {
            return form;
        }
    }
}
