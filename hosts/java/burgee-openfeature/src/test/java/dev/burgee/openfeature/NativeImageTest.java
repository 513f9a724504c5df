package dev.burgee.openfeature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.WasmModule;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.burgee.Burgee;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What a GraalVM native image has to be told: nothing of reflection, and the resources. */
class NativeImageTest {
    private static final String CONFIGURATION = "META-INF/native-image/dev.burgee/burgee/resource-config.json";

    /** How a program comes upon classes and members whose names only it knows, or objects of unknown classes. */
    private static final Pattern REFLECTION = Pattern.compile(String.join("|",
            "java/lang/reflect/.*",
            "java/lang/Class\\.(forName|newInstance|get(Declared)?(Methods?|Fields?|Constructors?|Classes)|"
                    + "getRecordComponents|getEnumConstants)",
            "java/lang/ClassLoader\\.(loadClass|findClass|defineClass|getSystemResource.*)",
            "java/util/ServiceLoader\\..*",
            "java/lang/invoke/MethodHandles\\.(lookup|publicLookup|privateLookupIn)",
            "java/lang/invoke/MethodHandles\\$Lookup\\..*",
            "java/lang/invoke/MethodHandleProxies\\..*",
            "java/io/Object(In|Out)putStream\\..*",
            "java/lang/(System|Runtime)\\.load(Library)?",
            "sun/misc/Unsafe\\..*"));

    /** The bootstrap methods that the image builder replaces when it builds. */
    private static final Set<String> BOOTSTRAPS =
            Set.of("java/lang/invoke/LambdaMetafactory", "java/lang/invoke/StringConcatFactory");

    private static final Pattern LOADING = Pattern.compile("java/lang/Class(Loader)?\\.getResource.*");

    @Test
    void noReflection() throws IOException {
        assertEquals(Set.of(), reflecting(Burgee.class));
        assertEquals(Set.of(), reflecting(BurgeeProvider.class));
    }

    /** The packages below the engine, so that an update of theirs that brings reflection is seen. */
    @Test
    void noReflectionBelow() throws IOException {
        // Both look for `Unsafe` where there is no `VarHandle.fullFence`, which every JVM from 9 on has; nothing here makes
        // a memory of the first kind.
        assertEquals(Set.of("com/dylibso/chicory/runtime/ByteBufferMemory.class",
                "com/dylibso/chicory/runtime/OpcodeImpl.class"), reflecting(Instance.class));
        assertEquals(Set.of(), reflecting(WasmModule.class));
        // For types of databind, for versions of its modules, and for Java's own serialization: no parser or generator.
        assertEquals(Set.of("com/fasterxml/jackson/core/type/TypeReference.class",
                "com/fasterxml/jackson/core/util/VersionUtil.class",
                "com/fasterxml/jackson/core/io/SerializedString.class"), reflecting(JsonFactory.class));
    }

    /** The classes that use reflection, of the jar or folder that a class comes from. */
    private static Set<String> reflecting(Class<?> of) throws IOException {
        Map<String, byte[]> files = files(of);
        assertTrue(files.size() > 5, () -> "only " + files.size() + " files beside " + of.getName());
        return files.entrySet().stream()
                .filter(file -> file.getKey().endsWith(".class"))
                .filter(file -> calls(file.getValue()).stream()
                        .anyMatch(call -> REFLECTION.matcher(call).matches() || call.startsWith("bootstrap")))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** The search would find it. */
    @Test
    void reflectionIsFound() throws IOException {
        byte[] own = files(NativeImageTest.class).get("dev/burgee/openfeature/NativeImageTest$Reflecting.class");
        Set<String> found = calls(own).stream().filter(call -> REFLECTION.matcher(call).matches())
                .collect(Collectors.toSet());
        assertEquals(Set.of("java/lang/Class.forName", "java/lang/Class.getMethod", "java/lang/reflect/Method.invoke",
                "java/util/ServiceLoader.load", "java/lang/invoke/MethodHandles.lookup"), found);
    }

    private static final class Reflecting {
        Object reflect() throws Exception {
            Stream.of(Runnable.class).map(java.util.ServiceLoader::load).count();
            java.lang.invoke.MethodHandles.lookup();
            return Class.forName("java.lang.String").getMethod("length").invoke("");
        }
    }

    @Test
    void everyResourceIsListed() throws IOException {
        Map<String, byte[]> engine = files(Burgee.class);
        List<String> listed = patterns(engine.get(CONFIGURATION));
        Set<String> resources = resources(engine);
        for (String resource : resources) {
            assertTrue(listed.stream().anyMatch(resource::matches), () -> "`" + resource + "` is not in " + listed);
        }
        for (String pattern : listed) {
            assertTrue(resources.stream().anyMatch(name -> name.matches(pattern)), () -> "no resource is " + pattern);
        }
        assertTrue(listed.stream().anyMatch("dev/burgee/module/burgee.wasm"::matches), listed::toString);
        // One place loads them, beside the runtime's loader of a file that this package does not carry.
        assertEquals(Set.of("dev/burgee/Program.class", "dev/burgee/module/CompiledBurgee$WasmModuleHolder.class"),
                loaders(engine));
        Map<String, byte[]> provider = files(BurgeeProvider.class);
        assertEquals(Set.of(), resources(provider));
        assertEquals(Set.of(), loaders(provider));
    }

    /** What stands beside the classes, but for what only tools read. */
    private static Set<String> resources(Map<String, byte[]> files) {
        return files.keySet().stream()
                .filter(name -> !name.endsWith(".class") && !name.startsWith("META-INF/"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> loaders(Map<String, byte[]> files) {
        return files.entrySet().stream()
                .filter(file -> file.getKey().endsWith(".class"))
                .filter(file -> calls(file.getValue()).stream().anyMatch(call -> LOADING.matcher(call).matches()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static List<String> patterns(byte[] configuration) throws IOException {
        List<String> patterns = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(configuration)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING && parser.currentName().equals("pattern")) {
                    patterns.add(parser.getText());
                }
            }
        }
        return patterns;
    }

    /** Every method that the instructions of a class name, and every bootstrap method that is not known. */
    private static Set<String> calls(byte[] bytes) {
        Set<String> calls = new TreeSet<>();
        MethodVisitor instructions = new MethodVisitor(Opcodes.ASM9) {
            @Override
            public void visitMethodInsn(int code, String owner, String name, String type, boolean ofInterface) {
                calls.add(owner + "." + name);
            }

            @Override
            public void visitInvokeDynamicInsn(String name, String type, Handle bootstrap, Object... arguments) {
                if (!BOOTSTRAPS.contains(bootstrap.getOwner())) {
                    calls.add("bootstrap " + bootstrap);
                }
                for (Object argument : arguments) {
                    visitLdcInsn(argument);
                }
            }

            @Override
            public void visitLdcInsn(Object constant) {
                if (constant instanceof Handle) {
                    calls.add(((Handle) constant).getOwner() + "." + ((Handle) constant).getName());
                } else if (constant instanceof ConstantDynamic) {
                    calls.add("bootstrap " + constant);
                }
            }
        };
        new ClassReader(bytes).accept(new ClassVisitor(Opcodes.ASM9) {
            @Override
            public MethodVisitor visitMethod(int access, String name, String type, String signature, String[] thrown) {
                return instructions;
            }
        }, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return calls;
    }

    /** The files of the jar or folder that a class comes from. */
    private static Map<String, byte[]> files(Class<?> of) throws IOException {
        File place = new File(of.getProtectionDomain().getCodeSource().getLocation().getPath());
        Map<String, byte[]> files = new TreeMap<>();
        if (place.isDirectory()) {
            Path root = place.toPath();
            try (Stream<Path> all = Files.walk(root)) {
                for (Path file : all.filter(Files::isRegularFile).collect(Collectors.toList())) {
                    files.put(root.relativize(file).toString().replace(File.separatorChar, '/'), Files.readAllBytes(file));
                }
            }
            return files;
        }
        try (ZipFile jar = new ZipFile(place)) {
            for (ZipEntry entry : jar.stream().filter(entry -> !entry.isDirectory()).collect(Collectors.toList())) {
                try (InputStream in = jar.getInputStream(entry)) {
                    files.put(entry.getName(), in.readAllBytes());
                }
            }
        }
        return files;
    }
}
