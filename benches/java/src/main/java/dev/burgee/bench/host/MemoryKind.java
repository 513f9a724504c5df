package dev.burgee.bench.host;

/** How a module's memory is kept: as this host does, or as the runtimes do. */
enum MemoryKind {
    FLAT,
    BYTE_ARRAY,
    BYTE_BUFFER
}
