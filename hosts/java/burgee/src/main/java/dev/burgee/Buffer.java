package dev.burgee;

import java.io.OutputStream;
import java.util.Arrays;

/** Bytes that grow. After something long it starts small again, so that one long context does not stay for ever. */
final class Buffer extends OutputStream {
    private static final int USUAL = 512;
    private static final int KEPT = 64 * 1024;

    private byte[] bytes = new byte[USUAL];
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[USUAL];
        }
    }

    /** Makes room for so many more bytes and gives the place of the first. */
    int extend(int more) {
        int start = length;
        int needed = Math.addExact(length, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(2L * bytes.length, needed)));
        }
        length = needed;
        return start;
    }

    /** Forgets what stands from here on. */
    void truncate(int start) {
        length = start;
    }

    @Override
    public void write(int value) {
        int at = extend(1);
        bytes[at] = (byte) value;
    }

    @Override
    public void write(byte[] from, int start, int count) {
        int at = extend(count);
        System.arraycopy(from, start, bytes, at, count);
    }
}
