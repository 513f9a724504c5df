package dev.burgee.bench.host;

import run.endive.runtime.ConstantEvaluators;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.MemoryLimits;

/** The flat memory as Endive knows memories. */
final class EndiveMemory extends FlatMemory implements Memory {
    private static final byte[] NONE = {};

    private DataSegment[] segments;

    EndiveMemory(MemoryLimits limits) {
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
