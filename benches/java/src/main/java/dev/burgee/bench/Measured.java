package dev.burgee.bench;

import java.util.Arrays;

/** Times of one task, in nanoseconds for one run of it. */
final class Measured {
    private final Task task;
    private final int batch;
    private final double[] times;
    private int count;

    Measured(Task task, int batch, int rounds) {
        this.task = task;
        this.batch = batch;
        this.times = new double[rounds];
    }

    Task task() {
        return task;
    }

    int batch() {
        return batch;
    }

    int rounds() {
        return times.length;
    }

    void add(long nanoseconds) {
        times[count++] = nanoseconds / (double) batch;
        if (count == times.length) {
            Arrays.sort(times);
        }
    }

    /** The value below which a share of the times lies, between neighbours on a straight line. */
    double quantile(double share) {
        double place = share * (times.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, times.length - 1);
        return times[below] + (place - below) * (times[above] - times[below]);
    }
}
