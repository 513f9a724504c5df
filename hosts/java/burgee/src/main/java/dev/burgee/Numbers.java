package dev.burgee;

import java.math.BigDecimal;
import java.math.BigInteger;

/** What the numbers of Java are for the module: 64-bit integers or doubles. */
final class Numbers {
    /** From here on a double skips integers. */
    private static final double MOST_EXACT = 0x1p53;

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
            return Double.isFinite(number) ? whole(number) : null;
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

    private static Number finite(Number value, String place) {
        double number = value.doubleValue();
        if (Double.isInfinite(number)) {
            throw InvalidContext.number(place);
        }
        return whole(number);
    }

    /**
     * A double without a fraction is an integer, because languages with one type of number cannot tell them apart, and
     * every language must get the same answers. Minus zero has no integer.
     */
    private static Number whole(double number) {
        boolean integer = number == Math.rint(number) && Math.abs(number) <= MOST_EXACT
                && (number != 0 || Double.doubleToRawLongBits(number) == 0);
        return integer ? (Number) (long) number : (Number) number;
    }
}
