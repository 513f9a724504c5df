package dev.burgee.bench.host;

import dev.burgee.bench.Costs;
import dev.burgee.bench.Label;
import dev.burgee.bench.Task;
import dev.burgee.bench.Work;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells where the time of one evaluation through slots goes, and what each way of calling the module costs. */
@Command(name = "benches/java/run --calls", mixinStandardHelpOptions = true, sortOptions = false)
public final class CallCosts implements Callable<Integer> {
    @Option(names = "--work", required = true, description = "folder of the scenarios")
    private Path folder;

    @Option(names = "--wasm", required = true, description = "burgee.wasm")
    private Path wasm;

    @Option(names = "--runtime", description = "runtime (default: ${DEFAULT-VALUE})")
    private String runtime = "Chicory compiled";

    @Option(names = "--memory", description = "one of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private MemoryKind memory = MemoryKind.FLAT;

    @Option(names = "--scenario", description = "evaluation to take apart (default: ${DEFAULT-VALUE})")
    private String id = "equals-20";

    /** Read once, when {@link Methods} is first used. */
    private static Guest compiled;

    private interface Step {
        void run() throws Throwable;
    }

    /** Handles that the JIT sees as constants, which a host compiled together with the module would have. */
    private static final class Methods {
        private static final MethodHandle VERSION = method("abi_version");
        private static final MethodHandle SLOTS = method("evaluate_slots");

        private static MethodHandle method(String name) {
            try {
                return compiled.method(name);
            } catch (ReflectiveOperationException error) {
                throw new ExceptionInInitializerError(error);
            }
        }
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new CallCosts()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Guest guest = Guest.of(runtime, Files.readAllBytes(wasm), memory);
        Work.Evaluation scenario = Work.read(folder).index().evaluations().stream()
                .filter(evaluation -> evaluation.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no evaluation named `" + id + "`"));
        Burgee burgee = new Burgee(guest);
        burgee.load(scenario.flags().bytes());
        Map<String, Object> context = scenario.context().object();

        List<Task> tasks = new ArrayList<>(calls(guest));
        tasks.addAll(parts(guest, burgee.table(), scenario.key(), context));
        tasks.add(task("all of it", () -> burgee.evaluate(scenario.key(), context)));
        Costs.print(tasks);
        return 0;
    }

    private static List<Task> calls(Guest guest) {
        Guest.Function export = guest.function("abi_version");
        Guest.Function machine = guest.machine("abi_version");
        List<Task> tasks = new ArrayList<>();
        tasks.add(task("nothing (export handle)", export::call));
        tasks.add(task("nothing (machine)", machine::call));
        if (guest.isCompiled()) {
            compiled = guest;
            tasks.add(task("nothing (compiled method)", () -> sink((int) Methods.VERSION.invokeExact())));
        }
        return tasks;
    }

    private static List<Task> parts(Guest guest, FlagTable table, String key, Map<String, Object> context) {
        Flag flag = table.flags().get(key);
        int generation = table.generation();
        SlotWriter slots = new SlotWriter();
        flag.write(context, slots);
        int length = slots.length();
        int at = (int) guest.function("alloc").call(length);
        guest.write(at, slots.bytes(), length);
        Guest.Function export = guest.function("evaluate_slots");
        Guest.Function machine = guest.machine("evaluate_slots");

        List<Task> tasks = new ArrayList<>();
        tasks.add(task("values to slots", () -> flag.write(context, slots)));
        tasks.add(task("slots to the module's memory", () -> guest.write(at, slots.bytes(), length)));
        tasks.add(task("evaluate_slots (export handle)", () -> export.call(flag.index(), generation, at, length)));
        tasks.add(task("evaluate_slots (machine)", () -> machine.call(flag.index(), generation, at, length)));
        if (guest.isCompiled()) {
            tasks.add(task("evaluate_slots (compiled method)",
                    () -> sink((int) Methods.SLOTS.invokeExact(flag.index(), generation, at, length))));
        }
        return tasks;
    }

    /** An exact call of a method handle has to use its answer. */
    private static void sink(int answer) {
        if (answer == Integer.MIN_VALUE) {
            throw new IllegalStateException("the module answers a word that it never gives");
        }
    }

    private static Task task(String name, Step step) {
        return new Task(new Label("", "", name, "")) {
            @Override
            public void run(int times) throws Exception {
                try {
                    for (int i = 0; i < times; i++) {
                        step.run();
                    }
                } catch (Throwable error) {
                    throw new IllegalStateException(name + " failed", error);
                }
            }
        };
    }
}
