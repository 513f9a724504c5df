package dev.burgee;

import com.dylibso.chicory.runtime.ConstantEvaluators;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.MemoryLimits;
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
final class FlatMemory implements Memory {
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
    private DataSegment[] segments;

    FlatMemory(MemoryLimits limits) {
        initialPages = limits.initialPages();
        maximumPages = Math.min(limits.maximumPages(), MOST_PAGES);
        pages = initialPages;
        bytes = new byte[initialPages << PAGE_BITS];
    }

    /** Becomes a copy of an image, whatever it was. */
    void become(Image image) {
        if (image.pages() > maximumPages) {
            throw new MemoryShort(image.bytes().length);
        }
        pages = image.pages();
        // One page more, because the first input of a copy often makes it grow.
        bytes = Arrays.copyOf(image.bytes(), Math.min(maximumPages, pages + 1) << PAGE_BITS);
    }

    @Override
    public int pages() {
        return pages;
    }

    @Override
    public int initialPages() {
        return initialPages;
    }

    @Override
    public int maximumPages() {
        return maximumPages;
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public int grow(int more) {
        if (more < 0 || more > maximumPages - pages) {
            return -1;
        }
        int before = pages;
        int after = pages + more;
        if (bytes.length >> PAGE_BITS < after) {
            int roomy = (int) Math.min(maximumPages, after * 3L / 2);
            try {
                bytes = Arrays.copyOf(bytes, roomy << PAGE_BITS);
            } catch (OutOfMemoryError none) {
                // The module answers with an error when it gets no memory, and works on.
                return -1;
            }
        }
        pages = after;
        return before;
    }

    @Override
    public void write(int at, byte[] from, int start, int length) {
        System.arraycopy(from, start, bytes, at, length);
    }

    @Override
    public byte[] readBytes(int at, int length) {
        return Arrays.copyOfRange(bytes, at, at + length);
    }

    @Override
    public byte read(int at) {
        return bytes[at];
    }

    @Override
    public void writeByte(int at, byte value) {
        bytes[at] = value;
    }

    @Override
    public short readShort(int at) {
        return (short) SHORT.get(bytes, at);
    }

    @Override
    public long readU16(int at) {
        return readShort(at) & 0xFFFF;
    }

    @Override
    public void writeShort(int at, short value) {
        SHORT.set(bytes, at, value);
    }

    @Override
    public int readInt(int at) {
        return (int) INT.get(bytes, at);
    }

    @Override
    public void writeI32(int at, int value) {
        INT.set(bytes, at, value);
    }

    @Override
    public long readLong(int at) {
        return (long) LONG.get(bytes, at);
    }

    @Override
    public void writeLong(int at, long value) {
        LONG.set(bytes, at, value);
    }

    @Override
    public float readFloat(int at) {
        return (float) FLOAT.get(bytes, at);
    }

    @Override
    public long readF32(int at) {
        return readInt(at);
    }

    @Override
    public void writeF32(int at, float value) {
        FLOAT.set(bytes, at, value);
    }

    @Override
    public double readDouble(int at) {
        return (double) DOUBLE.get(bytes, at);
    }

    @Override
    public long readF64(int at) {
        return readLong(at);
    }

    @Override
    public void writeF64(int at, double value) {
        DOUBLE.set(bytes, at, value);
    }

    @Override
    public void copy(int to, int from, int length) {
        System.arraycopy(bytes, from, bytes, to, length);
    }

    @Override
    public void fill(byte value, int from, int to) {
        Arrays.fill(bytes, from, to, value);
    }

    @Override
    public void zero() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public void initialize(Instance instance, DataSegment[] data) {
        segments = data.clone();
        for (DataSegment segment : data) {
            if (segment instanceof ActiveDataSegment) {
                ActiveDataSegment active = (ActiveDataSegment) segment;
                int at = (int) ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions())[0];
                write(at, active.data(), 0, active.data().length);
            }
        }
    }

    @Override
    public void initPassiveSegment(int segment, int to, int from, int length) {
        write(to, segments[segment] == null ? new byte[0] : segments[segment].data(), from, length);
    }

    @Override
    public void drop(int segment) {
        segments[segment] = null;
    }

    @Override
    @SuppressWarnings("removal")
    public Object lock(int at) {
        throw withoutThreads();
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int at, int expected, long timeout) {
        throw withoutThreads();
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int at, long expected, long timeout) {
        throw withoutThreads();
    }

    @Override
    @SuppressWarnings("removal")
    public int notify(int at, int count) {
        throw withoutThreads();
    }

    private static UnsupportedOperationException withoutThreads() {
        return new UnsupportedOperationException("the module uses no threads, so its memory cannot be waited for");
    }

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }
}
