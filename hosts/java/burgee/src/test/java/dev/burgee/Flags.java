package dev.burgee;

/** Flag sets that several tests use. */
final class Flags {
    /** Two flags that are `hit` if `v` is "hit": one reads a slot, the other needs the whole context. */
    static final String READS_V = json(
            "{'flags': {\n"
            + "  'slot': {'state': 'ENABLED', 'variants': {'hit': 'hit', 'other': 'other'}, 'defaultVariant': 'other',\n"
            + "    'targeting': {'if': [{'==': [{'var': 'v'}, 'hit']}, 'hit', 'other']}},\n"
            + "  'whole': {'state': 'ENABLED', 'variants': {'hit': 'hit', 'other': 'other'}, 'defaultVariant': 'other',\n"
            + "    'targeting': {'if': [{'==': [{'var': {'var': 'name'}}, 'hit']}, 'hit', 'other']}}}}\n");

    /** Flags whose every answer tells the number of their flag set. */
    static String numbered(int number, int flags) {
        StringBuilder text = new StringBuilder("{\"metadata\": {\"number\": " + number + "}, \"flags\": {");
        for (int i = 0; i < flags; i++) {
            text.append(i == 0 ? "" : ",").append(String.format(json(
                    "'flag-%1$d': {'state': 'ENABLED', 'variants': {'a': 'a-%2$d', 'b': 'b-%2$d'}, 'defaultVariant': 'a',\n"
                    + "  'metadata': {'own': %2$d},\n"
                    + "  'targeting': {'if': [{'==': [{'var': 'v'}, 'hit']}, 'b', 'a']}}\n"), i, number));
        }
        text.append(String.format(json(
                ", 'static': {'state': 'ENABLED', 'variants': {'a': 'a-%1$d'}, 'defaultVariant': 'a'},\n"
                + "  'whole': {'state': 'ENABLED', 'variants': {'a': 'a-%1$d', 'b': 'b-%1$d'}, 'defaultVariant': 'a',\n"
                + "    'metadata': {'own': %1$d},\n"
                + "    'targeting': {'if': [{'==': [{'var': {'var': 'name'}}, 'hit']}, 'b', 'a']}}}}\n"), number));
        return text.toString();
    }

    /** JSON that is written with single quotes, so that it can be read in a text of Java 11. */
    static String json(String text) {
        return text.replace('\'', '"');
    }

    private Flags() {}
}
