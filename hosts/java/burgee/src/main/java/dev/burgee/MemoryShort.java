package dev.burgee;

/** The module has no memory for an input. The instance stays usable. */
final class MemoryShort extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MemoryShort(int bytes) {
        super("the module has no memory for " + bytes + " bytes; raise `memoryLimit`", null, false, false);
    }
}
