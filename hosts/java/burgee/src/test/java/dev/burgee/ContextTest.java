package dev.burgee;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ContextTest {
    /** What the module sees at `v`: through a slot, and in the whole context as JSON. */
    private static void sees(String expectedJson, Object value) {
        String flags = String.format(Flags.json(
                "{'flags': {\n"
                + "  'slot': {'state': 'ENABLED', 'variants': {'yes': true, 'no': false}, 'defaultVariant': 'no',\n"
                + "    'targeting': {'if': [{'===': [{'var': 'v'}, %1$s]}, 'yes', 'no']}},\n"
                + "  'whole': {'state': 'ENABLED', 'variants': {'yes': true, 'no': false}, 'defaultVariant': 'no',\n"
                + "    'targeting': {'if': [{'===': [{'var': {'var': 'name'}}, %1$s]}, 'yes', 'no']}}}}\n"), expectedJson);
        Map<String, Object> context = new HashMap<>();
        context.put("v", value);
        context.put("name", "v");
        try (Burgee burgee = Burgee.builder().instances(1).fromJson(flags)) {
            assertTrue(burgee.getBoolean("slot", false, context), "through a slot `" + value + "` is not " + expectedJson);
            assertTrue(burgee.getBoolean("whole", false, context), "in JSON `" + value + "` is not " + expectedJson);
        }
    }

    @Test
    void numbersOfEveryType() {
        sees("7", 7);
        sees("7", 7L);
        sees("7", (short) 7);
        sees("7", (byte) 7);
        sees("7", new AtomicInteger(7));
        sees("7", new AtomicLong(7));
        sees("7.5", 7.5f);
        sees("16777217", 16777217);
        sees("0.1", 0.1);
        sees("7.5", 7.5d);
        sees("7", BigInteger.valueOf(7));
        sees("7.25", new BigDecimal("7.25"));
        sees("9007199254740993", 9007199254740993L);
        sees("-9223372036854775808", Long.MIN_VALUE);
        sees("1e30", new BigInteger("1000000000000000000000000000000"));
        sees("null", Double.NaN);
        sees("null", Double.NEGATIVE_INFINITY);
    }

    @Test
    void aDoubleWithoutFractionIsAnInteger() {
        assertEquals(7L, Numbers.normal(7.0, ""));
        assertEquals(-7L, Numbers.normal(-7.0f, ""));
        assertEquals(0L, Numbers.normal(0.0, ""));
        assertEquals(7L, Numbers.normal(new BigDecimal("7.00"), ""));
        assertEquals(-0.0, Numbers.normal(-0.0, ""));
        assertEquals(0x1p60, Numbers.normal(0x1p60, ""));
        assertEquals(7.5, Numbers.normal(7.5, ""));
    }

    /** A flag may come upon the time by a path that it computes. */
    @Test
    void aComputedPathMayLeadToTheTime() {
        String flags = Flags.json(
                "{'flags': {'f': {'state': 'ENABLED', 'variants': {'late': true, 'early': false}, 'defaultVariant': 'early',\n"
                + "  'targeting': {'if': [{'>': [{'var': {'cat': ['$flagd.', {'var': 'what'}]}}, 1000]}, 'late']}}}}\n");
        Clock clock = Clock.fixed(Instant.ofEpochSecond(1001), ZoneOffset.UTC);
        try (Burgee burgee = Burgee.builder().instances(1).clock(clock).fromJson(flags)) {
            assertTrue(burgee.getBoolean("f", false, Map.of("what", "timestamp")));
        }
    }

    @Test
    void textsOfEveryKind() {
        sees("\"\"", "");
        sees("\"a \\\"quoted\\\" \\\\ text\\n\"", "a \"quoted\" \\ text\n");
        sees("\"😀\"", "😀");
        sees("\"名前\"", "名前");
        sees("\"built\"", new StringBuilder("built"));
        sees("\"a\uFFFDb\"", "a\uD800b");
        sees("\"\uFFFD\uFFFD\"", "\uDC00\uD83D");
        sees("\"2024-02-29T12:00:00Z\"", Instant.parse("2024-02-29T12:00:00Z"));
        sees("\"2024-02-29T12:00+02:00\"", OffsetDateTime.parse("2024-02-29T12:00:00+02:00"));
    }

    /** A length in anything but bytes would move what stands after a text. */
    @Test
    void lengthsAreThoseOfUtf8() {
        String flags = Flags.json(
                "{'flags': {'slot': {'state': 'ENABLED', 'variants': {'yes': true, 'no': false}, 'defaultVariant': 'no',\n"
                + "  'targeting': {'if': [{'and': [{'==': [{'var': 'a'}, {'var': 'b'}]}, {'==': [{'var': 'c.d'}, 'é😀']},\n"
                + "    {'==': [{'var': 'e'}, 5]}]}, 'yes']}},\n"
                + "  'whole': {'state': 'ENABLED', 'variants': {'yes': true, 'no': false}, 'defaultVariant': 'no',\n"
                + "  'targeting': {'if': [{'and': [{'==': [{'var': {'var': 'n'}}, {'var': 'b'}]},\n"
                + "    {'==': [{'var': 'c.d'}, 'é😀']}, {'==': [{'var': 'e'}, 5]}]}, 'yes']}}}}");
        try (Burgee burgee = Burgee.builder().instances(1).fromJson(flags)) {
            for (String text : List.of("", "a", "é", "名前", "😀", "a😀é名\"", "\uD800", "x".repeat(600) + "é")) {
                Map<String, Object> context =
                        Map.of("a", text, "b", text, "c", Map.of("d", "é😀"), "e", 5, "n", "a");
                assertTrue(burgee.getBoolean("slot", false, context), text);
                assertTrue(burgee.getBoolean("whole", false, context), text);
            }
        }
    }

    @Test
    void truthAndNull() {
        sees("true", true);
        sees("false", false);
        sees("null", null);
    }

    @Test
    void namesAreTakenAsTheyAre() {
        for (String name : List.of("a\"b", "a\\b", "😀", "名前", "a b", "a\nb")) {
            String flags = String.format(Flags.json(
                    "{'flags': {'f': {'state': 'ENABLED', 'variants': {'yes': true, 'no': false}, 'defaultVariant': 'no',\n"
                    + "  'targeting': {'if': [{'==': [{'var': %s}, 1]}, 'yes', 'no']}}}}\n"), Vectors.text(name));
            try (Burgee burgee = Burgee.builder().instances(1).fromJson(flags)) {
                assertTrue(burgee.getBoolean("f", false, Map.of(name, 1)), name);
            }
        }
    }

    @Test
    void placesInsideOfMapsAndCollections() {
        String flags = Flags.json(
                "{'flags': {'f': {'state': 'ENABLED', 'variants': {'yes': true, 'no': false}, 'defaultVariant': 'no',\n"
                + "  'targeting': {'if': [{'and': [\n"
                + "    {'==': [{'var': 'list.1'}, 'b']},\n"
                + "    {'==': [{'var': 'set.1'}, 'd']},\n"
                + "    {'==': [{'var': 'map.in.ner'}, 5]},\n"
                + "    {'in': ['c', {'var': 'list'}]},\n"
                + "    {'==': [{'var': ['list.9', 'none']}, 'none']},\n"
                + "    {'==': [{'var': ['list.x', 'none']}, 'none']}]}, 'yes', 'no']}}}}\n");
        Map<String, Object> context = Map.of(
                "list", List.of("a", "b", "c"),
                "set", new LinkedHashSet<>(List.of("c", "d")),
                "map", Map.of("in", new TreeMap<>(Map.of("ner", 5))));
        try (Burgee burgee = Burgee.builder().instances(1).fromJson(flags)) {
            assertEquals("", burgee.getBooleanDetails("f", false, context).getErrorMessage().orElse(""));
            assertTrue(burgee.getBoolean("f", false, context));
        }
    }

    /** The same fault must be named whichever way the flag is evaluated. */
    private static void refuses(String message, Object value) {
        Map<String, Object> context = new HashMap<>();
        context.put("v", value);
        context.put("name", "v");
        try (Burgee burgee = Burgee.builder().instances(1).fromJson(Flags.READS_V)) {
            for (String flag : List.of("slot", "whole")) {
                Details<String> details = burgee.getStringDetails(flag, "default", context);
                assertEquals("default", details.getValue());
                assertEquals(Reason.ERROR, details.getReason());
                assertEquals(ErrorCode.INVALID_CONTEXT, details.getErrorCode().orElseThrow());
                assertTrue(details.getErrorMessage().orElseThrow().contains(message),
                        () -> flag + ": " + details.getErrorMessage());
            }
            // The instance works on.
            assertEquals("other", burgee.getString("slot", "default", Map.of("v", 1)));
            assertEquals(0, burgee.getStatistics().getTraps());
        }
    }

    @Test
    void valuesWithoutJsonFormAreNamed() {
        refuses("`java.util.Date` at `v`", new Date(0));
        refuses("`java.util.Date` at `v.when`", Map.of("when", new Date(0)));
        refuses("`java.util.Date` at `v.0`", List.of(new Date(0)));
        refuses("`[I` at `v`", new int[] {1});
        refuses("a number at `v` that is beyond the range of a double", new BigDecimal("1e400"));
        refuses("a map at `v` with a key that is of type `java.lang.Integer`", Map.of(1, 2));
        refuses("a map at `v` with a key that is null", Collections.singletonMap(null, 2));
        List<Object> own = new ArrayList<>();
        own.add(own);
        refuses("nested deeper than 128", own);
    }

    @Test
    void valuesThatTheFlagDoesNotReadAreNotLookedAt() {
        Map<String, Object> context = Map.of("v", "hit", "session", new Object());
        try (Burgee burgee = Burgee.builder().instances(1).fromJson(Flags.READS_V)) {
            assertEquals("hit", burgee.getString("slot", "default", context));
        }
    }

    @Test
    void aMapThatThrowsEndsNothing() {
        Map<String, Object> broken = new HashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public Object get(Object key) {
                throw new IllegalStateException("no access");
            }
        };
        try (Burgee burgee = Burgee.builder().instances(1).fromJson(Flags.READS_V)) {
            Details<String> details = burgee.getStringDetails("slot", "default", broken);
            assertEquals("default", details.getValue());
            assertTrue(details.getErrorMessage().orElseThrow().contains("no access"));
            assertEquals("hit", burgee.getString("slot", "default", Map.of("v", "hit")));
        }
    }

    @Test
    void longContexts() {
        char[] text = new char[200_000];
        Arrays.fill(text, 'ä');
        Map<String, Object> fits = Map.of("v", new String(text), "name", "v");
        try (Burgee burgee = Burgee.builder().instances(1).fromJson(Flags.READS_V)) {
            assertEquals("other", burgee.getString("slot", "default", fits));
            assertEquals("other", burgee.getString("whole", "default", fits));
            char[] more = new char[600_000];
            Arrays.fill(more, 'ä');
            Map<String, Object> tooLong = Map.of("v", new String(more), "name", "v");
            for (String flag : List.of("slot", "whole")) {
                Details<String> details = burgee.getStringDetails(flag, "default", tooLong);
                assertEquals(ErrorCode.PARSE_ERROR, details.getErrorCode().orElse(null), flag);
                assertEquals("default", details.getValue());
            }
            assertEquals("hit", burgee.getString("whole", "default", Map.of("v", "hit", "name", "v")));
        }
    }
}
