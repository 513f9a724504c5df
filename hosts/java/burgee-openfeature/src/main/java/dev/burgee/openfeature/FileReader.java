package dev.burgee.openfeature;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;

/** Reads a file when it may have changed since the last time; used by one thread after the other. */
final class FileReader implements Callable<String> {
    /** What the engine takes; a longer file is not read at all. */
    private static final long MOST_BYTES = 100L << 20;

    /** Two changes within the resolution of a file system's clock look like one, so a young file is read again. */
    private static final Duration YOUNG = Duration.ofSeconds(2);

    private static final long WAIT_MILLIS = 20;
    private static final int MOST_WAITS = 50;

    private final Path path;
    private String state = "";
    private String text;

    FileReader(Path path) {
        this.path = Objects.requireNonNull(path, "`path` is null");
    }

    @Override
    public String call() throws IOException, InterruptedException {
        try {
            BasicFileAttributes attributes = settled();
            String found = describe(attributes);
            boolean young = attributes.lastModifiedTime().toInstant().isAfter(Instant.now().minus(YOUNG));
            if (text == null || young || !found.equals(state)) {
                text = read(attributes);
                state = found;
            }
            return text;
        } catch (NoSuchFileException error) {
            text = null;
            throw new IOException("there is no file `" + path + "`", error);
        } catch (IOException error) {
            text = null;
            throw error;
        }
    }

    /** Waits a moment while somebody writes: until the file is not empty and does not change any more. */
    private BasicFileAttributes settled() throws IOException, InterruptedException {
        BasicFileAttributes attributes = attributes();
        for (int i = 0; i < MOST_WAITS && !describe(attributes).equals(state); i++) {
            Thread.sleep(WAIT_MILLIS);
            BasicFileAttributes later = attributes();
            boolean same = describe(later).equals(describe(attributes));
            attributes = later;
            if (same && later.size() > 0) {
                break;
            }
        }
        return attributes;
    }

    /** Those of the target of a link: its change is a change of the file, although the link is as old as before. */
    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(path.toRealPath(), BasicFileAttributes.class);
    }

    private static String describe(BasicFileAttributes attributes) {
        return attributes.fileKey() + " " + attributes.lastModifiedTime().toInstant() + " " + attributes.size();
    }

    private String read(BasicFileAttributes attributes) throws IOException {
        if (!attributes.isRegularFile()) {
            throw new IOException("`" + path + "` is no regular file");
        }
        if (attributes.size() > MOST_BYTES) {
            throw new IOException("`" + path + "` has " + attributes.size() + " bytes; the most is " + MOST_BYTES);
        }
        return decoded(Files.readAllBytes(path));
    }

    /** A lenient decoder would put U+FFFD into flags, and nobody would know. */
    private String decoded(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') < 0) {
            return text;
        }
        CharBuffer ignored = CharBuffer.allocate(bytes.length);
        ByteBuffer left = ByteBuffer.wrap(bytes);
        if (StandardCharsets.UTF_8.newDecoder().decode(left, ignored, true).isError()) {
            throw new IOException("`" + path + "` is no UTF-8 from byte " + left.position() + " on; save it as UTF-8");
        }
        return text;
    }
}
