package dev.burgee;

import java.util.List;
import java.util.Map;

/** Reads a value as the type that was asked for, without loss; null where that is not possible. */
final class Types {
    private Types() {}

    /** A type that values can be asked for. */
    interface Reading<T> {
        T read(Object value);
    }

    static Boolean asBoolean(Object value) {
        return value instanceof Boolean ? (Boolean) value : null;
    }

    static String asString(Object value) {
        return value instanceof String ? (String) value : null;
    }

    static Long asLong(Object value) {
        if (value instanceof Long) {
            return (Long) value;
        }
        return isLong(value) ? (Long) ((Number) value).longValue() : null;
    }

    static Integer asInteger(Object value) {
        return isInteger(value) ? (Integer) ((Number) value).intValue() : null;
    }

    static Double asDouble(Object value) {
        if (value instanceof Double) {
            return (Double) value;
        }
        return isDouble(value) ? (Double) ((Number) value).doubleValue() : null;
    }

    /** Whether it is a {@link Number} that a long holds. */
    static boolean isLong(Object value) {
        if (value instanceof Double) {
            double number = (Double) value;
            // The bound itself is one more than the largest long.
            return number == Math.rint(number) && number >= -0x1p63 && number < 0x1p63;
        }
        return value instanceof Long;
    }

    /** Whether it is a {@link Number} that an int holds. */
    static boolean isInteger(Object value) {
        return isLong(value) && ((Number) value).longValue() == (int) ((Number) value).longValue();
    }

    /** Whether it is a {@link Number} that a double holds. */
    static boolean isDouble(Object value) {
        if (value instanceof Long) {
            long number = (Long) value;
            double nearest = number;
            // A double of 2^63 would come back as the largest long, which it is not.
            return nearest < 0x1p63 && (long) nearest == number;
        }
        return value instanceof Double;
    }

    static String describe(Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Boolean) {
            return "a boolean";
        }
        if (value instanceof String) {
            return "a string";
        }
        if (value instanceof Number) {
            return "the number `" + value + "`";
        }
        if (value instanceof List) {
            return "an array";
        }
        return value instanceof Map ? "an object" : "a value of `" + value.getClass().getName() + "`";
    }
}
