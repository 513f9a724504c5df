package dev.burgee;

/** What an instance was at some moment. */
final class Image {
    private static final int PAGE_BITS = 16;

    private final byte[] bytes;
    private final long[] globals;
    private final long generation;
    private final long time;

    Image(byte[] bytes, long[] globals, long generation, long time) {
        this.bytes = bytes;
        this.globals = globals;
        this.generation = generation;
        this.time = time;
    }

    int pages() {
        return bytes.length >> PAGE_BITS;
    }

    byte[] bytes() {
        return bytes;
    }

    long[] globals() {
        return globals;
    }

    long generation() {
        return generation;
    }

    long time() {
        return time;
    }
}
