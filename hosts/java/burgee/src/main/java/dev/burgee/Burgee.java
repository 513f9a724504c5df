package dev.burgee;

import dev.burgee.module.ModuleFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Evaluates the feature flags of one flag set.
 *
 * <pre>{@code
 * try (Burgee burgee = Burgee.fromJson(flags)) {
 *     boolean on = burgee.getBoolean("new-checkout", false, Map.of("targetingKey", "user-1"));
 * }
 * }</pre>
 *
 * <p>Any number of threads may use one evaluator. An update never makes them wait: they go on with the old flags until the
 * new ones are loaded. Evaluations never throw; where something is wrong they give the caller's default, and
 * {@link Details} tell what it was.
 *
 * <p>An evaluation context is a map from names to {@link String}s, {@link Boolean}s, numbers, {@link java.time.Instant}s,
 * {@link java.time.OffsetDateTime}s (as text in ISO 8601), collections, maps and null; {@code targetingKey} is one of the
 * names. Null stands for an empty context. A lone surrogate in a text counts as U+FFFD. Only values that the targeting of
 * the flag reads are looked at.
 */
public final class Burgee implements AutoCloseable {
    private static final Map<String, Object> EMPTY = Map.of();
    private static final String CLOSED = "this evaluator is closed; make another one";

    private final Settings settings;
    private final LongSupplier clock;
    private final Settings.Starter starter;
    private final Loader loader;
    private final Object updating = new Object();
    private final AtomicLong updates = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final AtomicLong traps = new AtomicLong();
    /** Null when closed. */
    private volatile Generation current;

    Burgee(Settings settings, Settings.Starter starter) {
        this.settings = settings;
        clock = settings::now;
        this.starter = starter;
        loader = new Loader(starter, maker(null));
        current = Generation.empty(settings.instances, maker(null));
        // The module is checked here, and not when the first flag is asked for.
        loader.start();
    }

    /**
     * Makes an evaluator with all options at their defaults.
     *
     * @param json a flag set in flagd's format
     * @return the evaluator
     * @throws FlagSetException if the flag set is refused
     * @throws BurgeeException if the module cannot be loaded
     */
    public static Burgee fromJson(String json) {
        return builder().fromJson(json);
    }

    /**
     * Starts with options.
     *
     * @return a builder
     */
    public static BurgeeBuilder builder() {
        return new BurgeeBuilder();
    }

    /**
     * Evaluates a small set of flags that is part of this package, through both ways that evaluations take, and compares
     * the answers with what they were when the package was made. It needs no network and no files.
     *
     * @return SHA-256 of the answers, in hexadecimal digits
     * @throws BurgeeException if the answers are others
     */
    public static String selfTest() {
        return SelfTest.run();
    }

    /**
     * SHA-256 of the module in this package, which is also what {@code sha256sum} says of {@code burgee.wasm}.
     *
     * @return hexadecimal digits
     */
    public static String moduleSha256() {
        return ModuleFile.SHA_256;
    }

    /**
     * Replaces the flags. Evaluations go on with the old ones meanwhile, and an update that is refused changes nothing.
     *
     * @param json a flag set in flagd's format
     * @return what changed
     * @throws FlagSetException if the flag set is refused; it names every fault and its place
     * @throws BurgeeException if this evaluator is closed
     */
    public UpdateReport update(String json) {
        return update(Texts.utf8(Objects.requireNonNull(json, "`json` is null; give a flag set in flagd's format")));
    }

    /**
     * Replaces the flags, see {@link #update(String)}.
     *
     * @param utf8 a flag set in flagd's format, as UTF-8; it must not change afterwards
     * @return what changed
     * @throws FlagSetException if the flag set is refused; it names every fault and its place
     * @throws BurgeeException if this evaluator is closed
     */
    public UpdateReport update(byte[] utf8) {
        Objects.requireNonNull(utf8, "`utf8` is null; give a flag set in flagd's format");
        synchronized (updating) {
            open();
            try {
                UpdateReport report = loaded(utf8);
                updates.incrementAndGet();
                return report;
            } catch (FlagSetException refused) {
                refusals.incrementAndGet();
                throw refused;
            }
        }
    }

    private UpdateReport loaded(byte[] document) {
        Loader.Loaded loaded = loader.load(document);
        if (loaded.description() != null) {
            try {
                FlagTable table = new FlagTable(loaded.report(), loaded.description());
                current = Generation.loaded(table, settings.instances, maker(document), loaded.image());
            } catch (RuntimeException | OutOfMemoryError error) {
                loader.forget();
                throw new BurgeeException("the flags were accepted, but cannot be loaded into " + settings.instances
                        + " instances: " + error.getMessage() + "; the old flags stay in force", error);
            }
            loader.keep(document, loaded.report().generation());
        }
        return new UpdateReport(loaded.report());
    }

    /**
     * The value of a flag that is true or false.
     *
     * @param flagKey the flag
     * @param defaultValue what to give where the flag gives nothing
     * @param context the evaluation context
     * @return the value
     */
    public boolean getBoolean(String flagKey, boolean defaultValue, Map<String, ?> context) {
        Object value = answer(flagKey, context).value();
        return value instanceof Boolean ? (Boolean) value : defaultValue;
    }

    /**
     * The value of a flag that is true or false, and how it came about.
     *
     * @param flagKey the flag
     * @param defaultValue what to give where the flag gives nothing
     * @param context the evaluation context
     * @return the answer
     */
    public Details<Boolean> getBooleanDetails(String flagKey, boolean defaultValue, Map<String, ?> context) {
        return details(flagKey, defaultValue, context, Types::asBoolean, "a boolean");
    }

    /**
     * The value of a flag that is text.
     *
     * @param flagKey the flag
     * @param defaultValue what to give where the flag gives nothing
     * @param context the evaluation context
     * @return the value
     */
    public String getString(String flagKey, String defaultValue, Map<String, ?> context) {
        Object value = answer(flagKey, context).value();
        return value instanceof String ? (String) value : defaultValue;
    }

    /**
     * The value of a flag that is text, and how it came about.
     *
     * @param flagKey the flag
     * @param defaultValue what to give where the flag gives nothing
     * @param context the evaluation context
     * @return the answer
     */
    public Details<String> getStringDetails(String flagKey, String defaultValue, Map<String, ?> context) {
        return details(flagKey, defaultValue, context, Types::asString, "a string");
    }

    /**
     * The value of a flag that is an integer of 32 bits. {@code 10.0} is one, {@code 3.14} is not.
     *
     * @param flagKey the flag
     * @param defaultValue what to give where the flag gives nothing
     * @param context the evaluation context
     * @return the value
     */
    public int getInteger(String flagKey, int defaultValue, Map<String, ?> context) {
        Object value = answer(flagKey, context).value();
        return Types.isInteger(value) ? ((Number) value).intValue() : defaultValue;
    }

    /**
     * The value of a flag that is an integer of 32 bits, and how it came about.
     *
     * @param flagKey the flag
     * @param defaultValue what to give where the flag gives nothing
     * @param context the evaluation context
     * @return the answer
     */
    public Details<Integer> getIntegerDetails(String flagKey, int defaultValue, Map<String, ?> context) {
        return details(flagKey, defaultValue, context, Types::asInteger, "an integer of 32 bits");
    }

    /**
     * The value of a flag that is an integer of 64 bits.
     *
     * @param flagKey the flag
     * @param defaultValue what to give where the flag gives nothing
     * @param context the evaluation context
     * @return the value
     */
    public long getLong(String flagKey, long defaultValue, Map<String, ?> context) {
        Object value = answer(flagKey, context).value();
        return Types.isLong(value) ? ((Number) value).longValue() : defaultValue;
    }

    /**
     * The value of a flag that is an integer of 64 bits, and how it came about.
     *
     * @param flagKey the flag
     * @param defaultValue what to give where the flag gives nothing
     * @param context the evaluation context
     * @return the answer
     */
    public Details<Long> getLongDetails(String flagKey, long defaultValue, Map<String, ?> context) {
        return details(flagKey, defaultValue, context, Types::asLong, "an integer of 64 bits");
    }

    /**
     * The value of a flag that is a number. An integer is one if a double holds it exactly.
     *
     * @param flagKey the flag
     * @param defaultValue what to give where the flag gives nothing
     * @param context the evaluation context
     * @return the value
     */
    public double getDouble(String flagKey, double defaultValue, Map<String, ?> context) {
        Object value = answer(flagKey, context).value();
        return Types.isDouble(value) ? ((Number) value).doubleValue() : defaultValue;
    }

    /**
     * The value of a flag that is a number, and how it came about.
     *
     * @param flagKey the flag
     * @param defaultValue what to give where the flag gives nothing
     * @param context the evaluation context
     * @return the answer
     */
    public Details<Double> getDoubleDetails(String flagKey, double defaultValue, Map<String, ?> context) {
        return details(flagKey, defaultValue, context, Types::asDouble, "a number that a double holds exactly");
    }

    /**
     * The value of a flag of any type.
     *
     * @param flagKey the flag
     * @param defaultValue what to give where the flag gives nothing
     * @param context the evaluation context
     * @return a {@link Map}, {@link List}, {@link String}, {@link Long}, {@link Double}, {@link Boolean} or null; nobody
     *     can change it
     */
    public Object getObject(String flagKey, Object defaultValue, Map<String, ?> context) {
        Answer answer = answer(flagKey, context);
        return answer.hasValue() ? answer.value() : defaultValue;
    }

    /**
     * The value of a flag of any type, and how it came about.
     *
     * @param flagKey the flag
     * @param defaultValue what to give where the flag gives nothing
     * @param context the evaluation context
     * @return the answer, with a value as {@link #getObject} gives it
     */
    public Details<Object> getObjectDetails(String flagKey, Object defaultValue, Map<String, ?> context) {
        Answer answer = answer(flagKey, context);
        return new Details<>(flagKey, answer.hasValue() ? answer.value() : defaultValue, answer);
    }

    /**
     * Evaluates every flag.
     *
     * @param context the evaluation context
     * @return the answers by flag key; the value is null where a flag gives none
     * @throws BurgeeException if the context has no JSON form or this evaluator is closed
     */
    public List<Details<Object>> evaluateAll(Map<String, ?> context) {
        Buffer text = new Buffer();
        try {
            ContextJson.write(context == null ? EMPTY : context, "", text);
        } catch (InvalidContext error) {
            throw new BurgeeException(error.getMessage());
        }
        byte[] bytes = Arrays.copyOf(text.bytes(), text.length());
        long now = settings.now();
        return Answers.all(call(guest -> guest.evaluateAll(bytes, now)));
    }

    /**
     * Evaluates a flag for a context that is JSON already.
     *
     * @param flagKey the flag
     * @param contextJson a JSON object; empty or null for no context
     * @return the answer as JSON text, as the module gives it
     * @throws BurgeeException if this evaluator is closed
     */
    public String evaluateJson(String flagKey, String contextJson) {
        byte[] key = Texts.utf8(Objects.requireNonNull(flagKey, "`flagKey` is null; give the key of a flag"));
        byte[] context = Texts.utf8(contextJson == null ? "" : contextJson);
        long now = settings.now();
        return text(guest -> guest.evaluate(key, context, now));
    }

    /**
     * Evaluates every flag for a context that is JSON already.
     *
     * @param contextJson a JSON object; empty or null for no context
     * @return the answers as JSON text, as the module gives it
     * @throws BurgeeException if this evaluator is closed
     */
    public String evaluateAllJson(String contextJson) {
        byte[] context = Texts.utf8(contextJson == null ? "" : contextJson);
        long now = settings.now();
        return text(guest -> guest.evaluateAll(context, now));
    }

    /**
     * Applies a bare JSON Logic rule to data, for trying out rules.
     *
     * @param ruleJson the rule
     * @param dataJson the data; empty for none
     * @return the result as JSON text, as the module gives it
     * @throws BurgeeException if this evaluator is closed
     */
    public String evaluateLogicJson(String ruleJson, String dataJson) {
        byte[] rule = Texts.utf8(ruleJson);
        byte[] data = Texts.utf8(dataJson);
        return text(guest -> guest.evaluateLogic(rule, data));
    }

    /**
     * The metadata of the flag set in force.
     *
     * @return names and values
     */
    public Map<String, Object> getFlagSetMetadata() {
        Generation generation = current;
        return generation == null ? Map.of() : generation.table().metadata();
    }

    /**
     * What this evaluator has done so far.
     *
     * @return counters
     */
    public Statistics getStatistics() {
        Generation generation = current;
        long bytes = generation == null ? 0 : generation.memoryBytes();
        return new Statistics(updates.get(), refusals.get(), traps.get(), settings.instances, bytes);
    }

    /** Frees the flags and their memory. Evaluations from now on give the caller's default. */
    @Override
    public void close() {
        synchronized (updating) {
            current = null;
            loader.forget();
        }
    }

    private Answer answer(String flagKey, Map<String, ?> context) {
        Generation generation = current;
        if (generation == null) {
            return Answer.error(ErrorCode.PROVIDER_NOT_READY, CLOSED, EMPTY);
        }
        return generation.answer(flagKey, context == null ? EMPTY : context, clock);
    }

    private <T> Details<T> details(String flagKey, T defaultValue, Map<String, ?> context, Types.Reading<T> type,
            String name) {
        Answer answer = answer(flagKey, context);
        if (!answer.hasValue()) {
            return new Details<>(flagKey, defaultValue, answer);
        }
        T value = type.read(answer.value());
        return value == null
                ? new Details<>(flagKey, defaultValue, answer.mismatch(name))
                : new Details<>(flagKey, value, answer);
    }

    private String text(Function<Guest, byte[]> call) {
        return new String(call(call), StandardCharsets.UTF_8);
    }

    private byte[] call(Function<Guest, byte[]> call) {
        try {
            return open().call(call);
        } catch (MemoryShort error) {
            throw new BurgeeException(error.getMessage());
        }
    }

    private Generation open() {
        Generation generation = current;
        if (generation == null) {
            throw new BurgeeException(CLOSED);
        }
        return generation;
    }

    /** Makes instances that hold a flag set; null for none. */
    private Generation.Maker maker(byte[] document) {
        return new Generation.Maker() {
            @Override
            public Guest make() {
                Guest guest = starter.start();
                if (document != null && !guest.update(document).succeeded()) {
                    throw new Trap("an instance of the module refused flags that another one had accepted");
                }
                return guest;
            }

            @Override
            public Guest copy(Image image) {
                Guest guest = starter.start();
                guest.become(image);
                return guest;
            }

            @Override
            public void trapped(Trap trap) {
                long count = traps.incrementAndGet();
                settings.onTrap.accept("an instance of the module was dropped, number " + count + ": "
                        + trap.getMessage() + "; please report it as a bug of burgee");
            }
        };
    }
}
