package dev.burgee.bench.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.burgee.bench.Label;
import dev.burgee.bench.Task;
import dev.burgee.bench.Work;
import java.io.IOException;
import java.util.Map;

/** All flags in one call. */
final class BulkTask {
    private static final ObjectMapper JSON = new ObjectMapper();

    private BulkTask() {}

    private static void check(JsonNode answers, Work.Bulk scenario) {
        int count = answers.path("flags").size();
        if (count != scenario.count()) {
            throw new IllegalStateException(
                    "`" + scenario.id() + "` answers " + count + " flags instead of " + scenario.count());
        }
    }

    /** Ready JSON in, JSON out. */
    static final class Bytes extends Task {
        private final Burgee burgee;
        private final byte[] context;

        Bytes(Label label, Burgee burgee, Work.Bulk scenario) throws IOException {
            super(label);
            this.burgee = burgee;
            context = scenario.context().bytes();
            check(JSON.readTree(burgee.evaluateAll(context, context.length)), scenario);
        }

        @Override
        public void run(int times) {
            for (int i = 0; i < times; i++) {
                keep(burgee.evaluateAll(context, context.length));
            }
        }
    }

    /** The program's object in, a tree of answers out. */
    static final class Json extends Task {
        private final Burgee burgee;
        private final Map<String, Object> context;
        private final ContextJson json = new ContextJson();

        Json(Label label, Burgee burgee, Work.Bulk scenario) throws IOException {
            super(label);
            this.burgee = burgee;
            context = scenario.context().object();
            check(answers(), scenario);
        }

        @Override
        public void run(int times) throws IOException {
            for (int i = 0; i < times; i++) {
                keep(answers());
            }
        }

        private JsonNode answers() throws IOException {
            json.write(context);
            return JSON.readTree(burgee.evaluateAll(json.bytes(), json.length()));
        }
    }
}
