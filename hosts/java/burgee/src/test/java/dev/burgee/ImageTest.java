package dev.burgee;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Guest start() {
        return new Guest(Program.start(Execution.COMPILED, 1 << 12), Validation.STRICT);
    }

    /** A copy answers as the original, goes on by itself, and ends in the same bytes after the same calls. */
    @Test
    void aCopyIsTheSameInstance() {
        Guest original = start();
        original.update(bytes(Flags.numbered(1, 2_000)));
        original.evaluateAll(bytes("{}"), 5);
        Guest copy = start();
        copy.become(original.image());
        // The original keeps the memory that it had lent, the copy does not know of it.
        Guest twin = start();
        twin.become(original.image());
        for (String context : List.of("{}", "{\"v\":\"hit\"}", "{\"v\":")) {
            byte[] key = bytes("flag-1999");
            byte[] answer = original.evaluate(key, bytes(context), 7);
            assertArrayEquals(answer, copy.evaluate(key, bytes(context), 7));
            assertArrayEquals(answer, twin.evaluate(key, bytes(context), 7));
        }
        assertArrayEquals(copy.image().bytes(), twin.image().bytes());
        assertArrayEquals(original.describe(), copy.describe());

        Report report = copy.update(bytes(Flags.numbered(2, 10)));
        assertEquals(1_990, report.texts("removed").size());
        assertEquals(2_000, original.update(bytes("{\"flags\":{}}")).texts("removed").size() - 2);
    }
}
