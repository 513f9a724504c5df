package dev.burgee.bench.host;

import dev.burgee.bench.Label;
import dev.burgee.bench.Task;
import java.io.IOException;
import java.util.Map;

/** One flag, in each way of asking. */
final class EvaluationTask {
    private EvaluationTask() {}

    /** Ready JSON in, JSON out. */
    static final class Bytes extends Task {
        private final Burgee burgee;
        private final String key;
        private final byte[] context;

        Bytes(Label label, Burgee burgee, String key, byte[] context) {
            super(label);
            this.burgee = burgee;
            this.key = key;
            this.context = context;
        }

        @Override
        public void run(int times) {
            for (int i = 0; i < times; i++) {
                keep(burgee.evaluate(key, context, context.length));
            }
        }
    }

    /** The program's object in, through JSON, the answer's object out. */
    static final class Json extends Task {
        private final Burgee burgee;
        private final String key;
        private final Map<String, Object> context;
        private final ContextJson json = new ContextJson();

        Json(Label label, Burgee burgee, String key, Map<String, Object> context) {
            super(label);
            this.burgee = burgee;
            this.key = key;
            this.context = context;
        }

        @Override
        public void run(int times) throws IOException {
            for (int i = 0; i < times; i++) {
                json.write(context);
                keep(Answers.read(burgee.evaluate(key, json.bytes(), json.length())));
            }
        }
    }

    /** The program's object in, through slots, the answer's object out. */
    static final class Slots extends Task {
        private final Burgee burgee;
        private final String key;
        private final Map<String, Object> context;

        Slots(Label label, Burgee burgee, String key, Map<String, Object> context) {
            super(label);
            this.burgee = burgee;
            this.key = key;
            this.context = context;
        }

        @Override
        public void run(int times) throws IOException {
            for (int i = 0; i < times; i++) {
                keep(burgee.evaluate(key, context));
            }
        }
    }
}
