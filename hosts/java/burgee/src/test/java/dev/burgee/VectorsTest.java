package dev.burgee;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VectorsTest {
    @Test
    void everyVectorHasItsAnswer() throws Exception {
        List<Vectors.Case> cases = Vectors.load();
        Play play = new Play(Execution.COMPILED);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        List<String> wrong = new ArrayList<>();
        int played = 0;
        for (Vectors.Case one : cases) {
            try {
                String answer = play.play(one);
                digest.update((one.name() + "\n" + answer + "\n").getBytes(StandardCharsets.UTF_8));
                played++;
            } catch (AssertionError | RuntimeException error) {
                wrong.add(one.file() + ": " + one.name() + ": " + error);
            }
        }
        assertTrue(wrong.isEmpty(), () -> wrong.size() + " vectors fail:\n" + String.join("\n", wrong));
        assertEquals(cases.size(), played);
        System.out.println("vectors: " + played + " of " + cases.size() + " as the index says, " + play.typed()
                + " with values as well, " + play.textOnly() + " about the text of a context, 0 left out");
        System.out.println("vectors: digest of all answers " + Program.hex(digest.digest()));
    }

    /** The interpreter is slow, so it gets every 40th vector. */
    @Test
    void theInterpreterGivesTheSameAnswers() throws Exception {
        List<Vectors.Case> cases = Vectors.load();
        Play compiled = new Play(Execution.COMPILED);
        Play interpreted = new Play(Execution.INTERPRETED);
        int played = 0;
        for (int i = 0; i < cases.size(); i += 40) {
            Vectors.Case one = cases.get(i);
            if (one.file().equals("limits.json")) {
                continue;
            }
            assertEquals(compiled.play(one), interpreted.play(one), one.name());
            played++;
        }
        assertTrue(played > cases.size() / 50, "only " + played + " vectors were played");
        System.out.println("vectors: " + played + " of " + cases.size() + " in the interpreter, which is slow; those of"
                + " limits.json not, because they take minutes there");
    }
}
