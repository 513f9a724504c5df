package dev.burgee.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Versions of what is measured, as the build pinned them. */
public final class Versions {
    private static final Properties NAMES = load();

    private Versions() {}

    /** The version of a library and of the JVM that runs it. */
    public static String of(String library) {
        return NAMES.getProperty(library) + ", Java " + Runtime.version();
    }

    private static Properties load() {
        Properties names = new Properties();
        try (InputStream stream = Versions.class.getResourceAsStream("versions.properties")) {
            names.load(stream);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        return names;
    }
}
