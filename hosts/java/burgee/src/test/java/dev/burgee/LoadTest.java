package dev.burgee;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Eight threads evaluate while the flags are replaced every 10 ms; `-Dburgee.stress.seconds=30` is the long run. */
class LoadTest {
    private static final int THREADS = 8;
    private static final int FLAGS = 50;
    private static final int WARMING = 50;
    private static final long PERIOD_MILLIS = 10;
    private static final long SECOND = 1_000_000_000L;

    /** Time between answers, in microseconds; the last place is for all that is longer. */
    private static final int BUCKETS = 1_000_000;

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean running = true;
    /** 0 while nothing is updated, to tell what the processors make threads wait; then 1. */
    private volatile int phase;

    private final class Reader extends Thread {
        private final Burgee burgee;
        private final int[][] micros = new int[2][BUCKETS];
        private final long[] longest = new long[2];

        private Reader(Burgee burgee, int number) {
            super("reader " + number);
            this.burgee = burgee;
        }

        @Override
        public void run() {
            try {
                Map<String, Object> hit = Map.of("v", "hit", "name", "v");
                Map<String, Object> miss = Map.of("v", "miss", "name", "v");
                long before = System.nanoTime();
                for (int i = 0; running; i++) {
                    boolean hits = i % 2 == 0;
                    // Every 16th evaluation goes the slower way of JSON.
                    String key = i % 16 == 0 ? "whole" : "flag-" + i % FLAGS;
                    check(burgee.getStringDetails(key, "default", hits ? hit : miss), hits ? "b" : "a");
                    long now = System.nanoTime();
                    long took = now - before;
                    int during = phase;
                    micros[during][(int) Math.min(BUCKETS - 1, took / 1000)]++;
                    longest[during] = Math.max(longest[during], took);
                    before = now;
                }
            } catch (Throwable error) {
                failure.compareAndSet(null, error);
                running = false;
            }
        }

        /** Value, variant and metadata have to be of one flag set. */
        private void check(Details<String> details, String variant) {
            if (details.getErrorCode().isPresent() || !details.getVariant().orElse("").equals(variant)
                    || !details.getValue().equals(variant + "-" + details.getFlagMetadata().get("own"))
                    || !details.getFlagMetadata().get("own").equals(details.getFlagMetadata().get("number"))) {
                throw new AssertionError("an answer that no flag set gives: " + details + " "
                        + details.getFlagMetadata());
            }
        }
    }

    @Test
    void evaluationsGoOnDuringUpdates() throws Exception {
        long seconds = Long.getLong("burgee.stress.seconds", 3);
        Burgee burgee = Burgee.builder().instances(THREADS).fromJson(Flags.numbered(0, FLAGS));
        // What the JVM has not compiled yet is so slow that it would be all there is to measure.
        for (int i = 1; i <= WARMING; i++) {
            burgee.update(Flags.numbered(-i, FLAGS));
        }
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            readers.add(new Reader(burgee, i));
        }
        readers.forEach(Thread::start);

        Thread.sleep(seconds * 1000 / 3);
        phase = 1;
        long start = System.nanoTime();
        long heapEarly = 0;
        int updates = 0;
        int refused = 0;
        while (running && System.nanoTime() - start < seconds * SECOND) {
            long next = System.nanoTime() + PERIOD_MILLIS * 1_000_000;
            updates++;
            if (updates % 10 == 0) {
                try {
                    burgee.update("{\"flags\": {\"x\": 1}}");
                } catch (FlagSetException expected) {
                    refused++;
                }
            } else {
                int changed = burgee.update(Flags.numbered(updates, FLAGS)).getChangedFlags().size();
                assertEquals(FLAGS + 2, changed);
            }
            if (heapEarly == 0 && System.nanoTime() - start > seconds * SECOND / 4) {
                heapEarly = usedHeap();
            }
            Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
        }
        running = false;
        for (Reader reader : readers) {
            reader.join();
        }
        assertNull(failure.get(), () -> "a reader failed: " + failure.get());
        long heapLate = usedHeap();
        report(readers, seconds, updates, refused, heapEarly, heapLate);
        assertEquals(0, burgee.getStatistics().getTraps());
        // Far less than one each 10 ms: where processors are few and shared, the readers leave the updates little time.
        assertTrue(updates > seconds, "only " + updates + " updates");
        assertTrue(heapLate < 2 * heapEarly + (32 << 20), "memory grows: " + heapEarly + " bytes, then " + heapLate);
        burgee.close();
    }

    private static void report(List<Reader> readers, long seconds, int updates, int refused, long early, long late) {
        System.out.printf("load: %d s, %d threads on %d processors, %d updates (%d of them refused)%n", seconds, THREADS,
                Runtime.getRuntime().availableProcessors(), updates, refused);
        for (int during = 0; during < 2; during++) {
            long[] all = new long[BUCKETS];
            long longest = 0;
            for (Reader reader : readers) {
                for (int i = 0; i < BUCKETS; i++) {
                    all[i] += reader.micros[during][i];
                }
                longest = Math.max(longest, reader.longest[during]);
                assertTrue(Arrays.stream(reader.micros[during]).sum() > 0, reader.getName() + " got no answer");
            }
            long answers = Arrays.stream(all).sum();
            System.out.printf("load: %s updates %,d answers; between two of a thread p50 < %d µs, p99 < %d µs, p99.9 < %d"
                            + " µs, longest %.1f ms%n", during == 0 ? "without" : "during", answers,
                    quantile(all, answers, 0.5), quantile(all, answers, 0.99), quantile(all, answers, 0.999),
                    longest / 1e6);
        }
        System.out.printf("load: heap after collection %.1f MiB after a quarter, %.1f MiB at the end%n",
                early / 1048576.0, late / 1048576.0);
    }

    private static int quantile(long[] buckets, long count, double share) {
        long left = (long) (count * share);
        for (int i = 0; i < buckets.length; i++) {
            left -= buckets[i];
            if (left < 0) {
                return i + 1;
            }
        }
        return buckets.length;
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
