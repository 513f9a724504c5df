package dev.burgee.bench.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Where the flags are, as the report of an update says. */
record Indices(Map<String, Integer> flags) {
    static final Indices NONE = new Indices(Map.of());
    private static final ObjectMapper JSON = new ObjectMapper();

    static Indices of(byte[] report) throws IOException {
        JsonNode tree = JSON.readTree(report);
        if (!tree.path("success").asBoolean()) {
            throw new IllegalStateException("the module refuses the document: " + tree.path("error").asText());
        }
        Map<String, Integer> flags = new HashMap<>();
        tree.path("flagIndices").properties().forEach(entry -> flags.put(entry.getKey(), entry.getValue().intValue()));
        return new Indices(flags);
    }

    Integer of(String key) {
        return flags.get(key);
    }
}
