package dev.burgee.bench.peer;

import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.Value;
import java.util.LinkedHashMap;
import java.util.Map;

/** A context as OpenFeature holds it. */
final class OpenFeatureContext {
    private static final String TARGETING_KEY = "targetingKey";

    private OpenFeatureContext() {}

    static EvaluationContext of(Map<String, Object> context) {
        Map<String, Value> attributes = new LinkedHashMap<>();
        context.forEach((name, value) -> attributes.put(name, Value.objectToValue(value)));
        attributes.remove(TARGETING_KEY);
        return new ImmutableContext((String) context.get(TARGETING_KEY), attributes);
    }
}
