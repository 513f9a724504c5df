package dev.burgee;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Map;

/** Writes values of an evaluation context as JSON. */
final class ContextJson {
    /** What the module reads; a map that contains itself ends here. */
    static final int MOST_LEVELS = 128;

    private ContextJson() {}

    /** Writes a value, which stands at a place of the context that errors name. */
    static void write(Object value, String place, Buffer out) {
        try (JsonGenerator generator = Json.generator(out)) {
            write(value, place, 0, generator);
        } catch (IOException error) {
            throw new IllegalStateException("a buffer in memory cannot fail", error);
        }
    }

    /** The text that stands for a value which JSON has no type for; null for all other values. */
    static String asText(Object value) {
        if (value instanceof CharSequence) {
            return value.toString();
        }
        return value instanceof Instant || value instanceof OffsetDateTime ? value.toString() : null;
    }

    private static void write(Object value, String place, int level, JsonGenerator out) throws IOException {
        if (level > MOST_LEVELS) {
            throw InvalidContext.depth(place);
        }
        String text = asText(value);
        if (text != null) {
            out.writeString(Texts.wellFormed(text));
        } else if (value == null) {
            out.writeNull();
        } else if (value instanceof Boolean) {
            out.writeBoolean((Boolean) value);
        } else if (value instanceof Number) {
            number(Numbers.normal((Number) value, place), out);
        } else if (value instanceof Map) {
            members((Map<?, ?>) value, place, level, out);
        } else if (value instanceof Collection) {
            out.writeStartArray();
            int index = 0;
            for (Object item : (Collection<?>) value) {
                write(item, inside(place, Integer.toString(index++)), level + 1, out);
            }
            out.writeEndArray();
        } else {
            throw InvalidContext.type(value, place);
        }
    }

    private static void members(Map<?, ?> members, String place, int level, JsonGenerator out) throws IOException {
        out.writeStartObject();
        for (Map.Entry<?, ?> member : members.entrySet()) {
            if (!(member.getKey() instanceof String)) {
                throw InvalidContext.name(member.getKey(), place);
            }
            String name = (String) member.getKey();
            out.writeFieldName(Texts.wellFormed(name));
            write(member.getValue(), inside(place, name), level + 1, out);
        }
        out.writeEndObject();
    }

    private static void number(Number value, JsonGenerator out) throws IOException {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof Long) {
            out.writeNumber((Long) value);
        } else {
            out.writeNumber((Double) value);
        }
    }

    private static String inside(String place, String name) {
        return place.isEmpty() ? name : place + "." + name;
    }
}
