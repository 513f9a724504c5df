package dev.burgee.benchmark;

import dev.burgee.Burgee;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A targeting match with 20 attributes, of which it reads a number and a text, through the getter of each type. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Types {
    private static final String TARGETING = "\"state\": \"ENABLED\", \"defaultVariant\": \"off\", \"targeting\":"
            + " {\"if\": [{\"and\": [{\"==\": [{\"var\": \"tier\"}, \"gold\"]}, {\">\": [{\"var\": \"age\"}, 1000]}]}, \"on\"]}";

    private Burgee burgee;
    private Map<String, Object> map;

    /** Loads the flags, and sees that each matches. */
    @Setup
    public void load() {
        map = new HashMap<>();
        for (int i = 0; i < 17; i++) {
            map.put("attribute-" + i, "value " + i);
        }
        map.put("targetingKey", "user-1");
        map.put("tier", "gold");
        map.put("age", 1815);
        burgee = Burgee.fromJson("{\"flags\": {" + flag("truth", "true", "false") + "," + flag("integer", "100000", "0")
                + "," + flag("number", "0.5", "0.0") + "}}");
        if (!truth() || integer() != 100_000 || wide() != 100_000 || number() != 0.5) {
            throw new IllegalStateException("a flag does not match");
        }
    }

    private static String flag(String key, String on, String off) {
        return "\"" + key + "\": {\"variants\": {\"on\": " + on + ", \"off\": " + off + "}, " + TARGETING + "}";
    }

    /** Frees everything. */
    @TearDown
    public void close() {
        burgee.close();
    }

    /**
     * A boolean.
     *
     * @return the value
     */
    @Benchmark
    public boolean truth() {
        return burgee.getBoolean("truth", false, map);
    }

    /**
     * An int.
     *
     * @return the value
     */
    @Benchmark
    public int integer() {
        return burgee.getInteger("integer", 0, map);
    }

    /**
     * A long.
     *
     * @return the value
     */
    @Benchmark
    public long wide() {
        return burgee.getLong("integer", 0, map);
    }

    /**
     * A double.
     *
     * @return the value
     */
    @Benchmark
    public double number() {
        return burgee.getDouble("number", 0, map);
    }
}
