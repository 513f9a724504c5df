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
    private static final long PERIOD_MILLIS = 10;
    private static final long SECOND = 1_000_000_000L;

    /** Time between answers, in microseconds; the last place is for all that is longer. */
    private static final int BUCKETS = 1_000_000;

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean running = true;

    private final class Reader extends Thread {
        private final Burgee burgee;
        private final int[] micros = new int[BUCKETS];
        private long answers;
        private long longest;

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
                    micros[(int) Math.min(BUCKETS - 1, took / 1000)]++;
                    longest = Math.max(longest, took);
                    before = now;
                    answers++;
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
        // Instances of the largest size, so that readers wait for each other only.
        Burgee burgee = Burgee.builder().instances(THREADS).fromJson(Flags.numbered(0, FLAGS));
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            readers.add(new Reader(burgee, i));
        }
        readers.forEach(Thread::start);

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
        // Far less than one each 10 ms: on few processors the readers leave the updates little time.
        assertTrue(updates > 3 * seconds, "only " + updates + " updates");
        assertTrue(heapLate < 2 * heapEarly + (32 << 20), "memory grows: " + heapEarly + " bytes, then " + heapLate);
        burgee.close();
    }

    private static void report(List<Reader> readers, long seconds, int updates, int refused, long early, long late) {
        long[] all = new long[BUCKETS];
        long answers = 0;
        long longest = 0;
        for (Reader reader : readers) {
            assertTrue(reader.answers > 0, reader.getName() + " got no answer");
            for (int i = 0; i < BUCKETS; i++) {
                all[i] += reader.micros[i];
            }
            answers += reader.answers;
            longest = Math.max(longest, reader.longest);
        }
        assertEquals(answers, Arrays.stream(all).sum());
        System.out.printf("load: %d s, %d threads on %d processors, %d updates (%d of them refused), %,d answers, %,d a"
                        + " second%n", seconds, THREADS, Runtime.getRuntime().availableProcessors(), updates, refused,
                answers, answers / seconds);
        System.out.printf("load: time between two answers of a thread: p50 < %d µs, p99 < %d µs, p99.9 < %d µs, longest"
                + " %.1f ms%n", quantile(all, answers, 0.5), quantile(all, answers, 0.99),
                quantile(all, answers, 0.999), longest / 1e6);
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
