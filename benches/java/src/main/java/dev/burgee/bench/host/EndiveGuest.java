package dev.burgee.bench.host;

import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.ByteBufferMemory;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.Memory;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** The module in Endive. */
final class EndiveGuest implements Guest {
    private final Instance instance;
    private final Memory memory;
    private final boolean compiled;

    private EndiveGuest(Instance instance, boolean compiled) {
        this.instance = instance;
        this.compiled = compiled;
        this.memory = instance.memory();
    }

    static Guest of(byte[] bytes, boolean compiled, MemoryKind memory) {
        WasmModule module = Parser.parse(bytes);
        Instance.Builder builder = Instance.builder(module).withMemoryFactory(limits -> switch (memory) {
            case FLAT -> new EndiveMemory(limits);
            case BYTE_ARRAY -> new ByteArrayMemory(limits);
            case BYTE_BUFFER -> new ByteBufferMemory(limits);
        });
        if (compiled) {
            builder.withMachineFactory(MachineFactoryCompiler.compile(module));
        }
        return new EndiveGuest(builder.build(), compiled);
    }

    @Override
    public boolean isCompiled() {
        return compiled;
    }

    @Override
    public Function function(String name) {
        if (index(name) < 0) {
            return null;
        }
        ExportFunction export = instance.export(name);
        return arguments -> {
            long[] answer = export.apply(arguments);
            return answer == null || answer.length == 0 ? 0 : answer[0];
        };
    }

    @Override
    public void write(int at, byte[] bytes, int length) {
        memory.write(at, bytes, 0, length);
    }

    @Override
    public byte[] read(int at, int length) {
        return memory.readBytes(at, length);
    }

    @Override
    public Function machine(String name) {
        Machine machine = instance.getMachine();
        int index = index(name);
        return arguments -> {
            long[] answer = machine.call(index, arguments);
            return answer == null || answer.length == 0 ? 0 : answer[0];
        };
    }

    @Override
    public MethodHandle method(String name) throws ReflectiveOperationException {
        MethodHandle method = CompiledMethod.find(instance.getMachine().getClass(), index(name));
        return MethodHandles.insertArguments(method, method.type().parameterCount() - 2, memory, instance);
    }

    /** The place of an exported function, or -1. */
    private int index(String name) {
        var section = instance.module().exportSection();
        for (int i = 0; i < section.exportCount(); i++) {
            var export = section.getExport(i);
            if (export.exportType() == ExternalType.FUNCTION && export.name().equals(name)) {
                return export.index();
            }
        }
        return -1;
    }
}
