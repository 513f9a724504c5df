package dev.burgee.bench.host;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A module's memory as one array. The runtimes' own array memory is a table of pages, which costs every access a second
 * look-up and a test for the end of the page.
 *
 * <p>The array is longer than the memory so that growing does not copy each time; an access between the two ends reads
 * zeros instead of being refused. The module makes none.
 */
abstract class FlatMemory {
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);
    private static final VarHandle FLOAT = view(float[].class);
    private static final VarHandle DOUBLE = view(double[].class);

    private static final int PAGE_BITS = 16;
    /** What an array can hold. */
    private static final int MOST_PAGES = (1 << 15) - 1;

    private final int initialPages;
    private final int maximumPages;
    private int pages;
    private byte[] bytes;

    FlatMemory(int initialPages, int maximumPages) {
        this.initialPages = initialPages;
        this.maximumPages = Math.min(maximumPages, MOST_PAGES);
        pages = initialPages;
        bytes = new byte[initialPages << PAGE_BITS];
    }

    public final int pages() {
        return pages;
    }

    public final int initialPages() {
        return initialPages;
    }

    public final int maximumPages() {
        return maximumPages;
    }

    public final boolean shared() {
        return false;
    }

    public final int grow(int more) {
        if (more < 0 || more > maximumPages - pages) {
            return -1;
        }
        int before = pages;
        pages += more;
        if (bytes.length >> PAGE_BITS < pages) {
            int roomy = (int) Math.min(maximumPages, pages * 3L / 2);
            bytes = Arrays.copyOf(bytes, roomy << PAGE_BITS);
        }
        return before;
    }

    public final void write(int at, byte[] from, int start, int length) {
        System.arraycopy(from, start, bytes, at, length);
    }

    public final byte[] readBytes(int at, int length) {
        return Arrays.copyOfRange(bytes, at, at + length);
    }

    public final byte read(int at) {
        return bytes[at];
    }

    public final void writeByte(int at, byte value) {
        bytes[at] = value;
    }

    public final short readShort(int at) {
        return (short) SHORT.get(bytes, at);
    }

    public final long readU16(int at) {
        return readShort(at) & 0xFFFF;
    }

    public final void writeShort(int at, short value) {
        SHORT.set(bytes, at, value);
    }

    public final int readInt(int at) {
        return (int) INT.get(bytes, at);
    }

    public final void writeI32(int at, int value) {
        INT.set(bytes, at, value);
    }

    public final long readLong(int at) {
        return (long) LONG.get(bytes, at);
    }

    public final void writeLong(int at, long value) {
        LONG.set(bytes, at, value);
    }

    public final float readFloat(int at) {
        return (float) FLOAT.get(bytes, at);
    }

    public final long readF32(int at) {
        return readInt(at);
    }

    public final void writeF32(int at, float value) {
        FLOAT.set(bytes, at, value);
    }

    public final double readDouble(int at) {
        return (double) DOUBLE.get(bytes, at);
    }

    public final long readF64(int at) {
        return readLong(at);
    }

    public final void writeF64(int at, double value) {
        DOUBLE.set(bytes, at, value);
    }

    public final void copy(int to, int from, int length) {
        System.arraycopy(bytes, from, bytes, to, length);
    }

    public final void fill(byte value, int from, int to) {
        Arrays.fill(bytes, from, to, value);
    }

    public final void zero() {
        Arrays.fill(bytes, (byte) 0);
    }

    static UnsupportedOperationException withoutThreads() {
        return new UnsupportedOperationException("the module uses no threads, so its memory cannot be waited for");
    }

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }
}
