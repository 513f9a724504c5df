package dev.burgee.bench.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes values as `evaluate_slots` reads them: slot, tag, payload. */
final class SlotWriter {
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int NULL = 0;
    private static final int FALSE = 1;
    private static final int TRUE = 2;
    private static final int INTEGER = 3;
    private static final int DOUBLE = 4;
    private static final int STRING = 5;
    private static final int TREE = 6;

    /** Slot and tag, then the length of a text or a number. */
    private static final int HEAD = 3;
    private static final int LONGEST_HEAD = HEAD + 8;

    private byte[] bytes = new byte[256];
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    void put(int slot, Object value) {
        reserve(LONGEST_HEAD);
        if (value instanceof String text) {
            putText(slot, text);
        } else if (value instanceof Boolean truth) {
            head(slot, truth ? TRUE : FALSE);
        } else if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
            head(slot, INTEGER);
            number(((Number) value).longValue());
        } else if (value instanceof Double || value instanceof Float) {
            head(slot, DOUBLE);
            number(Double.doubleToRawLongBits(((Number) value).doubleValue()));
        } else if (value == null) {
            head(slot, NULL);
        } else if (value instanceof Map || value instanceof List) {
            putEncoded(slot, TREE, json(value));
        } else {
            throw new IllegalArgumentException("a value of " + value.getClass() + " has no JSON form");
        }
    }

    private void putText(int slot, String text) {
        int characters = text.length();
        reserve(LONGEST_HEAD + characters);
        int at = length + HEAD + 4;
        for (int i = 0; i < characters; i++) {
            char character = text.charAt(i);
            if (character >= 0x80) {
                putEncoded(slot, STRING, text.getBytes(StandardCharsets.UTF_8));
                return;
            }
            bytes[at + i] = (byte) character;
        }
        head(slot, STRING);
        INT.set(bytes, length, characters);
        length = at + characters;
    }

    private void putEncoded(int slot, int tag, byte[] text) {
        reserve(LONGEST_HEAD + text.length);
        head(slot, tag);
        INT.set(bytes, length, text.length);
        System.arraycopy(text, 0, bytes, length + 4, text.length);
        length += 4 + text.length;
    }

    private void head(int slot, int tag) {
        SHORT.set(bytes, length, (short) slot);
        bytes[length + 2] = (byte) tag;
        length += HEAD;
    }

    private void number(long bits) {
        LONG.set(bytes, length, bits);
        length += 8;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    private static byte[] json(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException error) {
            throw new IllegalArgumentException("a value of the context has no JSON form", error);
        }
    }

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }
}
