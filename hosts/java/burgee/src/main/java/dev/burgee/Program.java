package dev.burgee;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import dev.burgee.module.Burgee_ModuleExports;
import dev.burgee.module.CompiledBurgee;
import dev.burgee.module.ModuleFile;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The module that this package carries; every instance is made from it. */
final class Program {
    /** The version of the module's contract that this host speaks. */
    private static final int ABI_VERSION = 1;

    private Program() {}

    /** Loaded at first use, and once: reading and checking it takes milliseconds. */
    private static final class Whole {
        private static final WasmModule MODULE = load();
        private static volatile boolean checked;

        private static WasmModule load() {
            byte[] bytes = resource(ModuleFile.NAME);
            verify(bytes);
            return Parser.parse(bytes);
        }
    }

    /** Starts an instance. */
    static Instance start(Execution execution, int mostPages) {
        int initial = Whole.MODULE.memorySection().orElseThrow().getMemory(0).limits().initialPages();
        if (mostPages < initial) {
            throw new BurgeeException("the memory limit is " + mostPages + " pages of 64 KiB, but the module starts with "
                    + initial + "; raise `memoryLimit`");
        }
        Instance.Builder builder = Instance.builder(Whole.MODULE)
                .withMemoryLimits(new MemoryLimits(initial, mostPages))
                .withMemoryFactory(FlatMemory::new);
        if (execution == Execution.COMPILED) {
            builder.withMachineFactory(CompiledBurgee::create);
        }
        Instance instance = builder.build();
        if (!Whole.checked) {
            int version = new Burgee_ModuleExports(instance).abiVersion();
            if (version != ABI_VERSION) {
                throw new BurgeeException("the module speaks version " + version + " of the contract, this package "
                        + ABI_VERSION);
            }
            Whole.checked = true;
        }
        return instance;
    }

    /** Refuses bytes that are not those of the module that the classes of this package were made of. */
    static void verify(byte[] module) {
        String found = hex(sha256(module));
        if (!found.equals(ModuleFile.SHA_256)) {
            throw new BurgeeException("`" + ModuleFile.NAME + "` has the SHA-256 " + found + ", but this package was built"
                    + " with " + ModuleFile.SHA_256 + "; take the jar from a clean build");
        }
    }

    static byte[] resource(String name) {
        try (InputStream in = ModuleFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new BurgeeException("`" + name + "` is missing in the jar; it stands beside `"
                        + ModuleFile.class.getName() + "`");
            }
            return in.readAllBytes();
        } catch (IOException error) {
            throw new BurgeeException("`" + name + "` in the jar cannot be read: " + error.getMessage(), error);
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException error) {
            throw new IllegalStateException("every JDK has SHA-256", error);
        }
    }

    static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder(2 * bytes.length);
        for (byte part : bytes) {
            text.append(Character.forDigit(part >> 4 & 0xF, 16)).append(Character.forDigit(part & 0xF, 16));
        }
        return text.toString();
    }
}
