package dev.burgee.openfeature;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks a function for the flags, again and again. */
final class PollingSource implements FlagSource {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final long CLOSING_MILLIS = 5_000;

    private final Callable<String> read;
    private final long intervalNanos;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private Listener listener;
    private String last;

    PollingSource(Callable<String> read, Duration interval, String name) {
        if (interval.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("`interval` is " + interval + "; it must be at least " + SHORTEST);
        }
        this.read = read;
        intervalNanos = interval.toNanos();
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    @Override
    public void start(Listener listener) throws Exception {
        this.listener = listener;
        try {
            look();
        } finally {
            // What is not there yet may come.
            thread.start();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        if (Thread.currentThread() == thread) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(CLOSING_MILLIS);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed.await(intervalNanos, TimeUnit.NANOSECONDS)) {
                try {
                    look();
                } catch (InterruptedException error) {
                    throw error;
                } catch (Exception error) {
                    last = null;
                    listener.unavailable(reason(error));
                }
            }
        } catch (InterruptedException error) {
            // Closed.
        }
    }

    private void look() throws Exception {
        String text = read.call();
        if (text == null) {
            throw new IllegalStateException("the source of the flags gave null");
        }
        if (!text.equals(last)) {
            last = text;
            listener.flags(text);
        }
    }

    private static String reason(Exception error) {
        return error.getMessage() == null ? error.toString() : error.getMessage();
    }
}
