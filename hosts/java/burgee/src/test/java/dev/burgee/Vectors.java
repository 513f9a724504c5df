package dev.burgee;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The cases of {@code tests/vectors}, in the order of the index. */
final class Vectors {
    /** One case, with what its file says for all. */
    static final class Case {
        private final String file;
        private final Map<String, Object> members;
        private final Object flagsOfFile;
        private final Object modeOfFile;

        Case(String file, Map<String, Object> members, Object flagsOfFile, Object modeOfFile) {
            this.file = file;
            this.members = members;
            this.flagsOfFile = flagsOfFile;
            this.modeOfFile = modeOfFile;
        }

        String file() {
            return file;
        }

        String name() {
            return (String) members.get("name");
        }

        boolean has(String member) {
            return members.containsKey(member);
        }

        Object get(String member) {
            return members.get(member);
        }

        Validation mode() {
            Object mode = members.getOrDefault("mode", modeOfFile);
            if (mode == null) {
                return Validation.STRICT;
            }
            return Validation.valueOf(((String) mode).toUpperCase(Locale.ROOT));
        }

        String document() {
            if (has("flagsText")) {
                return (String) get("flagsText");
            }
            Object flags = members.getOrDefault("flags", flagsOfFile);
            if (flags == null) {
                throw new AssertionError("neither the case nor its file has flags");
            }
            return text(flags);
        }

        /** What the case expects, as answers for the digest. */
        List<Map<String, Object>> answers() {
            Map<String, Object> expected = Json.object(get("expect"));
            if (has("updates")) {
                return List.of(Map.of("success", expected.get("success")));
            }
            if (has("rule") || has("ruleText")) {
                Map<String, Object> kept = new LinkedHashMap<>(expected);
                kept.remove("errorContains");
                return List.of(kept);
            }
            if (has("all")) {
                List<Map<String, Object>> answers = new ArrayList<>();
                Json.array(get("all")).forEach(flag -> answers.add(Json.object(flag)));
                answers.add(Map.of("flagMetadata", Json.object(get("flagMetadata"))));
                return answers;
            }
            return List.of(expected);
        }

        /** A text as it stands, or the JSON text of a value; empty if there is neither. */
        String textOrJson(String textMember, String valueMember) {
            if (has(textMember)) {
                return (String) get(textMember);
            }
            return has(valueMember) ? text(get(valueMember)) : "";
        }
    }

    private Vectors() {}

    static Path root() {
        return Path.of(System.getProperty("burgee.root"));
    }

    /** Fails if a count differs from the index, a file is not listed or a name is not unique. */
    static List<Case> load() throws IOException {
        Path folder = root().resolve("tests/vectors");
        Map<String, Object> index = read(folder.resolve("index.json"));
        List<Case> cases = new ArrayList<>();
        Set<String> files = new HashSet<>(Set.of("index.json"));
        Set<String> names = new HashSet<>();
        for (Object item : Json.array(index.get("files"))) {
            Map<String, Object> entry = Json.object(item);
            String name = (String) entry.get("file");
            files.add(name);
            Map<String, Object> file = read(folder.resolve(name));
            List<?> members = Json.array(file.get("cases"));
            if (!entry.get("cases").equals((long) members.size())) {
                throw new AssertionError(
                        name + " has " + members.size() + " cases, the index says " + entry.get("cases"));
            }
            for (Object member : members) {
                Case one = new Case(name, Json.object(member), file.get("flags"), file.get("mode"));
                if (!names.add(one.name())) {
                    throw new AssertionError("two cases are called `" + one.name() + "`");
                }
                cases.add(one);
            }
        }
        if (!index.get("total").equals((long) cases.size())) {
            throw new AssertionError(cases.size() + " cases, the index says " + index.get("total"));
        }
        try (var listed = Files.list(folder)) {
            listed.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json") && !files.contains(name))
                    .forEach(name -> {
                        throw new AssertionError("`" + name + "` is not in the index");
                    });
        }
        return cases;
    }

    static Map<String, Object> read(Path path) throws IOException {
        return Json.object(Json.read(Files.readAllBytes(path)));
    }

    static Object parse(String text) {
        return Json.read(Texts.utf8(text));
    }

    /** The JSON text of a value, with numbers in the form that they have: contexts of programs are written otherwise. */
    static String text(Object value) {
        Buffer text = new Buffer();
        try (JsonGenerator out = Json.generator(text)) {
            write(value, out);
        } catch (IOException error) {
            throw new AssertionError(error);
        }
        return new String(text.bytes(), 0, text.length(), StandardCharsets.UTF_8);
    }

    private static void write(Object value, JsonGenerator out) throws IOException {
        if (value instanceof Map) {
            out.writeStartObject();
            for (var member : ((Map<?, ?>) value).entrySet()) {
                out.writeFieldName((String) member.getKey());
                write(member.getValue(), out);
            }
            out.writeEndObject();
        } else if (value instanceof List) {
            out.writeStartArray();
            for (Object item : (List<?>) value) {
                write(item, out);
            }
            out.writeEndArray();
        } else if (value instanceof Double) {
            out.writeNumber((Double) value);
        } else if (value instanceof Long) {
            out.writeNumber((Long) value);
        } else if (value instanceof Boolean) {
            out.writeBoolean((Boolean) value);
        } else if (value == null) {
            out.writeNull();
        } else {
            out.writeString((String) value);
        }
    }

    /** Whether two values are equal; numbers are compared by value, the order of members does not matter. */
    static boolean same(Object first, Object second) {
        if (first instanceof Long && second instanceof Long) {
            return first.equals(second);
        }
        if (first instanceof Number && second instanceof Number) {
            return ((Number) first).doubleValue() == ((Number) second).doubleValue();
        }
        if (first instanceof List && second instanceof List) {
            List<?> one = (List<?>) first;
            List<?> other = (List<?>) second;
            if (one.size() != other.size()) {
                return false;
            }
            for (int i = 0; i < one.size(); i++) {
                if (!same(one.get(i), other.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (first instanceof Map && second instanceof Map) {
            Map<?, ?> one = (Map<?, ?>) first;
            Map<?, ?> other = (Map<?, ?>) second;
            return one.keySet().equals(other.keySet())
                    && one.keySet().stream().allMatch(name -> same(one.get(name), other.get(name)));
        }
        return first == null ? second == null : first.equals(second);
    }
}
