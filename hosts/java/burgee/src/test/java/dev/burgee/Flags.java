package dev.burgee;

/** Flag sets that several tests use. */
final class Flags {
    /** Two flags that are `hit` if `v` is "hit": one reads a slot, the other needs the whole context. */
    static final String READS_V = """
            {"flags": {
              "slot": {"state": "ENABLED", "variants": {"hit": "hit", "other": "other"}, "defaultVariant": "other",
                "targeting": {"if": [{"==": [{"var": "v"}, "hit"]}, "hit", "other"]}},
              "whole": {"state": "ENABLED", "variants": {"hit": "hit", "other": "other"}, "defaultVariant": "other",
                "targeting": {"if": [{"==": [{"var": {"var": "name"}}, "hit"]}, "hit", "other"]}}}}
            """;

    /** Flags whose every answer tells the number of their flag set. */
    static String numbered(int number, int flags) {
        StringBuilder text = new StringBuilder("{\"metadata\": {\"number\": " + number + "}, \"flags\": {");
        for (int i = 0; i < flags; i++) {
            text.append(i == 0 ? "" : ",").append("""
                    "flag-%1$d": {"state": "ENABLED", "variants": {"a": "a-%2$d", "b": "b-%2$d"}, "defaultVariant": "a",
                      "metadata": {"own": %2$d},
                      "targeting": {"if": [{"==": [{"var": "v"}, "hit"]}, "b", "a"]}}
                    """.formatted(i, number));
        }
        text.append("""
                , "static": {"state": "ENABLED", "variants": {"a": "a-%1$d"}, "defaultVariant": "a"},
                  "whole": {"state": "ENABLED", "variants": {"a": "a-%1$d", "b": "b-%1$d"}, "defaultVariant": "a",
                    "metadata": {"own": %1$d},
                    "targeting": {"if": [{"==": [{"var": {"var": "name"}}, "hit"]}, "b", "a"]}}}}
                """.formatted(number));
        return text.toString();
    }

    private Flags() {}
}
