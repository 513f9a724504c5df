package dev.burgee;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;

/** Evaluates the flags of {@code selftest.json} and compares the digest of the answers with the one that stands there. */
final class SelfTest {
    private static final String NAME = "/dev/burgee/selftest.json";
    private static final Clock TIME = Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);

    private SelfTest() {}

    static String run() {
        Map<String, Object> test = Json.object(Json.read(Program.resource(NAME)));
        String found = digest(test);
        Object expected = test.get("digest");
        if (!found.equals(expected)) {
            throw new BurgeeException("the answers of the self-test have the SHA-256 " + found + ", but it should be "
                    + expected);
        }
        return found;
    }

    private static String digest(Map<String, Object> test) {
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        try (Burgee burgee = Burgee.builder().instances(1).clock(TIME).fromJson(json(test.get("flags")))) {
            for (Object item : Json.array(test.get("cases"))) {
                Map<String, Object> question = Json.object(item);
                String name = (String) question.get("name");
                String key = (String) question.get("key");
                Map<String, Object> context = Json.object(question.get("context"));
                String answer = burgee.evaluateJson(key, json(context));
                compare(name, answer, burgee.getObjectDetails(key, null, context));
                answers.writeBytes(Texts.utf8(name + "\n" + answer + "\n"));
            }
        }
        return Program.hex(Program.sha256(answers.toByteArray()));
    }

    /** What the module answers in JSON, and what the host makes of typed values, must be the same. */
    private static void compare(String name, String json, Details<Object> details) {
        Map<String, Object> members = Json.object(Json.read(Texts.utf8(json)));
        boolean same = Objects.equals(members.get("value"), details.getValue())
                && Objects.equals(members.get("variant"), details.getVariant().orElse(null))
                && Objects.equals(members.get("reason"), details.getReason().name())
                && Objects.equals(members.get("errorCode"), details.getErrorCode().map(Enum::name).orElse(null));
        if (!same) {
            throw new BurgeeException("in the self-test `" + name + "` the module answers " + json
                    + ", but the host gives " + details);
        }
    }

    private static String json(Object value) {
        Buffer text = new Buffer();
        ContextJson.write(value, "", text);
        return new String(text.bytes(), 0, text.length(), StandardCharsets.UTF_8);
    }
}
