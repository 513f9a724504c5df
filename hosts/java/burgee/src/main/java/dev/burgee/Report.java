package dev.burgee;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The report of an update, read. */
final class Report {
    private final byte[] text;
    private final Map<String, Object> members;

    Report(byte[] text) {
        this.text = text;
        members = Json.object(Json.read(text));
    }

    String json() {
        return new String(text, StandardCharsets.UTF_8);
    }

    boolean succeeded() {
        return Boolean.TRUE.equals(members.get("success"));
    }

    FlagSetException refusal() {
        Object error = members.get("error");
        return new FlagSetException(error == null ? "the module gave no reason" : error.toString(), findings("errors"),
                json());
    }

    long generation() {
        Object generation = members.get("generation");
        if (!(generation instanceof Long)) {
            throw new Trap("the module reported an update without `generation`");
        }
        return (Long) generation;
    }

    List<String> texts(String name) {
        return texts(members.get(name));
    }

    List<Finding> findings(String name) {
        List<Finding> findings = new ArrayList<>();
        Json.array(members.get(name)).forEach(finding -> findings.add(Finding.of(finding)));
        return Collections.unmodifiableList(findings);
    }

    Map<String, List<String>> requiredContextKeys() {
        Map<String, List<String>> keys = new LinkedHashMap<>();
        Json.object(members.get("requiredContextKeys")).forEach((flag, names) -> keys.put(flag, texts(names)));
        return Collections.unmodifiableMap(keys);
    }

    Map<String, Object> flagSetMetadata() {
        return Json.object(members.get("flagSetMetadata"));
    }

    Map<String, Object> flagIndices() {
        return Json.object(members.get("flagIndices"));
    }

    Map<String, Object> preEvaluated() {
        return Json.object(members.get("preEvaluated"));
    }

    private static List<String> texts(Object list) {
        List<String> texts = new ArrayList<>();
        Json.array(list).forEach(item -> texts.add((String) item));
        return Collections.unmodifiableList(texts);
    }
}
