package dev.burgee.bench.host;

import com.dylibso.chicory.runtime.ConstantEvaluators;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.MemoryLimits;

/** The flat memory as Chicory knows memories. */
final class ChicoryMemory extends FlatMemory implements Memory {
    private static final byte[] NONE = {};

    private DataSegment[] segments;

    ChicoryMemory(MemoryLimits limits) {
        super(limits.initialPages(), limits.maximumPages());
    }

    @Override
    public void initialize(Instance instance, DataSegment[] data) {
        segments = data.clone();
        for (DataSegment segment : data) {
            if (segment instanceof ActiveDataSegment active) {
                int at = (int) ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions())[0];
                write(at, active.data(), 0, active.data().length);
            }
        }
    }

    @Override
    public void initPassiveSegment(int segment, int to, int from, int length) {
        write(to, segments[segment] == null ? NONE : segments[segment].data(), from, length);
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
}
