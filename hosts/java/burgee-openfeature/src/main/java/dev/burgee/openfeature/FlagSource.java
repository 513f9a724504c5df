package dev.burgee.openfeature;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;

/** Where a provider gets its flag set from. */
public interface FlagSource extends AutoCloseable {
    /** What a source tells its provider, from any thread. */
    interface Listener {
        /**
         * There is a flag set. The same text again changes nothing.
         *
         * @param json a flag set in flagd's format
         */
        void flags(String json);

        /**
         * The flag set cannot be read at the moment; the flags in force stay in force.
         *
         * @param reason a sentence
         */
        void unavailable(String reason);
    }

    /**
     * Begins to tell a provider what the flags are. It is called once, and tells the flags at least once before it comes
     * back, or throws. After it has thrown it may still tell flags until it is closed.
     *
     * @param listener what to tell
     * @throws Exception if there are no flags yet; the message says why
     */
    void start(Listener listener) throws Exception;

    /** Ends what {@link #start} began; no thread is left behind. */
    @Override
    void close();

    /**
     * A flag set that never changes.
     *
     * @param json a flag set in flagd's format
     * @return the source
     */
    static FlagSource text(String json) {
        Objects.requireNonNull(json, "`json` is null");
        return new FlagSource() {
            @Override
            public void start(Listener listener) {
                listener.flags(json);
            }

            @Override
            public void close() {
                // Nothing was begun.
            }
        };
    }

    /**
     * A file, looked at twice a second. It may be replaced by renaming, by a new target of a symbolic link, or written in
     * place.
     *
     * @param path the file
     * @return the source
     */
    static FlagSource file(Path path) {
        return file(path, Duration.ofMillis(500));
    }

    /**
     * A file, looked at again and again. It may be replaced by renaming, by a new target of a symbolic link, or written
     * in place.
     *
     * @param path the file
     * @param interval how long to wait between two looks
     * @return the source
     */
    static FlagSource file(Path path, Duration interval) {
        return new PollingSource(new FileReader(path), interval, "burgee file " + path.getFileName());
    }

    /**
     * Whatever a function gives, called again and again in a thread of the source.
     *
     * @param read gives a flag set in flagd's format; what it throws is reported, and the flags in force stay
     * @param interval how long to wait between two calls
     * @return the source
     */
    static FlagSource polling(Callable<String> read, Duration interval) {
        return new PollingSource(Objects.requireNonNull(read, "`read` is null"), interval, "burgee flags");
    }
}
