package dev.burgee.benchmark;

import dev.burgee.Burgee;
import dev.burgee.Details;
import dev.burgee.openfeature.FlagdEvaluator;
import dev.openfeature.contrib.providers.flagd.resolver.process.InProcessResolver;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One evaluation with 20 attributes: burgee as an engine, burgee behind OpenFeature's types, and flagd's evaluator. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Evaluations {
    private static final String FLAGS = """
            {"flags": {
              "static": {"state": "ENABLED", "variants": {"on": "on", "off": "off"}, "defaultVariant": "off"},
              "equals": {"state": "ENABLED", "variants": {"on": "on", "off": "off"}, "defaultVariant": "off",
                "targeting": {"if": [{"==": [{"var": "email"}, "ada@example.com"]}, "on", "off"]}},
              "share": {"state": "ENABLED", "variants": {"on": "on", "off": "off"}, "defaultVariant": "off",
                "targeting": {"fractional": [["on", 100], ["off", 0]]}}}}
            """;

    /** The flag. */
    @Param({"static", "equals", "share"})
    public String flag;

    private Burgee burgee;
    private FlagdEvaluator evaluator;
    private InProcessResolver flagd;
    private Map<String, Object> map;
    private EvaluationContext context;

    /**
     * Loads the flags, and sees that all give the same.
     *
     * @throws Exception if flagd's evaluator does not start
     */
    @Setup
    public void load() throws Exception {
        map = new HashMap<>();
        for (int i = 0; i < 18; i++) {
            map.put("attribute-" + i, "value " + i);
        }
        map.put("email", "ada@example.com");
        Map<String, Value> values = new HashMap<>();
        map.forEach((name, value) -> values.put(name, new Value((String) value)));
        map.put("targetingKey", "user-1");
        context = new ImmutableContext("user-1", values);
        burgee = Burgee.fromJson(FLAGS);
        evaluator = new FlagdEvaluator();
        evaluator.setFlags(FLAGS);
        flagd = Flagd.resolver(FLAGS);
        String expected = flagd().getValue();
        if (!expected.equals(burgee()) || !expected.equals(burgeeOpenFeature().getValue())) {
            throw new IllegalStateException("the answers for `" + flag + "` differ");
        }
    }

    /**
     * Frees everything.
     *
     * @throws Exception if flagd's evaluator does not end
     */
    @TearDown
    public void close() throws Exception {
        burgee.close();
        evaluator.close();
        flagd.shutdown();
    }

    /**
     * The engine.
     *
     * @return the value
     */
    @Benchmark
    public String burgee() {
        return burgee.getString(flag, "", map);
    }

    /**
     * The engine, and how the value came about.
     *
     * @return the answer
     */
    @Benchmark
    public Details<String> burgeeDetails() {
        return burgee.getStringDetails(flag, "", map);
    }

    /**
     * The engine with OpenFeature's types.
     *
     * @return the answer
     */
    @Benchmark
    public ProviderEvaluation<String> burgeeOpenFeature() {
        return evaluator.resolveStringValue(flag, context);
    }

    /**
     * The evaluator inside of flagd's provider.
     *
     * @return the answer
     */
    @Benchmark
    public ProviderEvaluation<String> flagd() {
        return flagd.stringEvaluation(flag, "", context);
    }
}
