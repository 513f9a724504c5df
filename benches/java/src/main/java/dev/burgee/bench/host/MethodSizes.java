package dev.burgee.bench.host;

import com.dylibso.chicory.compiler.internal.ByteClassCollector;
import com.dylibso.chicory.compiler.internal.Compiler;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.CodeSizeEvaluator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists functions that HotSpot will not compile, because their bytecode is too long; the limit is not meant to be set. */
@Command(name = "benches/java/run --methods", mixinStandardHelpOptions = true, sortOptions = false)
public final class MethodSizes implements Callable<Integer> {
    /** `HugeMethodLimit` of HotSpot, in bytes. */
    private static final int LIMIT = 8_000;

    @Option(names = "--wasm", required = true, description = "a module, with names if they shall be shown")
    private Path wasm;

    @Option(names = "--least", description = "bytes from which on a function is listed (default: ${DEFAULT-VALUE})")
    private int least = LIMIT;

    private record Size(int bytes, String name) {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new MethodSizes()).execute(arguments));
    }

    @Override
    public Integer call() {
        WasmModule module = Parser.parse(wasm);
        List<Size> sizes = new ArrayList<>();
        for (byte[] bytes : Compiler.builder(module)
                .withClassCollectorFactory(ByteClassCollector::new)
                .build()
                .compile()
                .classBytes()
                .values()) {
            new ClassReader(bytes).accept(new Sizes(sizes), 0);
        }
        sizes.removeIf(size -> size.bytes < least);
        sizes.sort(Comparator.comparingInt(Size::bytes).reversed());
        sizes.forEach(size -> System.out.printf("%,7d bytes  %s%n", size.bytes, named(module, size.name)));
        System.out.printf("%d functions have %,d bytes or more; HotSpot compiles up to %,d%n", sizes.size(), least, LIMIT);
        return 0;
    }

    private static String named(WasmModule module, String method) {
        if (module.nameSection() == null || !method.startsWith("func_")) {
            return method;
        }
        String name = module.nameSection().nameOfFunction(Integer.parseInt(method.substring("func_".length())));
        return name == null ? method : method + " " + name;
    }

    private static final class Sizes extends ClassVisitor {
        private final List<Size> sizes;

        Sizes(List<Size> sizes) {
            super(Opcodes.ASM9);
            this.sizes = sizes;
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String type, String signature, String[] exceptions) {
            return new CodeSizeEvaluator(null) {
                @Override
                public void visitEnd() {
                    sizes.add(new Size(getMinSize(), name));
                }
            };
        }
    }
}
