package dev.burgee.bench.host;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** Reads the JSON answer of one flag, token by token. */
final class Answers {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Answers() {}

    static Answer read(byte[] text) throws IOException {
        Object value = null;
        String variant = null;
        String reason = null;
        String errorCode = null;
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "value" -> value = JSON.readValue(parser, Object.class);
                    case "variant" -> variant = parser.getText();
                    case "reason" -> reason = parser.getText();
                    case "errorCode" -> errorCode = parser.getText();
                    default -> skip(parser, token);
                }
            }
        }
        return new Answer(value, variant, reason, errorCode);
    }

    private static void skip(JsonParser parser, JsonToken token) throws IOException {
        if (token.isStructStart()) {
            parser.skipChildren();
        }
    }
}
