package dev.burgee.openfeature;

import dev.burgee.Burgee;
import dev.burgee.FlagSetException;
import dev.burgee.Validation;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Value;
import java.util.List;
import java.util.Map;

/**
 * burgee in the shape of {@code dev.openfeature.contrib.tools.flagd.api.Evaluator}, the interface through which flagd's
 * provider takes another engine. Its methods have the same names and types, so a program that has that interface adapts
 * this class with one line for each method; see the README.
 *
 * <p>As in flagd, validation is permissive: a flag that cannot work answers an error, and the others work.
 */
public final class FlagdEvaluator implements AutoCloseable {
    private final Burgee burgee;
    private final Resolver resolver;

    /** Makes an evaluator with permissive validation and all other options at their defaults. */
    public FlagdEvaluator() {
        this(Burgee.builder().validation(Validation.PERMISSIVE).build());
    }

    /**
     * Makes an evaluator of one with other options.
     *
     * @param burgee it is closed with this evaluator
     */
    public FlagdEvaluator(Burgee burgee) {
        this.burgee = burgee;
        resolver = new Resolver(burgee);
    }

    /**
     * Replaces the flags.
     *
     * @param flagConfigurationJson a flag set in flagd's format
     * @throws FlagSetException if it is refused; the old flags stay in force
     */
    public void setFlags(String flagConfigurationJson) {
        burgee.update(flagConfigurationJson);
    }

    /**
     * Replaces the flags and tells which changed.
     *
     * @param flagConfigurationJson a flag set in flagd's format
     * @return the keys of flags that were added, removed or changed
     * @throws FlagSetException if it is refused; the old flags stay in force
     */
    public List<String> setFlagsAndGetChangedKeys(String flagConfigurationJson) {
        return burgee.update(flagConfigurationJson).getChangedFlags();
    }

    /**
     * The metadata of the flag set in force.
     *
     * @return names and values, which nobody can change
     */
    public Map<String, Object> getFlagSetMetadata() {
        return burgee.getFlagSetMetadata();
    }

    /**
     * Resolves a flag that is true or false.
     *
     * @param flagKey the flag
     * @param ctx the evaluation context
     * @return the answer; the value is null where the flag gives none
     */
    public ProviderEvaluation<Boolean> resolveBooleanValue(String flagKey, EvaluationContext ctx) {
        return resolver.truth(flagKey, null, ctx);
    }

    /**
     * Resolves a flag that is text.
     *
     * @param flagKey the flag
     * @param ctx the evaluation context
     * @return the answer; the value is null where the flag gives none
     */
    public ProviderEvaluation<String> resolveStringValue(String flagKey, EvaluationContext ctx) {
        return resolver.text(flagKey, null, ctx);
    }

    /**
     * Resolves a flag that is an integer.
     *
     * @param flagKey the flag
     * @param ctx the evaluation context
     * @return the answer; the value is null where the flag gives none
     */
    public ProviderEvaluation<Integer> resolveIntegerValue(String flagKey, EvaluationContext ctx) {
        return resolver.integer(flagKey, null, ctx);
    }

    /**
     * Resolves a flag that is a number.
     *
     * @param flagKey the flag
     * @param ctx the evaluation context
     * @return the answer; the value is null where the flag gives none
     */
    public ProviderEvaluation<Double> resolveDoubleValue(String flagKey, EvaluationContext ctx) {
        return resolver.number(flagKey, null, ctx);
    }

    /**
     * Resolves a flag of any type.
     *
     * @param flagKey the flag
     * @param ctx the evaluation context
     * @return the answer; the value is null where the flag gives none
     */
    public ProviderEvaluation<Value> resolveObjectValue(String flagKey, EvaluationContext ctx) {
        return resolver.object(flagKey, null, ctx);
    }

    /** Frees the flags and their memory. */
    @Override
    public void close() {
        burgee.close();
    }
}
