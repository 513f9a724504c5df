package dev.burgee.bench.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.burgee.bench.Label;
import dev.burgee.bench.Task;
import dev.burgee.bench.Work;
import java.io.IOException;

/** A document in, the report out. */
final class UpdateTask extends Task {
    private final Burgee burgee;
    private final boolean first;
    private final byte[][] documents;
    private int next;

    UpdateTask(Label label, Burgee burgee, Work.Update scenario) throws IOException {
        super(label);
        this.burgee = burgee;
        first = scenario.kind().equals("first");
        byte[] flags = scenario.flags().bytes();
        documents = new byte[][] {scenario.other() == null ? flags : scenario.other().bytes(), flags};
        check(scenario, flags);
    }

    @Override
    public void before() {
        if (first) {
            burgee.reset();
        }
    }

    @Override
    public void run(int times) {
        for (int i = 0; i < times; i++) {
            keep(burgee.update(documents[next]));
            next ^= 1;
        }
    }

    /** Loads the document, and sees that the next update changes as many flags as it should. */
    private void check(Work.Update scenario, byte[] flags) throws IOException {
        burgee.reset();
        int all = changed(burgee.update(flags));
        before();
        int changed = changed(burgee.update(documents[next]));
        next ^= 1;
        int expected = switch (scenario.kind()) {
            case "first" -> scenario.flagCount();
            case "unchanged" -> 0;
            case "one-changed" -> 1;
            default -> throw new IllegalStateException("no kind of update is named `" + scenario.kind() + "`");
        };
        if (all != scenario.flagCount() || changed != expected) {
            throw new IllegalStateException("`" + scenario.id() + "` changes " + all + " and then " + changed
                    + " flags instead of " + scenario.flagCount() + " and " + expected);
        }
    }

    private static int changed(byte[] report) throws IOException {
        JsonNode tree = new ObjectMapper().readTree(report);
        if (!tree.path("success").asBoolean()) {
            throw new IllegalStateException("the module refuses the document: " + tree.path("error").asText());
        }
        return tree.path("changedFlags").size();
    }
}
