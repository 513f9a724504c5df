package dev.burgee.compiler;

import com.dylibso.chicory.build.time.compiler.Config;
import com.dylibso.chicory.build.time.compiler.Generator;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExportSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Makes of {@code burgee.wasm} what the engine's package carries: the module as bytecode, the module itself, typed
 * exports, and a class with its SHA-256.
 *
 * <p>It does what the Maven plugin of the runtime does, with the same library; the plugin itself asks for Maven 3.9.
 */
public final class CompileModule {
    private static final String PACKAGE = "dev.burgee.module";

    /** The export that evaluations use. */
    private static final String DIRECT = "evaluate_slots";

    private CompileModule() {}

    /**
     * Runs the build step.
     *
     * @param arguments the module, the folder for classes and resources, the folder for sources
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3) {
            throw new IllegalArgumentException("three arguments are needed: module, class folder, source folder");
        }
        Path wasm = Path.of(arguments[0]);
        if (!Files.isRegularFile(wasm)) {
            throw new IllegalArgumentException("there is no `" + wasm + "`; build it with `make wasm`, or name another"
                    + " with `-Dburgee.wasm=FILE`");
        }
        Path classes = Path.of(arguments[1]);
        Path sources = Path.of(arguments[2]);
        compile(wasm, classes, sources);
        byte[] module = Files.readAllBytes(wasm);
        Files.write(folder(classes).resolve("burgee.wasm"), module);
        Files.writeString(folder(sources).resolve("ModuleFile.java"), moduleFile(module));
        Files.writeString(folder(sources).resolve("ModuleCalls.java"), moduleCalls(wasm, classes));
    }

    private static void compile(Path wasm, Path classes, Path sources) throws IOException {
        Generator generator = new Generator(Config.builder()
                .withWasmFile(wasm)
                .withName(PACKAGE + ".CompiledBurgee")
                .withTargetClassFolder(classes)
                .withTargetSourceFolder(sources)
                .withTargetWasmFolder(classes)
                .withModuleInterface(PACKAGE + ".Burgee")
                .build());
        Set<Integer> interpreted = generator.generateResources();
        if (!interpreted.isEmpty()) {
            throw new IllegalStateException("functions " + interpreted + " of `" + wasm + "` are too long for a method");
        }
        generator.generateSources();
        generator.generateModuleInterface(PACKAGE + ".Burgee");
    }

    /**
     * A way into the compiled module for the call that must be cheap. The runtime's exports take and give arrays; the
     * methods that the compiler makes, one for each function, can only be named from their own package.
     */
    private static String moduleCalls(Path wasm, Path classes) {
        String group = "CompiledBurgeeMachineFuncGroup_";
        if (Files.exists(classes.resolve(PACKAGE.replace('.', '/')).resolve(group + "1.class"))) {
            throw new IllegalStateException("the compiler made more than one class of functions; `moduleCalls` has to find"
                    + " the one with `" + DIRECT + "`");
        }
        ExportSection exports = Parser.parse(wasm).exportSection();
        int index = IntStream.range(0, exports.exportCount())
                .mapToObj(exports::getExport)
                .filter(export -> export.name().equals(DIRECT))
                .mapToInt(Export::index)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("`" + wasm + "` has no `" + DIRECT + "`"));
        return "package " + PACKAGE + ";\n\n"
                + "import com.dylibso.chicory.runtime.Instance;\n"
                + "import com.dylibso.chicory.runtime.Memory;\n\n"
                + "/** Functions of the compiled module, called without arrays. */\n"
                + "public final class ModuleCalls {\n"
                + "    private ModuleCalls() {}\n\n"
                + "    public static int evaluateSlots(int flag, int generation, int at, int length, Memory memory,"
                + " Instance instance) {\n"
                + "        return " + group + "0.func_" + index + "(flag, generation, at, length, memory, instance);\n"
                + "    }\n"
                + "}\n";
    }

    private static String moduleFile(byte[] module) {
        return "package " + PACKAGE + ";\n\n"
                + "/** What is known of the module that this package was built with. */\n"
                + "public final class ModuleFile {\n"
                + "    /** The name of the resource beside this class. */\n"
                + "    public static final String NAME = \"burgee.wasm\";\n"
                + "    /** SHA-256 of its bytes, in hexadecimal digits. */\n"
                + "    public static final String SHA_256 = \"" + sha256(module) + "\";\n\n"
                + "    private ModuleFile() {}\n"
                + "}\n";
    }

    private static String sha256(byte[] bytes) {
        try {
            StringBuilder text = new StringBuilder();
            for (byte part : MessageDigest.getInstance("SHA-256").digest(bytes)) {
                text.append(Character.forDigit(part >> 4 & 0xF, 16)).append(Character.forDigit(part & 0xF, 16));
            }
            return text.toString();
        } catch (NoSuchAlgorithmException error) {
            throw new IllegalStateException("every JDK has SHA-256", error);
        }
    }

    private static Path folder(Path root) throws IOException {
        return Files.createDirectories(root.resolve(PACKAGE.replace('.', '/')));
    }
}
