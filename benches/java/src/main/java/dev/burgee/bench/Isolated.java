package dev.burgee.bench;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Loads the host and the WebAssembly runtimes anew. A program has one runtime in one mode; with four of them on the same
 * classes the JIT would see four receivers at each call and inline none.
 */
final class Isolated extends URLClassLoader {
    static {
        ClassLoader.registerAsParallelCapable();
    }

    private static final List<String> OWN = List.of("dev.burgee.bench.host.", "com.dylibso.chicory.", "run.endive.");

    Isolated() {
        super(classPath(), Isolated.class.getClassLoader());
    }

    Contender contender(String runtime, byte[] module) throws ReflectiveOperationException {
        return (Contender) loadClass("dev.burgee.bench.host.BurgeeContender")
                .getConstructor(String.class, byte[].class)
                .newInstance(runtime, module);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (OWN.stream().noneMatch(name::startsWith)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : findClass(name);
        }
    }

    private static URL[] classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Isolated::url)
                .toArray(URL[]::new);
    }

    private static URL url(String path) {
        try {
            return Path.of(path).toUri().toURL();
        } catch (MalformedURLException error) {
            throw new IllegalStateException("`" + path + "` of the class path cannot be a URL", error);
        }
    }
}
