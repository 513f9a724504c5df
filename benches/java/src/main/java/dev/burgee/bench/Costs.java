package dev.burgee.bench;

import java.util.List;

/** Times tasks against each other and prints what they take. */
public final class Costs {
    private Costs() {}

    public static void print(List<Task> tasks) throws Exception {
        for (Measured measured : new Rounds(Settings.of(null, false)).batches(tasks)) {
            System.out.printf(
                    "%-55s %,9.1f ns  (%,.1f to %,.1f)%n",
                    measured.task().label().way(),
                    measured.quantile(0.5),
                    measured.quantile(0.1),
                    measured.quantile(0.9));
        }
    }
}
