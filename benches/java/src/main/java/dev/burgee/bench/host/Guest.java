package dev.burgee.bench.host;

import java.lang.invoke.MethodHandle;

/** An instance of the module in some runtime. */
interface Guest {
    /** An export. Every argument and answer of the module fits a word. */
    interface Function {
        long call(long... arguments);
    }

    /** Whether the module became bytecode. */
    boolean isCompiled();

    /** Null where the module has no such export. */
    Function function(String name);

    /** The same export without the handle that the runtime makes for it. */
    Function machine(String name);

    /** The same export as the method that it was compiled to, its memory and instance bound. */
    MethodHandle method(String name) throws ReflectiveOperationException;

    void write(int at, byte[] bytes, int length);

    byte[] read(int at, int length);

    static Guest of(String runtime, byte[] module, MemoryKind memory) {
        return switch (runtime) {
            case "Chicory compiled" -> ChicoryGuest.of(module, true, memory);
            case "Chicory interpreter" -> ChicoryGuest.of(module, false, memory);
            case "Endive compiled" -> EndiveGuest.of(module, true, memory);
            case "Endive interpreter" -> EndiveGuest.of(module, false, memory);
            default -> throw new IllegalArgumentException("no runtime named `" + runtime + "`");
        };
    }
}
