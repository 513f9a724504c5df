package dev.burgee;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;

/**
 * Evaluates the flags of {@code selftest.json}, with values and as JSON, and compares the digests of the answers with the
 * one that stands there. Hosts in other languages carry the same file.
 */
final class SelfTest {
    private static final String NAME = "/dev/burgee/selftest.json";

    private SelfTest() {}

    static String run() {
        Map<String, Object> test = Json.object(Json.read(Program.resource(NAME)));
        Object expected = test.get("digest");
        Time time = new Time();
        try (Burgee burgee = Burgee.builder()
                .instances(1)
                .validation(Validation.PERMISSIVE)
                .clock(time)
                .fromJson(json(test.get("flags")))) {
            Digest values = new Digest();
            Digest texts = new Digest();
            for (Object item : Json.array(test.get("cases"))) {
                Map<String, Object> question = Json.object(item);
                String name = (String) question.get("name");
                String key = (String) question.get("key");
                Map<String, Object> context = Json.object(question.get("context"));
                Object now = question.get("now");
                time.seconds = now == null ? 0 : (Long) now;
                values.add(name, Digest.members(burgee.getObjectDetails(key, null, context)));
                Answer answer = Answers.of(
                        Json.object(Json.read(Texts.utf8(burgee.evaluateJson(key, json(context))))), null);
                texts.add(name, Digest.members(new Details<>(key, answer.value(), answer)));
            }
            compare("values", values.sum(), expected);
            compare("JSON", texts.sum(), expected);
            return values.sum();
        }
    }

    private static void compare(String way, String found, Object expected) {
        if (!found.equals(expected)) {
            throw new BurgeeException("in the self-test with " + way + " the answers have the digest " + found
                    + ", but it should be " + expected);
        }
    }

    private static String json(Object value) {
        Buffer text = new Buffer();
        ContextJson.write(value, "", text);
        return new String(text.bytes(), 0, text.length(), StandardCharsets.UTF_8);
    }

    /** The time that a case says. */
    private static final class Time extends Clock {
        private long seconds;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochSecond(seconds);
        }
    }
}
