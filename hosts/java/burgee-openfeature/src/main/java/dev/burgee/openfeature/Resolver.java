package dev.burgee.openfeature;

import dev.burgee.Burgee;
import dev.burgee.Details;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Value;

/** Typed resolution; the same for the provider and for flagd's interface. */
final class Resolver {
    private final Burgee burgee;

    Resolver(Burgee burgee) {
        this.burgee = burgee;
    }

    ProviderEvaluation<Boolean> truth(String key, Boolean otherwise, EvaluationContext context) {
        Details<Boolean> details = burgee.getBooleanDetails(key, false, ContextView.of(context));
        return Conversions.evaluation(details, details.hasFlagValue() ? details.getValue() : otherwise);
    }

    ProviderEvaluation<String> text(String key, String otherwise, EvaluationContext context) {
        Details<String> details = burgee.getStringDetails(key, otherwise, ContextView.of(context));
        return Conversions.evaluation(details, details.getValue());
    }

    ProviderEvaluation<Integer> integer(String key, Integer otherwise, EvaluationContext context) {
        Details<Integer> details = burgee.getIntegerDetails(key, 0, ContextView.of(context));
        return Conversions.evaluation(details, details.hasFlagValue() ? details.getValue() : otherwise);
    }

    ProviderEvaluation<Long> wide(String key, Long otherwise, EvaluationContext context) {
        Details<Long> details = burgee.getLongDetails(key, 0, ContextView.of(context));
        return Conversions.evaluation(details, details.hasFlagValue() ? details.getValue() : otherwise);
    }

    ProviderEvaluation<Double> number(String key, Double otherwise, EvaluationContext context) {
        Details<Double> details = burgee.getDoubleDetails(key, 0, ContextView.of(context));
        return Conversions.evaluation(details, details.hasFlagValue() ? details.getValue() : otherwise);
    }

    ProviderEvaluation<Value> object(String key, Value otherwise, EvaluationContext context) {
        Details<Object> details = burgee.getObjectDetails(key, null, ContextView.of(context));
        return Conversions.evaluation(
                details, details.hasFlagValue() ? Conversions.value(details.getValue()) : otherwise);
    }
}
