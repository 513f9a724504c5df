package dev.burgee.openfeature;

import dev.burgee.Burgee;
import dev.burgee.BurgeeException;
import dev.burgee.FlagSetException;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.EventProvider;
import dev.openfeature.sdk.Metadata;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.ProviderEventDetails;
import dev.openfeature.sdk.Value;
import dev.openfeature.sdk.exceptions.FatalError;
import dev.openfeature.sdk.exceptions.GeneralError;
import java.util.List;
import java.util.Objects;

/**
 * An OpenFeature provider that evaluates flags in flagd's format in this process.
 *
 * <p>Events: <em>ready</em> when the first flags are in force, and when a fault is over; <em>configuration changed</em>
 * with the keys of the flags that changed; <em>error</em> when a flag set is refused; <em>stale</em> when the source
 * cannot be read. With both of the latter the last good flags stay in force.
 *
 * <p>A provider is used once: after {@link #shutdown} it gives the caller's defaults.
 */
public final class BurgeeProvider extends EventProvider {
    private static final String NAME = "burgee";

    private final Burgee burgee;
    private final FlagSource source;
    private final Resolver resolver;
    private final Object telling = new Object();
    private State state = State.NEW;

    private enum State {
        /** Before the first flags; OpenFeature itself says that the provider is ready when they are there. */
        NEW,
        /** The first flags were missing or refused. */
        FAILED,
        READY,
        STALE,
        REFUSED,
        SHUT
    }

    private final class Updates implements FlagSource.Listener {
        @Override
        public void flags(String json) {
            synchronized (telling) {
                if (state == State.SHUT) {
                    return;
                }
                try {
                    loaded(burgee.update(json).getChangedFlags());
                } catch (FlagSetException refused) {
                    refused(ErrorCode.PARSE_ERROR, refused.getMessage());
                } catch (BurgeeException error) {
                    refused(ErrorCode.GENERAL, error.getMessage());
                }
            }
        }

        @Override
        public void unavailable(String reason) {
            synchronized (telling) {
                if (state == State.READY || state == State.REFUSED) {
                    state = State.STALE;
                    emitProviderStale(ProviderEventDetails.builder()
                            .message(reason + "; the last good flags stay in force")
                            .build());
                }
            }
        }

        private void loaded(List<String> changed) {
            State before = state;
            state = State.READY;
            if (before != State.NEW) {
                if (!changed.isEmpty()) {
                    emitProviderConfigurationChanged(
                            ProviderEventDetails.builder().flagsChanged(changed).build());
                }
                if (before != State.READY) {
                    emitProviderReady(ProviderEventDetails.builder().build());
                }
            }
        }

        private void refused(ErrorCode code, String message) {
            if (state == State.NEW || state == State.FAILED) {
                first = new GeneralError(message);
                return;
            }
            state = State.REFUSED;
            emitProviderError(ProviderEventDetails.builder()
                    .errorCode(code)
                    .message(message + "; the last good flags stay in force")
                    .build());
        }
    }

    /** Why the first flags were refused. */
    private GeneralError first;

    /**
     * Makes a provider with all options at their defaults.
     *
     * @param source where the flags come from
     */
    public BurgeeProvider(FlagSource source) {
        this(source, Burgee.builder().build());
    }

    /**
     * Makes a provider with options.
     *
     * @param source where the flags come from
     * @param burgee an evaluator for this provider alone, which is closed with it
     */
    public BurgeeProvider(FlagSource source, Burgee burgee) {
        this.source = Objects.requireNonNull(source, "`source` is null");
        this.burgee = Objects.requireNonNull(burgee, "`burgee` is null");
        resolver = new Resolver(burgee);
    }

    @Override
    public Metadata getMetadata() {
        return () -> NAME;
    }

    /**
     * Loads the first flags. Where it fails, a source that can change goes on, and the provider becomes ready when its
     * flags are good.
     */
    @Override
    public void initialize(EvaluationContext context) {
        synchronized (telling) {
            if (state != State.NEW) {
                throw new FatalError("this provider was used before; make another one");
            }
        }
        GeneralError failure = null;
        try {
            source.start(new Updates());
        } catch (Exception error) {
            failure = new GeneralError(error.getMessage() == null ? error.toString() : error.getMessage());
        }
        synchronized (telling) {
            if (state == State.NEW) {
                state = State.FAILED;
                throw first != null ? first
                        : failure != null ? failure : new GeneralError("the source of the flags gave none");
            }
        }
    }

    @Override
    public void shutdown() {
        synchronized (telling) {
            state = State.SHUT;
        }
        source.close();
        burgee.close();
        super.shutdown();
    }

    @Override
    public ProviderEvaluation<Boolean> getBooleanEvaluation(String key, Boolean otherwise, EvaluationContext context) {
        return resolver.truth(key, otherwise, context);
    }

    @Override
    public ProviderEvaluation<String> getStringEvaluation(String key, String otherwise, EvaluationContext context) {
        return resolver.text(key, otherwise, context);
    }

    @Override
    public ProviderEvaluation<Integer> getIntegerEvaluation(String key, Integer otherwise, EvaluationContext context) {
        return resolver.integer(key, otherwise, context);
    }

    @Override
    public ProviderEvaluation<Long> getLongEvaluation(String key, Long otherwise, EvaluationContext context) {
        return resolver.wide(key, otherwise, context);
    }

    @Override
    public ProviderEvaluation<Double> getDoubleEvaluation(String key, Double otherwise, EvaluationContext context) {
        return resolver.number(key, otherwise, context);
    }

    @Override
    public ProviderEvaluation<Value> getObjectEvaluation(String key, Value otherwise, EvaluationContext context) {
        return resolver.object(key, otherwise, context);
    }
}
