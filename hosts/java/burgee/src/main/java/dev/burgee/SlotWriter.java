package dev.burgee;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.Map;

/** Writes values as {@code evaluate_slots} reads them: slot, tag, payload. */
final class SlotWriter {
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);

    private static final int NULL = 0;
    private static final int FALSE = 1;
    private static final int TRUE = 2;
    private static final int INTEGER = 3;
    private static final int DOUBLE = 4;
    private static final int STRING = 5;
    private static final int TREE = 6;

    private static final int HEAD = 3;
    private static final int LENGTH = 4;
    private static final int NUMBER = 8;

    private SlotWriter() {}

    static void write(Slot slot, Object value, Buffer out) {
        String text = ContextJson.asText(value);
        if (text != null) {
            text(slot, text, out);
        } else if (value == null) {
            head(slot, NULL, 0, out);
        } else if (value instanceof Boolean) {
            head(slot, (Boolean) value ? TRUE : FALSE, 0, out);
        } else if (value instanceof Number) {
            number(slot, (Number) value, out);
        } else if (value instanceof Map || value instanceof Collection) {
            tree(slot, value, out);
        } else {
            throw InvalidContext.type(value, slot.place());
        }
    }

    private static void number(Slot slot, Number value, Buffer out) {
        if (value instanceof Integer || value instanceof Long) {
            integer(slot, value.longValue(), out);
            return;
        }
        Number normal = Numbers.normal(value, slot.place());
        if (normal == null) {
            head(slot, NULL, 0, out);
        } else if (normal instanceof Long) {
            integer(slot, normal.longValue(), out);
        } else {
            int at = head(slot, DOUBLE, NUMBER, out);
            LONG.set(out.bytes(), at, Double.doubleToRawLongBits(normal.doubleValue()));
        }
    }

    private static void integer(Slot slot, long value, Buffer out) {
        int at = head(slot, INTEGER, NUMBER, out);
        LONG.set(out.bytes(), at, value);
    }

    private static void text(Slot slot, String text, Buffer out) {
        int count = text.length();
        int start = out.length();
        int at = head(slot, STRING, LENGTH + count, out);
        byte[] bytes = out.bytes();
        INT.set(bytes, at, count);
        at += LENGTH;
        for (int i = 0; i < count; i++) {
            char unit = text.charAt(i);
            if (unit >= 0x80) {
                // The guess that a text is ASCII was wrong, so its length is not known before it is encoded.
                out.truncate(start);
                encoded(slot, Texts.utf8(text), out);
                return;
            }
            bytes[at + i] = (byte) unit;
        }
    }

    private static void encoded(Slot slot, byte[] text, Buffer out) {
        int at = head(slot, STRING, LENGTH + text.length, out);
        INT.set(out.bytes(), at, text.length);
        System.arraycopy(text, 0, out.bytes(), at + LENGTH, text.length);
    }

    private static void tree(Slot slot, Object value, Buffer out) {
        int at = head(slot, TREE, LENGTH, out);
        int start = out.length();
        ContextJson.write(value, slot.place(), out);
        INT.set(out.bytes(), at, out.length() - start);
    }

    /** Writes slot and tag, makes room for the payload and gives its place. */
    private static int head(Slot slot, int tag, int payload, Buffer out) {
        int at = out.extend(HEAD + payload);
        SHORT.set(out.bytes(), at, (short) slot.number());
        out.bytes()[at + 2] = (byte) tag;
        return at + HEAD;
    }

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }
}
