package dev.burgee;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.cucumber.gherkin.GherkinParser;
import io.cucumber.messages.types.Envelope;
import io.cucumber.messages.types.Pickle;
import io.cucumber.messages.types.PickleStep;
import io.cucumber.messages.types.PickleTag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The evaluator kit of flagd's testbed, which stands outside of the repository. */
class TestbedTest {
    /** Generations of `fractional` that a flag set has to ask for; the default is v2. */
    private static final List<String> OTHER_GENERATIONS = List.of("v1", "v3");

    private static final Pattern FLAG = Pattern.compile("an? (\\w+)-flag with key \"(.*)\" and a fallback value \"(.*)\"");
    private static final Pattern TARGETING_KEY = Pattern.compile("a context containing a targeting key with value \"(.*)\"");
    private static final Pattern CONTEXT =
            Pattern.compile("a context containing a key \"(.*)\", with type \"(\\w+)\" and with value \"(.*)\"");
    private static final Pattern NESTED = Pattern.compile("a context containing a nested property with outer key \"(.*)\""
            + " and inner key \"(.*)\", with value \"(.*)\"");
    private static final Pattern VALUE = Pattern.compile("the resolved details value should be \"(.*)\"");
    private static final Pattern REASON = Pattern.compile("the reason should be \"(.*)\"");
    private static final Pattern ERROR = Pattern.compile("the error-code should be \"(.*)\"");

    @Test
    void everyScenarioOfTheEvaluatorKit() throws IOException {
        Path kit = Vectors.root().resolve("../shared/testbed/evaluator").normalize();
        if (!Files.isDirectory(kit)) {
            System.out.println("testbed: left out, because there is no evaluator kit beside the repository, in"
                    + " `shared/testbed/evaluator`");
            Assumptions.abort("no testbed");
        }
        int played = 0;
        List<String> wrong = new ArrayList<>();
        Map<String, Object> flags = Vectors.read(kit.resolve("flags/testkit-flags.json"));
        for (Pickle pickle : pickles(kit.resolve("gherkin"))) {
            List<String> tags = pickle.getTags().stream().map(PickleTag::getName).collect(Collectors.toList());
            String generation = OTHER_GENERATIONS.stream()
                    .filter(version -> tags.contains("@fractional-" + version)).findFirst().orElse("v2");
            String document = Vectors.text(generation.equals("v2") ? flags : asking(flags, generation));
            try (Burgee burgee =
                    Burgee.builder().instances(1).validation(Validation.PERMISSIVE).fromJson(document)) {
                play(burgee, pickle);
                played++;
            } catch (AssertionError error) {
                wrong.add(pickle.getUri() + ": " + pickle.getName() + ": " + error.getMessage());
            }
        }
        System.out.println("testbed: " + played + " scenarios of the evaluator kit, 0 left out");
        assertTrue(wrong.isEmpty(), () -> wrong.size() + " scenarios fail:\n" + String.join("\n", wrong));
        assertTrue(played > 50, "only " + played + " scenarios were found");
    }

    /** The same flags, which ask for another generation of `fractional`. */
    private static Map<String, Object> asking(Map<String, Object> flags, String generation) {
        Map<String, Object> metadata = new HashMap<>(Json.object(flags.get("metadata")));
        metadata.put("fractionalVersion", generation);
        Map<String, Object> asking = new LinkedHashMap<>(flags);
        asking.put("metadata", metadata);
        return asking;
    }

    private static List<Pickle> pickles(Path folder) throws IOException {
        GherkinParser parser = GherkinParser.builder().includePickles(true).build();
        List<Pickle> pickles = new ArrayList<>();
        try (var files = Files.list(folder)) {
            for (Path file : files.sorted().collect(Collectors.toList())) {
                parser.parse(file).forEach((Envelope envelope) -> {
                    envelope.getParseError().ifPresent(error -> {
                        throw new AssertionError(error.getMessage());
                    });
                    envelope.getPickle().ifPresent(pickles::add);
                });
            }
        }
        return pickles;
    }

    private static void play(Burgee burgee, Pickle pickle) {
        Map<String, Object> context = new HashMap<>();
        String[] flag = null;
        Details<?> details = null;
        for (PickleStep step : pickle.getSteps()) {
            String text = step.getText();
            Matcher match;
            if (text.equals("an evaluator")) {
                continue;
            } else if ((match = FLAG.matcher(text)).matches()) {
                flag = new String[] {match.group(1), match.group(2), unescaped(match.group(3))};
            } else if ((match = TARGETING_KEY.matcher(text)).matches()) {
                context.put("targetingKey", match.group(1));
            } else if ((match = CONTEXT.matcher(text)).matches()) {
                context.put(match.group(1), typed(match.group(2), match.group(3)));
            } else if ((match = NESTED.matcher(text)).matches()) {
                context.put(match.group(1), Map.of(match.group(2), match.group(3)));
            } else if (text.equals("the flag was evaluated with details")) {
                details = evaluate(burgee, flag, context);
            } else if ((match = VALUE.matcher(text)).matches()) {
                equal(typed(flag[0], unescaped(match.group(1))), details.getValue(), details);
            } else if ((match = REASON.matcher(text)).matches()) {
                equal(match.group(1), details.getReason().name(), details);
            } else if ((match = ERROR.matcher(text)).matches()) {
                equal(match.group(1), details.getErrorCode().map(Enum::name).orElse(""), details);
            } else if (text.equals("the resolved metadata is empty")) {
                equal(Map.of(), details.getFlagMetadata(), details);
            } else if (text.equals("the resolved metadata should contain")) {
                metadata(step, details);
            } else {
                throw new AssertionError("no step is known for `" + text + "`");
            }
        }
    }

    private static Details<?> evaluate(Burgee burgee, String[] flag, Map<String, Object> context) {
        Object otherwise = typed(flag[0], flag[2]);
        switch (flag[0]) {
            case "Boolean":
                return burgee.getBooleanDetails(flag[1], (Boolean) otherwise, context);
            case "String":
                return burgee.getStringDetails(flag[1], (String) otherwise, context);
            case "Integer":
                return burgee.getIntegerDetails(flag[1], ((Long) otherwise).intValue(), context);
            case "Float":
                return burgee.getDoubleDetails(flag[1], (Double) otherwise, context);
            case "Object":
                return burgee.getObjectDetails(flag[1], otherwise, context);
            default:
                throw new AssertionError("no type is called `" + flag[0] + "`");
        }
    }

    private static void metadata(PickleStep step, Details<?> details) {
        var rows = step.getArgument().orElseThrow().getDataTable().orElseThrow().getRows();
        for (var row : rows.subList(1, rows.size())) {
            var cells = row.getCells();
            Object expected = typed(cells.get(1).getValue(), cells.get(2).getValue());
            equal(expected, details.getFlagMetadata().get(cells.get(0).getValue()), details);
        }
    }

    private static Object typed(String type, String text) {
        switch (type) {
            case "Boolean":
                return Boolean.valueOf(text);
            case "Integer":
            case "Long":
                return Long.valueOf(text);
            case "Float":
            case "Double":
                return Double.valueOf(text);
            case "Object":
                return Vectors.parse(text);
            default:
                return text;
        }
    }

    private static String unescaped(String text) {
        return text.replace("\\\"", "\"");
    }

    private static void equal(Object expected, Object found, Details<?> details) {
        if (!Vectors.same(expected, found)) {
            throw new AssertionError("it should be `" + expected + "`, but is `" + found + "`: " + details);
        }
    }
}
