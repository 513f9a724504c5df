package dev.burgee.bench.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.burgee.bench.Contender;
import dev.burgee.bench.Entry;
import dev.burgee.bench.Label;
import dev.burgee.bench.LeftOut;
import dev.burgee.bench.Task;
import dev.burgee.bench.Versions;
import dev.burgee.bench.Work;
import io.github.jamsesso.jsonlogic.JsonLogic;
import io.github.jamsesso.jsonlogic.JsonLogicException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The library that flagd's Java provider is built on: the bare rule, and the variant picked by hand. */
public final class JsonLogicContender implements Contender {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonLogic logic = new JsonLogic();
    private Work.Text loaded;
    private JsonNode document;

    @Override
    public List<Entry> evaluation(Work.Evaluation scenario) throws Exception {
        JsonNode flag = flag(scenario);
        if (!flag.has("targeting") || flag.path("state").asText().equals("DISABLED")) {
            return leftOut("object", "evaluates rules, and this flag has none to evaluate");
        }
        try {
            Rule rule = new Rule(label("object"), logic, flag, scenario.context().object());
            Object value = rule.value();
            boolean equal = Objects.equals(value, scenario.expect().value());
            return equal ? List.of(rule) : leftOut("object", "answers " + value);
        } catch (JsonLogicException error) {
            return leftOut("object", error.getMessage());
        }
    }

    @Override
    public List<Entry> bulk(Work.Bulk scenario) {
        return leftOut("object", "evaluates one rule at a time");
    }

    @Override
    public List<Entry> update(Work.Update scenario) {
        return leftOut("update", "knows rules, not documents of flags");
    }

    private JsonNode flag(Work.Evaluation scenario) throws IOException {
        if (!scenario.flags().equals(loaded)) {
            document = JSON.readTree(scenario.flags().bytes()).path("flags");
            loaded = scenario.flags();
        }
        return document.path(scenario.key());
    }

    private static List<Entry> leftOut(String way, String reason) {
        return List.of(new LeftOut(label(way), reason));
    }

    private static Label label(String way) {
        return new Label("JVM", "json-logic-java", way, Versions.of("jsonlogic"));
    }

    private static final class Rule extends Task {
        private final JsonLogic logic;
        private final String text;
        private final Map<String, Object> variants = new HashMap<>();
        private final String defaultVariant;
        private final Map<String, Object> context;

        Rule(Label label, JsonLogic logic, JsonNode flag, Map<String, Object> context) {
            super(label);
            this.logic = logic;
            this.context = context;
            text = flag.path("targeting").toString();
            defaultVariant = flag.path("defaultVariant").asText();
            flag.path("variants").properties().forEach(
                    entry -> variants.put(entry.getKey(), JSON.convertValue(entry.getValue(), Object.class)));
        }

        @Override
        public void run(int times) throws JsonLogicException {
            for (int i = 0; i < times; i++) {
                keep(value());
            }
        }

        private Object value() throws JsonLogicException {
            Object variant = logic.apply(text, context);
            return variants.get(variant == null ? defaultVariant : variant.toString());
        }
    }
}
