package dev.burgee.bench;

import dev.burgee.bench.peer.FlagdContender;
import dev.burgee.bench.peer.JsonLogicContender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Times burgee in Java's WebAssembly runtimes against Java's own evaluators. */
@Command(name = "benches/java/run", mixinStandardHelpOptions = true, sortOptions = false)
public final class Main implements Callable<Integer> {
    private static final List<String> RUNTIMES =
            List.of("Chicory compiled", "Endive compiled", "Chicory interpreter", "Endive interpreter");

    @Option(names = "--work", required = true, description = "folder of the scenarios")
    private Path work;

    @Option(names = "--wasm", required = true, description = "burgee.wasm")
    private Path wasm;

    @Option(names = {"--peer-wasm", "--core"}, description = "not used by this runner")
    private Path unused;

    @Option(names = "--out", required = true, description = "file for the results")
    private Path out;

    @Option(names = "--rounds", description = "rounds of each scenario (default: 15)")
    private Integer rounds;

    @Option(names = "--quick", description = "short rounds, to see that all works")
    private boolean quick;

    @Option(names = "--only", description = "scenarios whose name matches this pattern")
    private Pattern only = Pattern.compile(".*");

    @Option(names = "--runtimes", description = "runtimes whose name matches this pattern")
    private Pattern runtimes = Pattern.compile(".*");

    private Rounds measure;
    private Results results;
    private final List<Contender> contenders = new ArrayList<>();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        measure = new Rounds(Settings.of(rounds, quick));
        for (String runtime : RUNTIMES) {
            if (runtimes.matcher(runtime).find()) {
                contenders.add(new Isolated().contender(runtime, Files.readAllBytes(wasm)));
            }
        }
        contenders.add(new FlagdContender());
        contenders.add(new JsonLogicContender());
        Work.Index index = Work.read(work).index();
        try (Results file = new Results(out)) {
            results = file;
            for (Work.Evaluation scenario : chosen(index.evaluations())) {
                timed(scenario, all(contender -> contender.evaluation(scenario)));
            }
            for (Work.Bulk scenario : chosen(index.bulk())) {
                timed(scenario, all(contender -> contender.bulk(scenario)));
            }
            for (Work.Update scenario : chosen(index.updates())) {
                timed(scenario, all(contender -> contender.update(scenario)));
            }
        }
        return 0;
    }

    private interface Ask {
        List<Entry> of(Contender contender) throws Exception;
    }

    private <S extends Work.Scenario> List<S> chosen(List<S> scenarios) {
        return scenarios.stream().filter(scenario -> only.matcher(scenario.id()).find()).toList();
    }

    private List<Entry> all(Ask ask) throws Exception {
        List<Entry> entries = new ArrayList<>();
        for (Contender contender : contenders) {
            entries.addAll(ask.of(contender));
        }
        return entries;
    }

    private void timed(Work.Scenario scenario, List<Entry> entries) throws Exception {
        System.err.println(scenario.id());
        List<Task> tasks = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry instanceof LeftOut leftOut) {
                results.leftOut(scenario.id(), leftOut);
            } else {
                tasks.add((Task) entry);
            }
        }
        boolean single = scenario instanceof Work.Update;
        for (Measured measured : single ? measure.single(tasks) : measure.batches(tasks)) {
            results.measured(scenario.id(), measured);
        }
    }
}
