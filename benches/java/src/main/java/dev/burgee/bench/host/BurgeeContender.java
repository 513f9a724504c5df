package dev.burgee.bench.host;

import dev.burgee.bench.Contender;
import dev.burgee.bench.Entry;
import dev.burgee.bench.Label;
import dev.burgee.bench.LeftOut;
import dev.burgee.bench.Versions;
import dev.burgee.bench.Work;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** burgee in one runtime, called in each way. An answer that is not the expected one ends the run. */
public final class BurgeeContender implements Contender {
    /** More flags than this take an interpreter minutes. */
    private static final int MOST_FLAGS_INTERPRETED = 1_000;

    private final String runtime;
    private final boolean interpreted;
    private final Burgee burgee;
    private Work.Text loaded;

    public BurgeeContender(String runtime, byte[] module) {
        this.runtime = runtime;
        interpreted = runtime.endsWith("interpreter");
        burgee = new Burgee(Guest.of(runtime, module, MemoryKind.FLAT));
    }

    @Override
    public List<Entry> evaluation(Work.Evaluation scenario) throws Exception {
        if (tooLong(scenario.flagCount())) {
            return List.of(leftOut("json-bytes"), leftOut("json"), leftOut("slots"));
        }
        load(scenario.flags());
        return List.of(bytes(scenario), json(scenario), slots(scenario));
    }

    @Override
    public List<Entry> bulk(Work.Bulk scenario) throws Exception {
        load(scenario.flags());
        return List.of(
                new BulkTask.Bytes(label("json-bytes"), burgee, scenario),
                new BulkTask.Json(label("json"), burgee, scenario));
    }

    @Override
    public List<Entry> update(Work.Update scenario) throws Exception {
        if (tooLong(scenario.flagCount())) {
            return List.of(leftOut("update"));
        }
        loaded = null;
        return List.of(new UpdateTask(label("update"), burgee, scenario));
    }

    private Entry bytes(Work.Evaluation scenario) throws IOException {
        byte[] context = scenario.context().bytes();
        check(scenario, "json-bytes", Answers.read(burgee.evaluate(scenario.key(), context, context.length)));
        return new EvaluationTask.Bytes(label("json-bytes"), burgee, scenario.key(), context);
    }

    private Entry json(Work.Evaluation scenario) throws IOException {
        Map<String, Object> context = scenario.context().object();
        ContextJson json = new ContextJson();
        json.write(context);
        check(scenario, "json", Answers.read(burgee.evaluate(scenario.key(), json.bytes(), json.length())));
        return new EvaluationTask.Json(label("json"), burgee, scenario.key(), context);
    }

    private Entry slots(Work.Evaluation scenario) throws IOException {
        if (!burgee.hasSlots()) {
            return new LeftOut(label("slots"), "the module has no `evaluate_slots`");
        }
        Map<String, Object> context = scenario.context().object();
        check(scenario, "slots", burgee.evaluate(scenario.key(), context));
        return new EvaluationTask.Slots(label("slots"), burgee, scenario.key(), context);
    }

    private void check(Work.Evaluation scenario, String way, Answer answer) {
        String complaint = scenario.expect().complaint(answer.asExpected());
        if (complaint != null) {
            throw new IllegalStateException("in " + runtime + ", " + way + ", `" + scenario.id() + "` " + complaint);
        }
    }

    private void load(Work.Text flags) throws IOException {
        if (!flags.equals(loaded)) {
            burgee.load(flags.bytes());
            loaded = flags;
        }
    }

    private boolean tooLong(int flags) {
        return interpreted && flags > MOST_FLAGS_INTERPRETED;
    }

    private LeftOut leftOut(String way) {
        return new LeftOut(label(way), "an interpreter takes minutes for more than 1,000 flags");
    }

    private Label label(String way) {
        String versions = Versions.of(runtime.startsWith("Chicory") ? "chicory" : "endive");
        return new Label(runtime, "burgee", way, versions);
    }
}
