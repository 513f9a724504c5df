package dev.burgee;

import java.math.BigDecimal;
import java.math.BigInteger;

/** What the numbers of Java are for the module: 64-bit integers or doubles. */
final class Numbers {
    private Numbers() {}

    /**
     * The number as a {@link Long}, as a {@link Double}, or null if it is not finite, which JSON has no form for.
     *
     * @throws InvalidContext if neither type can hold it
     */
    static Number normal(Number value, String place) {
        if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
            return value.longValue();
        }
        if (value instanceof Double || value instanceof Float) {
            double number = value.doubleValue();
            return Double.isFinite(number) ? (Double) number : null;
        }
        if (value instanceof BigInteger) {
            return bounded((BigInteger) value, place);
        }
        if (value instanceof BigDecimal) {
            BigDecimal number = (BigDecimal) value;
            return number.scale() == 0 ? bounded(number.unscaledValue(), place) : finite(value, place);
        }
        if (value instanceof java.util.concurrent.atomic.AtomicInteger
                || value instanceof java.util.concurrent.atomic.AtomicLong
                || value instanceof java.util.concurrent.atomic.LongAdder) {
            return value.longValue();
        }
        throw InvalidContext.type(value, place);
    }

    private static Number bounded(BigInteger value, String place) {
        return value.bitLength() < Long.SIZE ? (Number) value.longValue() : finite(value, place);
    }

    private static Double finite(Number value, String place) {
        double number = value.doubleValue();
        if (Double.isInfinite(number)) {
            throw InvalidContext.number(place);
        }
        return number;
    }
}
