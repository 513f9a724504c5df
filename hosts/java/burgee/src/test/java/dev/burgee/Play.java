package dev.burgee;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plays cases to evaluators through the public methods. */
final class Play {
    /** How an error begins that is about the text of a context and no value in it. */
    private static final String REFUSED = "the evaluation context";

    private final Execution execution;
    private int typed;
    private int textOnly;

    Play(Execution execution) {
        this.execution = execution;
    }

    /** Cases that were also asked with values instead of text. */
    int typed() {
        return typed;
    }

    /** Cases about the text of a context, which has no counterpart in values. */
    int textOnly() {
        return textOnly;
    }

    /** Gives the answers for the digest; the error says everything that was wrong. */
    List<Map<String, Object>> play(Vectors.Case one) {
        long now = one.has("now") ? (Long) one.get("now") : 0;
        try (Burgee burgee = Burgee.builder()
                .execution(execution)
                .instances(1)
                .validation(one.mode())
                .clock(Clock.fixed(Instant.ofEpochSecond(now), ZoneOffset.UTC))
                .build()) {
            List<Map<String, Object>> answers = answers(burgee, one);
            if (burgee.getStatistics().getTraps() != 0) {
                throw new AssertionError("the module trapped");
            }
            return answers;
        }
    }

    private List<Map<String, Object>> answers(Burgee burgee, Vectors.Case one) {
        Map<String, Object> expected = Json.object(one.get("expect"));
        if (one.has("updates")) {
            String report = "";
            for (Object update : Json.array(one.get("updates"))) {
                report = update(burgee, update instanceof String ? (String) update : Vectors.text(update));
            }
            Map<String, Object> members = Json.object(Vectors.parse(report));
            Expectation.report(expected, members);
            return List.of(Map.of("success", members.get("success")));
        }
        if (one.has("rule") || one.has("ruleText")) {
            String answer = burgee.evaluateLogicJson(
                    one.textOrJson("ruleText", "rule"), one.textOrJson("contextText", "context"));
            Map<String, Object> members = Json.object(Vectors.parse(answer));
            Expectation.rule(expected, members);
            return List.of(members.containsKey("result")
                    ? Collections.singletonMap("value", members.get("result"))
                    : Map.of("error", true));
        }
        burgee.update(one.document());
        String context = one.textOrJson("contextText", "context");
        if (one.has("all")) {
            String answer = burgee.evaluateAllJson(context);
            Map<String, Object> members = Json.object(Vectors.parse(answer));
            Expectation.bulk(one, members);
            bulkTyped(burgee, context, answer);
            List<Map<String, Object>> answers = new ArrayList<>();
            Json.array(members.get("flags")).forEach(flag -> answers.add(withoutMessage(Json.object(flag))));
            answers.add(Map.of("flagMetadata", Json.object(members.get("flagMetadata"))));
            return answers;
        }
        String key = (String) one.get("key");
        String answer = burgee.evaluateJson(key, context);
        Map<String, Object> members = Json.object(Vectors.parse(answer));
        Expectation.evaluation(expected, members);
        typed(burgee, key, context, members);
        return List.of(withoutMessage(members));
    }

    private static Map<String, Object> withoutMessage(Map<String, Object> members) {
        Map<String, Object> kept = new LinkedHashMap<>(members);
        kept.remove("errorMessage");
        return kept;
    }

    private static String update(Burgee burgee, String document) {
        try {
            return burgee.update(document).toJson();
        } catch (FlagSetException refused) {
            return refused.getReportJson();
        }
    }

    /** With values instead of text the answer is the same, if a map can hold what the text says. */
    private void typed(Burgee burgee, String key, String context, Map<String, Object> expected) {
        if (String.valueOf(expected.get("errorMessage")).startsWith(REFUSED)) {
            textOnly++;
            return;
        }
        Map<String, Object> values = values(context);
        if (values == null) {
            // The flag is answered without a look at the context, so any values will do.
            values = Map.of();
        }
        Object otherwise = new Object();
        Details<Object> details = burgee.getObjectDetails(key, otherwise, values);
        compare(expected, details, otherwise);
        accessors(burgee, key, values, expected.get("value"));
        typed++;
    }

    /** The accessor of the value's type gives the value. */
    private static void accessors(Burgee burgee, String key, Map<String, Object> context, Object value) {
        if (value instanceof Boolean) {
            boolean truth = (Boolean) value;
            same(truth, burgee.getBoolean(key, !truth, context));
        } else if (value instanceof String) {
            same(value, burgee.getString(key, value + "?", context));
        } else if (value instanceof Long) {
            same(value, burgee.getLong(key, ~(Long) value, context));
        } else if (value instanceof Double) {
            same(value, burgee.getDouble(key, (Double) value + 1, context));
        } else if (value instanceof Map) {
            same(ErrorCode.TYPE_MISMATCH,
                    burgee.getStringDetails(key, "", context).getErrorCode().orElse(null));
        }
    }

    private static void bulkTyped(Burgee burgee, String context, String answer) {
        Map<String, Object> values = values(context);
        if (values == null) {
            return;
        }
        List<?> expected = Json.array(Json.object(Vectors.parse(answer)).get("flags"));
        List<Details<Object>> found = burgee.evaluateAll(values);
        same(expected.size(), found.size());
        for (int i = 0; i < found.size(); i++) {
            Map<String, Object> flag = Json.object(expected.get(i));
            same(flag.get("key"), found.get(i).getFlagKey());
            compare(flag, found.get(i), null);
        }
    }

    private static void compare(Map<String, Object> expected, Details<Object> details, Object otherwise) {
        Map<String, Object> found = Digest.members(details);
        if (!details.hasFlagValue()) {
            same(otherwise, details.getValue());
        }
        details.getErrorMessage().ifPresent(message -> found.put("errorMessage", message));
        Map<String, Object> wanted = new LinkedHashMap<>(expected);
        wanted.remove("key");
        if ("FLAG_NOT_FOUND".equals(wanted.get("errorCode"))) {
            // The host answers these itself, in its own words.
            wanted.remove("errorMessage");
            same(true, found.remove("errorMessage") != null);
        }
        same(wanted, found);
    }

    /** The members of a context, or null if the text has none. */
    private static Map<String, Object> values(String context) {
        if (context.isEmpty()) {
            return Map.of();
        }
        try {
            return Json.object(Vectors.parse(context));
        } catch (Trap noJson) {
            return null;
        }
    }

    private static void same(Object expected, Object found) {
        if (!Vectors.same(expected, found)) {
            throw new AssertionError("with values it should be " + expected + ", but is " + found);
        }
    }
}
