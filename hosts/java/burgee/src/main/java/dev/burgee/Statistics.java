package dev.burgee;

/** What an evaluator has done so far. */
public final class Statistics {
    private final long updates;
    private final long refusals;
    private final long traps;
    private final int instances;
    private final long memoryBytes;

    Statistics(long updates, long refusals, long traps, int instances, long memoryBytes) {
        this.updates = updates;
        this.refusals = refusals;
        this.traps = traps;
        this.instances = instances;
        this.memoryBytes = memoryBytes;
    }

    /**
     * Updates that came into force, those that changed nothing included.
     *
     * @return their number
     */
    public long getUpdates() {
        return updates;
    }

    /**
     * Updates that were refused.
     *
     * @return their number
     */
    public long getRefusals() {
        return refusals;
    }

    /**
     * Instances that were dropped because they trapped; anything but 0 is a bug of burgee.
     *
     * @return their number
     */
    public long getTraps() {
        return traps;
    }

    /**
     * Instances that answer evaluations; one more checks updates.
     *
     * @return their number
     */
    public int getInstances() {
        return instances;
    }

    /**
     * The memory of the instances that hold the flags in force, when they were loaded.
     *
     * @return bytes
     */
    public long getMemoryBytes() {
        return memoryBytes;
    }

    @Override
    public String toString() {
        return updates + " updates, " + refusals + " refused, " + traps + " traps, " + instances + " instances of "
                + memoryBytes + " bytes in all";
    }
}
