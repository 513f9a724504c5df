package dev.burgee.bench;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The scenarios, and the files they name. */
public record Work(Path folder, Index index) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Index(List<Evaluation> evaluations, List<Bulk> bulk, List<Update> updates) {}

    /** A scenario: its name, and the document it needs. */
    public interface Scenario {
        String id();

        Text flags();
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Evaluation(String id, Text flags, int flagCount, String key, Text context, Expect expect)
            implements Scenario {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Bulk(String id, Text flags, Text context, int count) implements Scenario {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Update(String id, String kind, int flagCount, Text flags, Text other) implements Scenario {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Expect(Object value, String variant, String reason, String errorCode) {
        /** Complains about another answer; null where there is nothing to complain about. */
        public String complaint(Expect answer) {
            return Objects.equals(this, answer) ? null : "answers " + answer + " instead of " + this;
        }

        @Override
        public String toString() {
            return "value " + value + ", variant " + variant + ", reason " + reason + ", error code " + errorCode;
        }
    }

    /** A file of the folder; two scenarios that name the same file get equal texts. */
    public record Text(Path file) {
        public byte[] bytes() throws IOException {
            return Files.readAllBytes(file);
        }

        public String text() throws IOException {
            return Files.readString(file);
        }

        /** An object as a program would hold it. */
        public Map<String, Object> object() throws IOException {
            return JSON.readValue(bytes(), OBJECT);
        }
    }

    public static Work read(Path folder) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        mapper.registerModule(TextOf.module(folder));
        return new Work(folder, mapper.readValue(folder.resolve("index.json").toFile(), Index.class));
    }
}
