package dev.burgee.bench.host;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;

/** A context as JSON, in a buffer that is used again. */
final class ContextJson extends ByteArrayOutputStream {
    private static final ObjectWriter JSON = new ObjectMapper().writer();

    void write(Map<String, Object> context) throws IOException {
        reset();
        JSON.writeValue(this, context);
    }

    byte[] bytes() {
        return buf;
    }

    int length() {
        return count;
    }
}
