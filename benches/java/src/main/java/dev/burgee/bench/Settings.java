package dev.burgee.bench;

/** How long and how often. Times are in nanoseconds. */
record Settings(int rounds, long batch, long warmUp, long warmUpAtMost) {
    private static final long MILLISECOND = 1_000_000;

    static Settings of(Integer rounds, boolean quick) {
        return quick
                ? new Settings(rounds == null ? 3 : rounds, 2 * MILLISECOND, 50 * MILLISECOND, 50 * MILLISECOND)
                : new Settings(rounds == null ? 15 : rounds, 10 * MILLISECOND, 1_000 * MILLISECOND, 5_000 * MILLISECOND);
    }
}
