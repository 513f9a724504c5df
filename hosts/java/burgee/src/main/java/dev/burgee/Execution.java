package dev.burgee;

/** How the JVM runs the module. */
public enum Execution {
    /** As bytecode that was made of it when this package was built. */
    COMPILED,
    /** Instruction by instruction: about a hundred times slower, for finding faults of the compiler. */
    INTERPRETED
}
