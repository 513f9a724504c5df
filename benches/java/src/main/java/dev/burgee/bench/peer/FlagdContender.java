package dev.burgee.bench.peer;

import dev.burgee.bench.Contender;
import dev.burgee.bench.Entry;
import dev.burgee.bench.Label;
import dev.burgee.bench.LeftOut;
import dev.burgee.bench.Task;
import dev.burgee.bench.Versions;
import dev.burgee.bench.Work;
import dev.openfeature.contrib.providers.flagd.resolver.process.InProcessResolver;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.ProviderEvaluation;
import java.util.List;

/** The evaluator inside flagd's Java provider, without the network and the SDK around it. */
public final class FlagdContender implements Contender {
    private Work.Text loaded;
    private InProcessResolver resolver;

    @Override
    public List<Entry> evaluation(Work.Evaluation scenario) throws Exception {
        if (!scenario.flags().equals(loaded)) {
            resolver = Documents.resolver(scenario.flags().text());
            loaded = scenario.flags();
        }
        EvaluationContext context = OpenFeatureContext.of(scenario.context().object());
        Task task = scenario.expect().value() instanceof String
                ? new Strings(label("object"), resolver, scenario.key(), context)
                : new Booleans(label("object"), resolver, scenario.key(), context);
        String complaint = scenario.expect().complaint(answer(scenario, context));
        return List.of(complaint == null ? task : new LeftOut(task.label(), complaint));
    }

    @Override
    public List<Entry> bulk(Work.Bulk scenario) {
        return List.of(new LeftOut(label("object"), "has no call that answers all flags"));
    }

    @Override
    public List<Entry> update(Work.Update scenario) throws Exception {
        return List.of(new FlagdUpdate(label("update"), scenario));
    }

    private Work.Expect answer(Work.Evaluation scenario, EvaluationContext context) {
        ProviderEvaluation<?> answer = scenario.expect().value() instanceof String
                ? resolver.stringEvaluation(scenario.key(), "", context)
                : resolver.booleanEvaluation(scenario.key(), false, context);
        if (answer.getErrorCode() != null) {
            // The SDK, which is not measured, turns an error code into this reason.
            return new Work.Expect(null, null, "ERROR", answer.getErrorCode().name());
        }
        return new Work.Expect(answer.getValue(), answer.getVariant(), answer.getReason(), null);
    }

    private static Label label(String way) {
        return new Label("JVM", "flagd provider (java)", way, Versions.of("flagd"));
    }

    private static final class Booleans extends Task {
        private final InProcessResolver resolver;
        private final String key;
        private final EvaluationContext context;

        Booleans(Label label, InProcessResolver resolver, String key, EvaluationContext context) {
            super(label);
            this.resolver = resolver;
            this.key = key;
            this.context = context;
        }

        @Override
        public void run(int times) {
            for (int i = 0; i < times; i++) {
                keep(resolver.booleanEvaluation(key, false, context));
            }
        }
    }

    private static final class Strings extends Task {
        private final InProcessResolver resolver;
        private final String key;
        private final EvaluationContext context;

        Strings(Label label, InProcessResolver resolver, String key, EvaluationContext context) {
            super(label);
            this.resolver = resolver;
            this.key = key;
            this.context = context;
        }

        @Override
        public void run(int times) {
            for (int i = 0; i < times; i++) {
                keep(resolver.stringEvaluation(key, "", context));
            }
        }
    }
}
