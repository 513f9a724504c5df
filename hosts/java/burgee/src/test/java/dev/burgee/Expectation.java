package dev.burgee;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Compares answers with what a case expects. A member that is not expected must not be there. */
final class Expectation {
    private static final Set<String> EVALUATION = Set.of("value", "variant", "reason", "errorCode", "flagMetadata");
    private static final Set<String> RULE = Set.of("value", "error", "errorContains");
    private static final Set<String> REPORT = Set.of("success", "changedFlags", "added", "removed", "errors", "warnings",
            "requiredContextKeys", "preEvaluated");
    private static final Set<String> FINDING = Set.of("rule", "path", "line", "column", "flag", "hintContains");

    private Expectation() {}

    static void evaluation(Map<String, Object> expected, Map<String, Object> answer) {
        known(expected, EVALUATION);
        for (String member : EVALUATION) {
            boolean wanted = expected.containsKey(member);
            check(wanted == answer.containsKey(member), "`" + member + "` should be "
                    + (wanted ? "there" : "absent") + " in " + answer);
            check(Vectors.same(expected.get(member), answer.get(member)),
                    "`" + member + "` should be " + expected.get(member) + " in " + answer);
        }
        boolean message = !text(answer, "errorMessage").isEmpty();
        check(message == expected.containsKey("errorCode"),
                "`errorMessage` must be there if and only if `errorCode` is, in " + answer);
    }

    static void rule(Map<String, Object> expected, Map<String, Object> answer) {
        known(expected, RULE);
        if (expected.containsKey("value")) {
            check(Boolean.TRUE.equals(answer.get("success")), "the rule should have a result, not " + answer);
            check(answer.containsKey("result") && Vectors.same(expected.get("value"), answer.get("result")),
                    "the result should be " + expected.get("value") + ", not " + answer);
            return;
        }
        check(Boolean.TRUE.equals(expected.get("error")), "the case expects neither a value nor an error");
        check(Boolean.FALSE.equals(answer.get("success")), "the rule should fail, not give " + answer);
        String wanted = (String) expected.getOrDefault("errorContains", "");
        check(answer.containsKey("error") && text(answer, "error").contains(wanted),
                "the error should contain `" + wanted + "`, not be " + answer);
    }

    static void bulk(Vectors.Case one, Map<String, Object> answer) {
        List<?> wanted = Json.array(one.get("all"));
        List<?> found = Json.array(answer.get("flags"));
        check(wanted.size() == found.size(), "there should be " + wanted.size() + " answers, not " + found.size());
        for (int i = 0; i < wanted.size(); i++) {
            Map<String, Object> expected = new java.util.HashMap<>(Json.object(wanted.get(i)));
            Map<String, Object> flag = Json.object(found.get(i));
            check(Objects.equals(expected.remove("key"), flag.get("key")), "the flags are not sorted as expected");
            evaluation(expected, flag);
        }
        check(Vectors.same(Json.object(one.get("flagMetadata")), Json.object(answer.get("flagMetadata"))),
                "`flagMetadata` should be " + one.get("flagMetadata") + ", not " + answer.get("flagMetadata"));
    }

    static void report(Map<String, Object> expected, Map<String, Object> report) {
        known(expected, REPORT);
        check(expected.containsKey("success"), "a case of updates without `success`");
        check(Objects.equals(expected.get("success"), report.get("success")), "`success` should be "
                + expected.get("success"));
        for (String list : List.of("changedFlags", "added", "removed")) {
            check(!expected.containsKey(list) || expected.get(list).equals(report.get(list)),
                    "`" + list + "` should be " + expected.get(list) + ", not " + report.get(list));
        }
        for (String list : List.of("errors", "warnings")) {
            if (expected.containsKey(list)) {
                findings(list, Json.array(expected.get(list)), Json.array(report.get(list)));
            }
        }
        if (expected.containsKey("requiredContextKeys")) {
            requiredKeys(Json.object(expected.get("requiredContextKeys")), Json.object(report.get("requiredContextKeys")));
        }
        if (expected.containsKey("preEvaluated")) {
            Set<Object> wanted = new HashSet<>(Json.array(expected.get("preEvaluated")));
            Set<String> found = Json.object(report.get("preEvaluated")).keySet();
            check(wanted.equals(found), "`preEvaluated` should have " + wanted + ", not " + found);
        }
    }

    private static void findings(String list, List<?> wanted, List<?> found) {
        wanted.forEach(finding -> known(Json.object(finding), FINDING));
        check(wanted.size() == found.size(), "`" + list + "` should have " + wanted.size() + " findings, not " + found);
        check(assign(wanted, 0, found, new boolean[found.size()]), "`" + list + "` should meet " + wanted + ", not be "
                + found);
    }

    /** Whether each wanted finding can be met by a reported one of its own. */
    private static boolean assign(List<?> wanted, int from, List<?> found, boolean[] taken) {
        if (from == wanted.size()) {
            return true;
        }
        for (int i = 0; i < taken.length; i++) {
            if (!taken[i] && meets(Json.object(wanted.get(from)), Json.object(found.get(i)))) {
                taken[i] = true;
                if (assign(wanted, from + 1, found, taken)) {
                    return true;
                }
                taken[i] = false;
            }
        }
        return false;
    }

    private static boolean meets(Map<String, Object> wanted, Map<String, Object> found) {
        boolean equal = wanted.keySet().stream()
                .filter(member -> !member.equals("hintContains"))
                .allMatch(member -> Objects.equals(wanted.get(member), found.get(member)));
        String hint = (String) wanted.getOrDefault("hintContains", "");
        return equal && text(found, "hint").contains(hint);
    }

    private static void requiredKeys(Map<String, Object> wanted, Map<String, Object> found) {
        boolean same = wanted.keySet().equals(found.keySet())
                && wanted.keySet().stream().allMatch(key -> new HashSet<>(Json.array(wanted.get(key)))
                        .equals(new HashSet<>(Json.array(found.get(key)))));
        check(same, "`requiredContextKeys` should be " + wanted + ", not " + found);
    }

    /** Empty if there is none. */
    private static String text(Map<String, Object> members, String name) {
        Object value = members.get(name);
        return value instanceof String ? (String) value : "";
    }

    /** A misspelt member would expect nothing. */
    private static void known(Map<String, Object> expected, Set<String> known) {
        check(!expected.isEmpty(), "a case without `expect`");
        expected.keySet().forEach(
                member -> check(known.contains(member), "the case expects `" + member + "`, which no answer has"));
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
