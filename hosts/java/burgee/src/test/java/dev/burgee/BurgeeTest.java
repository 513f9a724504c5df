package dev.burgee;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.burgee.module.ModuleFile;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BurgeeTest {
    private static final String TYPES = Flags.json(
            "{'metadata': {'team': 'web'}, 'flags': {\n"
            + "  'truth': {'state': 'ENABLED', 'variants': {'x': true}, 'defaultVariant': 'x'},\n"
            + "  'text': {'state': 'ENABLED', 'variants': {'x': 'text'}, 'defaultVariant': 'x'},\n"
            + "  'ten': {'state': 'ENABLED', 'variants': {'x': 10.0}, 'defaultVariant': 'x'},\n"
            + "  'third': {'state': 'ENABLED', 'variants': {'x': 3.14}, 'defaultVariant': 'x'},\n"
            + "  'large': {'state': 'ENABLED', 'variants': {'x': 9000000000}, 'defaultVariant': 'x'},\n"
            + "  'exact': {'state': 'ENABLED', 'variants': {'x': 9007199254740993}, 'defaultVariant': 'x'},\n"
            + "  'object': {'state': 'ENABLED', 'variants': {'x': {'a': [1, 2.5, null]}}, 'defaultVariant': 'x'},\n"
            + "  'off': {'state': 'DISABLED', 'variants': {'x': true}, 'defaultVariant': 'x'},\n"
            + "  'open': {'state': 'ENABLED', 'variants': {'x': 1}, 'defaultVariant': null}}}\n");

    @Test
    void typedAccessLosesNothing() {
        try (Burgee burgee = Burgee.fromJson(TYPES)) {
            assertTrue(burgee.getBoolean("truth", false, null));
            assertEquals("text", burgee.getString("text", "", Map.of()));
            assertEquals(10, burgee.getInteger("ten", 0, Map.of()));
            assertEquals(10.0, burgee.getDouble("ten", 0, Map.of()));
            assertEquals(9_000_000_000.0, burgee.getDouble("large", 0, Map.of()));
            assertEquals(9_000_000_000L, burgee.getLong("large", 0, Map.of()));
            assertEquals(9007199254740993L, burgee.getLong("exact", 0, Map.of()));
            assertMismatch(burgee.getIntegerDetails("third", 7, Map.of()), 7, "`3.14`");
            assertMismatch(burgee.getIntegerDetails("large", 7, Map.of()), 7, "32 bits");
            assertMismatch(burgee.getDoubleDetails("exact", 7, Map.of()), 7.0, "exactly");
            assertMismatch(burgee.getDoubleDetails("truth", 7, Map.of()), 7.0, "a boolean");
            assertMismatch(burgee.getStringDetails("object", "x", Map.of()), "x", "an object");
            assertEquals(Map.of("a", java.util.Arrays.asList(1L, 2.5, null)), burgee.getObject("object", null, null));
            assertEquals(Map.of("team", "web"), burgee.getFlagSetMetadata());
            Object value = burgee.getObject("object", null, null);
            assertThrows(UnsupportedOperationException.class, () -> Json.object(value).put("b", 1));
        }
    }

    private static void assertMismatch(Details<?> details, Object defaultValue, String message) {
        assertEquals(defaultValue, details.getValue());
        assertEquals(Reason.ERROR, details.getReason());
        assertEquals(ErrorCode.TYPE_MISMATCH, details.getErrorCode().orElseThrow());
        assertTrue(details.getErrorMessage().orElseThrow().contains(message), details::toString);
        assertFalse(details.hasFlagValue());
    }

    @Test
    void theCallersDefaultWhereThereIsNoValue() {
        try (Burgee burgee = Burgee.fromJson(TYPES)) {
            Details<Boolean> off = burgee.getBooleanDetails("off", false, null);
            assertEquals(Reason.DISABLED, off.getReason());
            assertFalse(off.getValue() || off.hasFlagValue() || off.getErrorCode().isPresent());
            assertEquals(Reason.DEFAULT, burgee.getIntegerDetails("open", 5, null).getReason());
            assertEquals(5, burgee.getInteger("open", 5, null));
            for (String key : new String[] {"", "nothing", null, "\uD800"}) {
                Details<Boolean> none = burgee.getBooleanDetails(key, true, null);
                assertTrue(none.getValue());
                assertEquals(ErrorCode.FLAG_NOT_FOUND, none.getErrorCode().orElseThrow());
                assertEquals(Map.of("team", "web"), none.getFlagMetadata());
                assertTrue(none.getErrorMessage().orElseThrow().contains(key == null ? "null" : "`" + key + "`"));
            }
        }
    }

    @Test
    void beforeTheFirstUpdateEveryFlagIsUnknown() {
        try (Burgee burgee = Burgee.builder().build()) {
            Details<Boolean> none = burgee.getBooleanDetails("x", true, null);
            assertEquals(ErrorCode.FLAG_NOT_FOUND, none.getErrorCode().orElseThrow());
            assertTrue(burgee.evaluateJson("x", "").contains("FLAG_NOT_FOUND"));
            assertEquals(List.of(), burgee.evaluateAll(null));
        }
    }

    @Test
    void anUpdateTellsWhatChanged() {
        try (Burgee burgee = Burgee.fromJson(Flags.READS_V)) {
            UpdateReport report = burgee.update(TYPES);
            assertEquals(List.of("slot", "whole"), report.getRemoved());
            assertEquals(9, report.getAdded().size());
            assertEquals(11, report.getChangedFlags().size());
            assertEquals(List.of(), burgee.update(TYPES).getChangedFlags());
            String edited = TYPES.replace("\"text\"}", "\"other\"}");
            assertEquals(List.of("text"), burgee.update(edited).getChangedFlags());
            assertEquals("other", burgee.getString("text", "", null));
            assertEquals(4, burgee.getStatistics().getUpdates());
        }
    }

    @Test
    void aRefusedUpdateLeavesTheOldFlagsAndSaysWhy() {
        try (Burgee burgee = Burgee.fromJson(Flags.READS_V)) {
            FlagSetException error = assertThrows(FlagSetException.class, () -> burgee.update(Flags.json(
                    "{'flags': {\n"
                    + "  'f': {'state': 'ENABLED', 'variants': {'on': true}, 'defaultVariant': 'onn'}}}\n")));
            Finding finding = error.getFindings().get(0);
            assertEquals("/flags/f/defaultVariant", finding.getPath());
            assertEquals(2, finding.getLine());
            assertTrue(finding.getColumn() > 50);
            assertEquals("f", finding.getFlag().orElseThrow());
            assertFalse(finding.getRule().isEmpty());
            assertFalse(finding.getMessage().isEmpty());
            assertTrue(finding.getHint().orElseThrow().contains("on"));
            assertTrue(error.getMessage().contains("line 2, column "), error::getMessage);
            for (String broken : List.of("", "{", "[]", "{}", "\0", "{\"flags\": 1}")) {
                assertThrows(FlagSetException.class, () -> burgee.update(broken), broken);
            }
            FlagSetException bytes = assertThrows(FlagSetException.class, () -> burgee.update(new byte[] {'{', (byte) 0xFF}));
            assertTrue(bytes.getMessage().contains("UTF-8"), bytes::getMessage);
            assertEquals("hit", burgee.getString("slot", "", Map.of("v", "hit")));
            assertEquals(8, burgee.getStatistics().getRefusals());
            assertEquals(List.of(), burgee.update(Flags.READS_V).getChangedFlags());
        }
    }

    @Test
    void permissiveValidationWarns() {
        try (Burgee burgee = Burgee.builder().validation(Validation.PERMISSIVE).build()) {
            UpdateReport report = burgee.update(Flags.json(
                    "{'flags': {\n"
                    + "  'bad': {'state': 'ENABLED', 'variants': {'on': true}, 'defaultVariant': 'onn'},\n"
                    + "  'good': {'state': 'ENABLED', 'variants': {'on': true}, 'defaultVariant': 'on'}}}\n"));
            assertEquals("bad", report.getWarnings().get(0).getFlag().orElseThrow());
            assertEquals(ErrorCode.GENERAL, burgee.getBooleanDetails("bad", false, null).getErrorCode().orElseThrow());
            assertTrue(burgee.getBoolean("good", false, null));
        }
    }

    @Test
    void aDocumentThatDoesNotFitIsRefused() {
        try (Burgee burgee = Burgee.builder().memoryLimit(4 << 20).instances(1).build()) {
            burgee.update(Flags.numbered(1, 10));
            FlagSetException error =
                    assertThrows(FlagSetException.class, () -> burgee.update(Flags.numbered(2, 20_000)));
            assertTrue(error.getMessage().contains("memory"), error::getMessage);
            assertEquals("b-1", burgee.getString("flag-3", "", Map.of("v", "hit")));
            assertEquals(12, burgee.update(Flags.numbered(3, 10)).getChangedFlags().size());
            assertEquals("b-3", burgee.getString("flag-3", "", Map.of("v", "hit")));
            assertEquals(0, burgee.getStatistics().getTraps());
        }
    }

    @Test
    void aClosedEvaluatorGivesDefaults() {
        Burgee burgee = Burgee.fromJson(TYPES);
        burgee.close();
        burgee.close();
        Details<Boolean> details = burgee.getBooleanDetails("truth", false, null);
        assertFalse(details.getValue());
        assertEquals(ErrorCode.PROVIDER_NOT_READY, details.getErrorCode().orElseThrow());
        assertTrue(details.getErrorMessage().orElseThrow().contains("closed"));
        assertTrue(assertThrows(BurgeeException.class, () -> burgee.update(TYPES)).getMessage().contains("closed"));
        assertThrows(BurgeeException.class, () -> burgee.evaluateJson("truth", ""));
        assertEquals(Map.of(), burgee.getFlagSetMetadata());
    }

    /** After it is closed no getter throws, and each gives its default. */
    @Test
    void everyGetterOfAClosedEvaluatorGivesTheDefault() {
        Burgee burgee = Burgee.fromJson(TYPES);
        burgee.close();
        assertFalse(burgee.getBoolean("truth", false, null));
        assertEquals("mine", burgee.getString("text", "mine", null));
        assertEquals(1, burgee.getInteger("ten", 1, null));
        assertEquals(2, burgee.getLong("ten", 2, null));
        assertEquals(0.5, burgee.getDouble("third", 0.5, null));
        assertEquals("o", burgee.getObject("object", "o", null));
    }

    /** The getters that give no details read the value by themselves, and must agree. */
    @Test
    void gettersWithAndWithoutDetailsAgree() {
        try (Burgee burgee = Burgee.fromJson(TYPES)) {
            for (String key : List.of("truth", "text", "ten", "third", "large", "exact", "object", "off", "open", "none")) {
                assertEquals(burgee.getBooleanDetails(key, false, null).getValue(), burgee.getBoolean(key, false, null));
                assertEquals(burgee.getStringDetails(key, "?", null).getValue(), burgee.getString(key, "?", null));
                assertEquals(burgee.getIntegerDetails(key, -7, null).getValue(), burgee.getInteger(key, -7, null));
                assertEquals(burgee.getLongDetails(key, -7, null).getValue(), burgee.getLong(key, -7, null));
                assertEquals(burgee.getDoubleDetails(key, -7, null).getValue(), burgee.getDouble(key, -7, null));
                assertEquals(burgee.getObjectDetails(key, "?", null).getValue(), burgee.getObject(key, "?", null));
            }
        }
    }

    @Test
    void whatIsNullIsNamed() {
        try (Burgee burgee = Burgee.fromJson(TYPES)) {
            assertTrue(assertThrows(NullPointerException.class, () -> burgee.update((String) null)).getMessage()
                    .contains("`json`"));
            assertTrue(assertThrows(NullPointerException.class, () -> burgee.update((byte[]) null)).getMessage()
                    .contains("`utf8`"));
            assertTrue(assertThrows(NullPointerException.class, () -> burgee.evaluateJson(null, "")).getMessage()
                    .contains("`flagKey`"));
            assertTrue(burgee.evaluateJson("truth", null).contains("true"));
            assertTrue(burgee.evaluateAllJson(null).contains("truth"));
            assertTrue(burgee.getBoolean("truth", false, null));
        }
    }

    @Test
    void flagKeysOfEveryKind() {
        for (String key : List.of("a\"b", "a\\b", "\uD83D\uDE00", "名前", "a b", "ключ")) {
            String flags = String.format(Flags.json(
                    "{'flags': {%1$s: {'state': 'ENABLED', 'variants': {%1$s: 'a', 'b': 'b'}, 'defaultVariant': 'b',\n"
                    + "  'targeting': {'if': [{'==': [{'var': %1$s}, %1$s]}, %1$s]}}}}"), Vectors.text(key));
            try (Burgee burgee = Burgee.builder().instances(1).fromJson(flags)) {
                Details<String> details = burgee.getStringDetails(key, "", Map.of(key, key));
                assertEquals("a", details.getValue(), key);
                assertEquals(key, details.getVariant().orElseThrow());
                assertTrue(burgee.evaluateJson(key, "{}").contains("\"b\""), key);
            }
        }
    }

    @Test
    void optionsOutOfRangeAreNamed() {
        BurgeeBuilder builder = Burgee.builder();
        assertTrue(assertThrows(IllegalArgumentException.class, () -> builder.instances(0)).getMessage().contains("`instances`"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> builder.memoryLimit(1)).getMessage().contains("`memoryLimit`"));
        assertThrows(NullPointerException.class, () -> builder.clock(null));
    }

    @Test
    void theModuleIsTheOneOfTheBuild() throws Exception {
        byte[] module = Program.resource(ModuleFile.NAME);
        Program.verify(module);
        assertEquals(Program.hex(Program.sha256(module)), Burgee.moduleSha256());
        module[module.length / 2] ^= 1;
        BurgeeException error = assertThrows(BurgeeException.class, () -> Program.verify(module));
        assertTrue(error.getMessage().contains(ModuleFile.SHA_256), error::getMessage);
        var built = Vectors.root().resolve("dist/burgee.wasm");
        if (Files.exists(built)) {
            assertEquals(Program.hex(Program.sha256(Files.readAllBytes(built))), Burgee.moduleSha256());
        }
    }

    @Test
    void theSelfTestPasses() {
        assertEquals(64, Burgee.selfTest().length());
    }

    @Test
    void allFlags() {
        try (Burgee burgee = Burgee.fromJson(TYPES)) {
            List<Details<Object>> all = burgee.evaluateAll(Map.of("v", 1));
            assertEquals(9, all.size());
            assertEquals("exact", all.get(0).getFlagKey());
            assertEquals(9007199254740993L, all.get(0).getValue());
            assertNull(all.stream().filter(flag -> flag.getFlagKey().equals("off")).findFirst().orElseThrow().getValue());
            assertThrows(BurgeeException.class, () -> burgee.evaluateAll(Map.of("v", new Object())));
        }
    }
}
