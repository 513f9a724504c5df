package dev.burgee;

import java.util.List;

/**
 * The instance that checks updates. It holds the flags in force, so that it can tell what an update changes, and answers
 * no evaluation, so that readers never wait for it. Its callers take turns.
 */
final class Loader {
    /** Up to here readers get copies of this instance, although it may hold what is left of older flags. */
    private static final long SMALL = 1 << 20;

    private final Settings.Starter starter;
    private final Generation.Maker maker;
    private Guest guest;
    private byte[] document;
    private long generation;

    /** An update that was not refused. */
    static final class Loaded {
        private final Report report;
        private final byte[] description;
        private final Image image;

        private Loaded(Report report, byte[] description, Image image) {
            this.report = report;
            this.description = description;
            this.image = image;
        }

        Report report() {
            return report;
        }

        /** Null if the flags are the same as before. */
        byte[] description() {
            return description;
        }

        /** What readers' instances can become; null if they had better load the flags by themselves. */
        Image image() {
            return image;
        }
    }

    Loader(Settings.Starter starter, Generation.Maker maker) {
        this.starter = starter;
        this.maker = maker;
    }

    /** Makes the instance, if there is none, and gives it the flags in force. */
    void start() {
        if (guest == null) {
            guest = starter.start();
            if (document != null) {
                generation = guest.update(document).generation();
            }
        }
    }

    /**
     * Loads a flag set. If the instance traps, another one with the flags in force tries once more.
     *
     * @throws FlagSetException if it is refused
     */
    Loaded load(byte[] text) {
        try {
            return tried(text);
        } catch (Trap first) {
            drop(first);
            try {
                return tried(text);
            } catch (Trap second) {
                drop(second);
                throw new BurgeeException("two instances of the module failed in a row: " + second.getMessage(), second);
            }
        }
    }

    /** The flag set that was loaded last is in force from now on. */
    void keep(byte[] text, long ofGeneration) {
        document = text;
        generation = ofGeneration;
    }

    /** The flag set that was loaded last does not come into force. */
    void forget() {
        guest = null;
    }

    private Loaded tried(byte[] text) {
        start();
        Report report;
        try {
            report = guest.update(text);
        } catch (MemoryShort error) {
            throw new FlagSetException("the flag document was refused: " + error.getMessage(), List.of(),
                    "{\"success\":false}");
        }
        if (!report.succeeded()) {
            throw report.refusal();
        }
        boolean same = document != null && report.generation() == generation;
        if (same) {
            return new Loaded(report, null, null);
        }
        return new Loaded(report, guest.describe(), guest.memoryBytes() <= SMALL ? guest.image() : null);
    }

    private void drop(Trap trap) {
        guest = null;
        maker.trapped(trap);
    }
}
