package dev.burgee.bench.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlotWriterTest {
    private final SlotWriter writer = new SlotWriter();

    @Test
    void nullAndBooleansHaveNoPayload() {
        writer.put(0, null);
        writer.put(1, false);
        writer.put(0x0203, true);
        assertWritten(new byte[] {0, 0, 0, 1, 0, 1, 3, 2, 2});
    }

    @Test
    void wholeNumbersAreEightBytes() {
        for (Number number : List.of((byte) -2, (short) -2, -2, -2L)) {
            writer.clear();
            writer.put(7, number);
            assertWritten(entry(7, 3, 8).putLong(-2).array());
        }
    }

    @Test
    void fractionsAreDoubles() {
        for (Number number : List.of(0.5f, 0.5)) {
            writer.clear();
            writer.put(7, number);
            assertWritten(entry(7, 4, 8).putDouble(0.5).array());
        }
    }

    @Test
    void textIsUtf8WithItsLengthInBytes() {
        for (String text : List.of("", "plain", "naïve", "日本語", "🚩 flag", "ends with é")) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            writer.clear();
            writer.put(7, text);
            assertWritten(entry(7, 5, 4 + bytes.length).putInt(bytes.length).put(bytes).array());
        }
    }

    @Test
    void listsAndObjectsAreJson() {
        assertJson(List.of(1, "a"), "[1,\"a\"]");
        assertJson(Map.of("a", true), "{\"a\":true}");
    }

    @Test
    void theBufferGrowsAndKeepsWhatIsThere() {
        String text = "x".repeat(1000);
        writer.put(1, true);
        writer.put(2, text);
        ByteBuffer expected = ByteBuffer.allocate(3 + 7 + 1000).order(ByteOrder.LITTLE_ENDIAN);
        expected.putShort((short) 1).put((byte) 2).putShort((short) 2).put((byte) 5).putInt(1000);
        expected.put(text.getBytes(StandardCharsets.UTF_8));
        assertWritten(expected.array());
    }

    @Test
    void aTypeWithoutJsonFormIsRefused() {
        var error = assertThrows(IllegalArgumentException.class, () -> writer.put(1, Instant.EPOCH));
        assertEquals("a value of class java.time.Instant has no JSON form", error.getMessage());
    }

    private void assertJson(Object value, String text) {
        writer.clear();
        writer.put(7, value);
        assertWritten(entry(7, 6, 4 + text.length()).putInt(text.length()).put(text.getBytes(StandardCharsets.UTF_8)).array());
    }

    private void assertWritten(byte[] expected) {
        assertArrayEquals(expected, Arrays.copyOf(writer.bytes(), writer.length()));
    }

    private static ByteBuffer entry(int slot, int tag, int payload) {
        return ByteBuffer.allocate(3 + payload).order(ByteOrder.LITTLE_ENDIAN).putShort((short) slot).put((byte) tag);
    }
}
