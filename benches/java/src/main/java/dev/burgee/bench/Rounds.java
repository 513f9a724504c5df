package dev.burgee.bench;

import java.util.ArrayList;
import java.util.List;

/** Interleaved rounds: each runs every task once, in an order that the next round rotates. */
final class Rounds {
    /** Two stretches of warm-up that differ by less are taken for stable. */
    private static final double STABLE = 0.03;
    /** A task that takes longer than this for one run is repeated less often. */
    private static final long SLOW = 500_000_000;
    private static final int ROUNDS_OF_SLOW = 5;

    private final Settings settings;

    Rounds(Settings settings) {
        this.settings = settings;
    }

    /** Times of tasks that are called many times in a row. */
    List<Measured> batches(List<Task> tasks) throws Exception {
        List<Measured> measured = new ArrayList<>();
        for (Task task : tasks) {
            warmUp(task);
            measured.add(new Measured(task, batchOf(task), settings.rounds()));
        }
        return run(measured);
    }

    /** Times of tasks that are run once a round, after something that is not timed. */
    List<Measured> single(List<Task> tasks) throws Exception {
        List<Measured> measured = new ArrayList<>();
        for (Task task : tasks) {
            measured.add(new Measured(task, 1, warmUpSingle(task) > SLOW ? ROUNDS_OF_SLOW : settings.rounds()));
        }
        return run(measured);
    }

    private List<Measured> run(List<Measured> measured) throws Exception {
        for (int round = 0; round < settings.rounds(); round++) {
            for (int i = 0; i < measured.size(); i++) {
                Measured next = measured.get((i + round) % measured.size());
                if (round < next.rounds()) {
                    next.add(time(next.task(), next.batch()));
                }
            }
        }
        return measured;
    }

    private void warmUp(Task task) throws Exception {
        long start = System.nanoTime();
        double before = Double.MAX_VALUE;
        for (int batch = 1; ; ) {
            long took = time(task, batch);
            long since = System.nanoTime() - start;
            if (took < settings.warmUp() / 8 && batch < 1 << 28) {
                batch *= 2;
                continue;
            }
            double each = took / (double) batch;
            boolean stable = Math.abs(each - before) < STABLE * each;
            if (since > settings.warmUpAtMost() || (since > settings.warmUp() && stable)) {
                return;
            }
            before = each;
        }
    }

    private long warmUpSingle(Task task) throws Exception {
        long end = System.nanoTime() + settings.warmUp();
        long took;
        do {
            took = time(task, 1);
        } while (System.nanoTime() < end);
        return took;
    }

    private int batchOf(Task task) throws Exception {
        int batch = 1;
        while (batch < 1 << 28) {
            long took = time(task, batch);
            if (took >= settings.batch()) {
                return batch;
            }
            batch = took < settings.batch() / 4 ? batch * 2 : (int) Math.ceil(batch * 1.2 * settings.batch() / took);
        }
        return batch;
    }

    private static long time(Task task, int times) throws Exception {
        task.before();
        long start = System.nanoTime();
        task.run(times);
        return System.nanoTime() - start;
    }
}
