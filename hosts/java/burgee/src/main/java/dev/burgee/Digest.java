package dev.burgee;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reduces answers to one SHA-256 that hosts in all languages can compare: for each answer its name and its members in a
 * canonical form. Null is {@code n}, true {@code t}, false {@code f}; a number is {@code d} and the sixteen digits of its
 * bits as a double, minus zero as zero; a text is {@code s}, its bytes in UTF-8, a colon and them; an array stands in
 * {@code []}; an object in braces, names and values sorted by the bytes of the names.
 */
final class Digest {
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private int count;

    void add(String name, Map<String, Object> members) {
        write(name);
        write(members);
        count++;
    }

    int count() {
        return count;
    }

    String sum() {
        return Program.hex(Program.sha256(text.toByteArray()));
    }

    /** What a digest takes in of an answer: everything but the key and the message. */
    static Map<String, Object> members(Details<Object> details) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("reason", details.getReason().name());
        if (details.hasFlagValue()) {
            members.put("value", details.getValue());
        }
        details.getVariant().ifPresent(variant -> members.put("variant", variant));
        details.getErrorCode().ifPresent(code -> members.put("errorCode", code.name()));
        if (!details.getFlagMetadata().isEmpty()) {
            members.put("flagMetadata", details.getFlagMetadata());
        }
        return members;
    }

    private void write(Object value) {
        if (value == null) {
            text.write('n');
        } else if (value instanceof Boolean) {
            text.write((Boolean) value ? 't' : 'f');
        } else if (value instanceof Number) {
            double number = ((Number) value).doubleValue();
            long bits = Double.doubleToRawLongBits(number == 0 ? 0 : number);
            text.writeBytes(String.format("d%016x", bits).getBytes(StandardCharsets.US_ASCII));
        } else if (value instanceof String) {
            byte[] bytes = Texts.utf8((String) value);
            text.writeBytes(("s" + bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
            text.writeBytes(bytes);
        } else if (value instanceof List) {
            text.write('[');
            ((List<?>) value).forEach(this::write);
            text.write(']');
        } else {
            Map<String, Object> members = Json.object(value);
            text.write('{');
            members.keySet().stream()
                    .sorted((one, other) -> Arrays.compareUnsigned(Texts.utf8(one), Texts.utf8(other)))
                    .forEach(name -> {
                        write(name);
                        write(members.get(name));
                    });
            text.write('}');
        }
    }
}
