package dev.burgee;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VectorsTest {
    @Test
    void everyVectorHasItsAnswer() throws Exception {
        List<Vectors.Case> cases = Vectors.load();
        Play play = new Play(Execution.COMPILED);
        Digest found = new Digest();
        Digest expected = new Digest();
        List<String> wrong = new ArrayList<>();
        int played = 0;
        for (Vectors.Case one : cases) {
            try {
                play.play(one).forEach(answer -> found.add(one.name(), answer));
                one.answers().forEach(answer -> expected.add(one.name(), answer));
                played++;
            } catch (AssertionError | RuntimeException error) {
                wrong.add(one.file() + ": " + one.name() + ": " + error);
            }
        }
        assertTrue(wrong.isEmpty(), () -> wrong.size() + " vectors fail:\n" + String.join("\n", wrong));
        assertEquals(cases.size(), played);
        System.out.println("vectors: " + played + " of " + cases.size() + " as the index says, " + play.typed()
                + " with values as well, " + play.textOnly() + " about the text of a context, 0 left out");
        System.out.println("vectors: on Java " + System.getProperty("java.version"));
        System.out.println("vectors: digest of " + found.count() + " answers " + found.sum());
        assertEquals(expected.sum(), found.sum(), "the digest of what the vectors expect");
        // What the engine itself answers, as the test of the crate and of the module found it.
        String engine = Files.readString(Vectors.root().resolve("tests/vectors/digest.txt"));
        assertEquals(engine.trim(), found.count() + " " + found.sum(), "the engine's digest");
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
