package dev.burgee.openfeature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.EventDetails;
import dev.openfeature.sdk.FlagEvaluationDetails;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Value;
import dev.openfeature.sdk.exceptions.OpenFeatureError;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProviderTest {
    private static final Duration QUICK = Duration.ofMillis(20);
    private static final String TYPES = json(
            "{'metadata': {'team': 'web'}, 'flags': {\n"
            + "  'truth': {'state': 'ENABLED', 'variants': {'on': true, 'off': false}, 'defaultVariant': 'off',\n"
            + "    'metadata': {'count': 3, 'share': 0.5, 'live': true},\n"
            + "    'targeting': {'if': [{'and': [{'==': [{'var': 'tier'}, 'gold']},\n"
            + "      {'==': [{'var': 'app.build'}, 7]}, {'in': ['a', {'var': 'tags'}]},\n"
            + "      {'==': [{'var': 'since'}, '2024-02-29T12:00:00Z']}]}, 'on']}},\n"
            + "  'whole': {'state': 'ENABLED', 'variants': {'on': true, 'off': false}, 'defaultVariant': 'off',\n"
            + "    'targeting': {'if': [{'==': [{'var': {'var': 'which'}}, 'gold']}, 'on']}},\n"
            + "  'text': {'state': 'ENABLED', 'variants': {'x': 'text'}, 'defaultVariant': 'x'},\n"
            + "  'number': {'state': 'ENABLED', 'variants': {'x': 10.0}, 'defaultVariant': 'x'},\n"
            + "  'wide': {'state': 'ENABLED', 'variants': {'x': 9000000000}, 'defaultVariant': 'x'},\n"
            + "  'object': {'state': 'ENABLED', 'variants': {'x': {'a': [1, 2.5, 'b']}}, 'defaultVariant': 'x'},\n"
            + "  'off': {'state': 'DISABLED', 'variants': {'x': true}, 'defaultVariant': 'x'}}}\n");

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final OpenFeatureAPI api = OpenFeatureAPI.getInstance();

    /** Why the provider could not start. */
    private String failure = "";

    @TempDir
    private Path folder;

    @AfterEach
    void shutdown() {
        api.shutdown();
    }

    private Client client(FlagSource source) {
        Client client = api.getClient("test");
        client.onProviderReady(details -> events.add("ready"));
        client.onProviderConfigurationChanged(details -> events.add("changed " + sorted(details)));
        client.onProviderError(details -> events.add("error " + details.getMessage()));
        client.onProviderStale(details -> events.add("stale " + details.getMessage()));
        try {
            api.setProviderAndWait("test", new BurgeeProvider(source));
        } catch (OpenFeatureError error) {
            failure = error.getMessage();
        }
        return client;
    }

    private static List<String> sorted(EventDetails details) {
        return details.getFlagsChanged().stream().sorted().collect(Collectors.toList());
    }

    private void expect(String beginning, String... parts) throws InterruptedException {
        String event = events.poll(20, TimeUnit.SECONDS);
        assertTrue(event != null && event.startsWith(beginning), "`" + beginning + "` should come, not `" + event + "`");
        for (String part : parts) {
            assertTrue(event.contains(part), "`" + part + "` should be in `" + event + "`");
        }
    }

    /** Events that come at once: the SDK tells them on threads of its own, so their order is any. */
    private void expectInAnyOrder(String... expected) throws InterruptedException {
        List<String> came = new ArrayList<>();
        for (int count = 0; count < expected.length; count++) {
            came.add(String.valueOf(events.poll(20, TimeUnit.SECONDS)));
        }
        came.sort(null);
        assertEquals(Stream.of(expected).sorted().collect(Collectors.toList()), came);
    }

    private void failed(String... parts) {
        for (String part : parts) {
            assertTrue(failure.contains(part), "`" + part + "` should be in `" + failure + "`");
        }
    }

    /** JSON that is written with single quotes, so that it can be read in a text of Java 11. */
    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static String flags(String value) {
        return String.format(json(
                "{'flags': {'f': {'state': 'ENABLED', 'variants': {'x': '%s'}, 'defaultVariant': 'x'}}}\n"), value);
    }

    @Test
    void typesReasonsCodesAndMetadata() {
        Client client = client(FlagSource.text(TYPES));
        ImmutableContext gold = new ImmutableContext("user-1", Map.of(
                "tier", new Value("gold"),
                "which", new Value("tier"),
                "app", new Value(new ImmutableContext(Map.of("build", new Value(7)))),
                "tags", new Value(List.of(new Value("a"), new Value("b"))),
                "since", new Value(Instant.parse("2024-02-29T12:00:00Z"))));
        FlagEvaluationDetails<Boolean> truth = client.getBooleanDetails("truth", false, gold);
        assertTrue(truth.getValue());
        assertEquals("on", truth.getVariant());
        assertEquals("TARGETING_MATCH", truth.getReason());
        assertNull(truth.getErrorCode());
        assertEquals(3, truth.getFlagMetadata().getInteger("count"));
        assertEquals(0.5, truth.getFlagMetadata().getDouble("share"));
        assertEquals(true, truth.getFlagMetadata().getBoolean("live"));
        assertEquals("web", truth.getFlagMetadata().getString("team"));
        assertEquals("DEFAULT", client.getBooleanDetails("truth", true).getReason());
        assertTrue(client.getBooleanValue("whole", false, gold));
        assertEquals("text", client.getStringValue("text", ""));
        assertEquals("STATIC", client.getStringDetails("text", "").getReason());
        assertEquals(10, client.getIntegerValue("number", 0));
        assertEquals(10.0, client.getDoubleValue("number", 0.0));
        Value object = client.getObjectValue("object", new Value());
        assertEquals(2.5, object.asStructure().getValue("a").asList().get(1).asDouble());
        FlagEvaluationDetails<Boolean> off = client.getBooleanDetails("off", true);
        assertTrue(off.getValue());
        assertEquals("DISABLED", off.getReason());
        assertNull(off.getErrorCode());
        assertEquals(ErrorCode.TYPE_MISMATCH, client.getIntegerDetails("text", 5).getErrorCode());
        assertEquals(5, client.getIntegerValue("wide", 5));
        FlagEvaluationDetails<String> none = client.getStringDetails("none", "mine");
        assertEquals("mine", none.getValue());
        assertEquals("ERROR", none.getReason());
        assertEquals(ErrorCode.FLAG_NOT_FOUND, none.getErrorCode());
    }

    @Test
    void aFileThatIsReplacedInEveryWay() throws Exception {
        Path file = Files.writeString(folder.resolve("flags.json"), flags("one"));
        Client client = client(FlagSource.file(file, QUICK));
        expect("ready");
        assertEquals("one", client.getStringValue("f", ""));

        Files.move(Files.writeString(folder.resolve("new.json"), flags("two")), file, StandardCopyOption.ATOMIC_MOVE);
        expect("changed [f]");
        assertEquals("two", client.getStringValue("f", ""));

        try (RandomAccessFile written = new RandomAccessFile(file.toFile(), "rw")) {
            written.setLength(0);
            Thread.sleep(100);
            written.writeBytes(flags("three"));
        }
        expect("changed [f]");
        assertEquals("three", client.getStringValue("f", ""));

        Files.writeString(file, "{\"flags\": {\"f\": 1}}");
        expect("error", "line 1", "last good flags");
        assertEquals("three", client.getStringValue("f", ""));

        Files.delete(file);
        expect("stale", "flags.json", "last good flags");
        assertEquals("three", client.getStringValue("f", ""));

        Files.writeString(file, flags("three"));
        expect("ready");
        // The same size and, on a coarse clock, the same time.
        Files.writeString(file, flags("seven"));
        expect("changed [f]");
        assertEquals("seven", client.getStringValue("f", ""));
        assertTrue(events.isEmpty(), events::toString);
    }

    @Test
    void aLinkThatGetsAnotherTarget() throws Exception {
        // As Kubernetes mounts configuration: the file leads through a link to a folder, which is swapped.
        for (String version : List.of("1", "2")) {
            Files.createDirectory(folder.resolve(version));
            Files.writeString(folder.resolve(version).resolve("flags.json"), flags("v" + version));
        }
        Path data = Files.createSymbolicLink(folder.resolve("data"), Path.of("1"));
        Path file = Files.createSymbolicLink(folder.resolve("flags.json"), Path.of("data/flags.json"));
        Client client = client(FlagSource.file(file, QUICK));
        expect("ready");
        assertEquals("v1", client.getStringValue("f", ""));
        Files.move(Files.createSymbolicLink(folder.resolve("next"), Path.of("2")), data, StandardCopyOption.ATOMIC_MOVE);
        expect("changed [f]");
        assertEquals("v2", client.getStringValue("f", ""));
    }

    @Test
    void aFileThatIsMissingAtFirst() throws Exception {
        Path file = folder.resolve("later.json");
        Client client = client(FlagSource.file(file, QUICK));
        failed("there is no file", "later.json");
        assertEquals("mine", client.getStringValue("f", "mine"));
        expect("error");
        Files.writeString(file, flags("there"));
        expectInAnyOrder("changed [f]", "ready");
        assertEquals("there", client.getStringValue("f", "mine"));
    }

    @Test
    void faultsOfTheFirstFlagsAreNamed() throws Exception {
        client(FlagSource.text("{\"flags\": {\"f\": {\"state\": \"ENABLED\"}}}"));
        failed("line 1", "variants");
        Path huge = folder.resolve("huge.json");
        try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength((100L << 20) + 1);
        }
        client(FlagSource.file(huge, QUICK));
        failed("huge.json", "104857601 bytes");
        client(FlagSource.file(folder, QUICK));
        failed("no regular file");
    }

    @Test
    void aFileThatIsNoUtf8() throws Exception {
        Path file = Files.write(folder.resolve("flags.json"), new byte[] {'{', '"', (byte) 0xE4, '"'});
        client(FlagSource.file(file, QUICK));
        failed("flags.json", "no UTF-8 from byte 2");
    }

    @Test
    void aFileThatIsCutOff() throws Exception {
        Path file = Files.writeString(folder.resolve("flags.json"), flags("one").substring(0, 30));
        Client client = client(FlagSource.file(file, QUICK));
        failed("line 1", "column");
        assertEquals("mine", client.getStringValue("f", "mine"));
        expect("error");
        // U+FFFD itself is a character like others.
        Files.writeString(file, flags("\uFFFD"));
        expectInAnyOrder("changed [f]", "ready");
        assertEquals("\uFFFD", client.getStringValue("f", "mine"));
    }

    @Test
    void aCallback() throws Exception {
        AtomicReference<String> text = new AtomicReference<>(flags("one"));
        Client client = client(FlagSource.polling(() -> {
            if (text.get() == null) {
                throw new java.net.ConnectException("nobody answers");
            }
            return text.get();
        }, QUICK));
        expect("ready");
        text.set(flags("two"));
        expect("changed [f]");
        text.set(null);
        expect("stale", "nobody answers");
        assertEquals("two", client.getStringValue("f", ""));
        text.set(flags("two"));
        expect("ready");
        assertThrows(IllegalArgumentException.class, () -> FlagSource.polling(() -> "", Duration.ZERO));
    }

    @Test
    void shutdownLeavesNoThread() throws Exception {
        Path file = Files.writeString(folder.resolve("flags.json"), flags("one"));
        BurgeeProvider provider = new BurgeeProvider(FlagSource.file(file, QUICK));
        provider.initialize(new ImmutableContext());
        assertEquals(1, threads());
        provider.shutdown();
        assertEquals(0, threads());
        ProviderEvaluation<String> after = provider.getStringEvaluation("f", "mine", null);
        assertEquals("mine", after.getValue());
        assertEquals(ErrorCode.PROVIDER_NOT_READY, after.getErrorCode());
        assertThrows(OpenFeatureError.class, () -> provider.initialize(new ImmutableContext()));
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("burgee")).count();
    }

    @Test
    void theShapeOfFlagdsEvaluator() {
        try (FlagdEvaluator evaluator = new FlagdEvaluator()) {
            assertEquals(7, evaluator.setFlagsAndGetChangedKeys(TYPES).size());
            evaluator.setFlags(TYPES);
            assertEquals(Map.of("team", "web"), evaluator.getFlagSetMetadata());
            assertEquals(false, evaluator.resolveBooleanValue("truth", null).getValue());
            assertEquals("text", evaluator.resolveStringValue("text", new ImmutableContext()).getValue());
            assertEquals(10, evaluator.resolveIntegerValue("number", null).getValue());
            assertEquals(10.0, evaluator.resolveDoubleValue("number", null).getValue());
            assertTrue(evaluator.resolveObjectValue("object", null).getValue().isStructure());
            assertNull(evaluator.resolveBooleanValue("off", null).getValue());
            assertEquals(ErrorCode.FLAG_NOT_FOUND, evaluator.resolveBooleanValue("none", null).getErrorCode());
        }
    }
}
