package dev.burgee;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.types.MutabilityType;
import dev.burgee.module.Burgee_ModuleExports;
import dev.burgee.module.CompiledBurgeeMachine;
import dev.burgee.module.ModuleCalls;
import java.util.Map;
import java.util.function.LongSupplier;

/** One instance of the module, with its own flags and memory. It serves one thread at a time. */
class Guest {
    /** A longer input gets memory of its own for the time of one call. */
    private static final int KEPT = 64 * 1024;

    private static final int PAGE_BITS = 16;

    private final Instance instance;
    private final Burgee_ModuleExports exports;
    private final FlatMemory memory;
    private final boolean compiled;
    private final Validation validation;
    private final Buffer buffer = new Buffer();
    private int input;
    private int capacity;
    private long time;
    private long generation;

    Guest(Instance instance, Validation validation) {
        this.instance = instance;
        exports = new Burgee_ModuleExports(instance);
        memory = (FlatMemory) exports.memory();
        compiled = instance.getMachine() instanceof CompiledBurgeeMachine;
        this.validation = validation;
    }

    /** Replaces the flags and gives the report. */
    Report update(byte[] document) {
        Report report = new Report(call(() -> {
            // Here and not when the instance is made: the first call into one takes longer than all else that makes a copy.
            exports.setValidationMode(validation.mode());
            int at = alloc(document.length);
            memory.write(at, document);
            byte[] text = text(exports.updateState(at, document.length));
            exports.dealloc(at, document.length);
            return text;
        }));
        if (report.succeeded()) {
            generation = report.generation();
        }
        return report;
    }

    /**
     * All that the instance is, for others to become the same: memory, and globals that can change. Tables never change.
     * Copying is many times faster than loading the flags once more.
     */
    Image image() {
        long[] globals = new long[instance.globalCount()];
        for (int i = 0; i < globals.length; i++) {
            globals[i] = instance.global(i).getValue();
        }
        return new Image(memory.readBytes(0, Math.toIntExact(memoryBytes())), globals, generation, time);
    }

    /** Becomes a copy of another instance, which had no input lent at that moment. */
    void become(Image image) {
        memory.become(image);
        for (int i = 0; i < image.globals().length; i++) {
            GlobalInstance global = instance.global(i);
            if (global.getMutabilityType() == MutabilityType.Var) {
                global.setValue(image.globals()[i]);
            }
        }
        generation = image.generation();
        time = image.time();
        input = 0;
        capacity = 0;
    }

    byte[] describe() {
        return call(() -> text(exports.describeState()));
    }

    /** The answer for one flag, from values as the program has them. */
    Answer answer(Flag flag, Map<String, ?> context, LongSupplier clock) {
        buffer.clear();
        if (flag.wholeContext()) {
            ContextJson.write(context, "", buffer);
        } else {
            flag.write(context, buffer);
        }
        // Read before the call, because a clock that fails is no trap.
        // A computed path may lead to the time.
        long now = flag.usesTime() || flag.wholeContext() ? clock.getAsLong() : time;
        // Not through `call`, whose argument would be an object for each evaluation.
        try {
            setTime(now);
            int length = buffer.length();
            int at = lend(buffer.bytes(), length);
            Answer answer = flag.wholeContext()
                    ? Answers.of(Json.object(Json.read(text(exports.evaluateByIndex(flag.index(), at, length)))),
                            flag.metadata())
                    : Answers.of(evaluateSlots(flag.index(), at, length), flag, this);
            release();
            return answer;
        } catch (Trap | MemoryShort error) {
            throw error;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError error) {
            throw new Trap("the module trapped", error);
        }
    }

    /** The exports of the runtime take and give arrays, a method of the compiled module does not. */
    private int evaluateSlots(int flag, int at, int length) {
        return compiled
                ? ModuleCalls.evaluateSlots(flag, (int) generation, at, length, memory, instance)
                : exports.evaluateSlots(flag, (int) generation, at, length);
    }

    /** The answer for one flag, as JSON, for a context in JSON. */
    byte[] evaluate(byte[] key, byte[] context, long now) {
        return call(() -> {
            setTime(now);
            int at = lend(key, context);
            byte[] text = text(exports.evaluate(at, key.length, at + key.length, context.length));
            release();
            return text;
        });
    }

    /** The answers for all flags, as JSON. */
    byte[] evaluateAll(byte[] context, long now) {
        return call(() -> {
            setTime(now);
            byte[] text = text(exports.evaluateAll(lend(context, context.length), context.length));
            release();
            return text;
        });
    }

    /** The result of a bare rule, as JSON. */
    byte[] evaluateLogic(byte[] rule, byte[] data) {
        return call(() -> {
            int at = lend(rule, data);
            byte[] text = text(exports.evaluateLogic(at, rule.length, at + rule.length, data.length));
            release();
            return text;
        });
    }

    /** What was wrong in the last evaluation that answered an error. */
    String lastError() {
        Object message = Json.object(Json.read(text(exports.lastError()))).get("errorMessage");
        return message == null ? "the module gave no reason" : message.toString();
    }

    long memoryBytes() {
        return (long) memory.pages() << PAGE_BITS;
    }

    /** What runs in the module. */
    interface Call<T> {
        T run();
    }

    /** Whatever comes out of the module but an answer is a trap: the instance may be in any state after it. */
    <T> T call(Call<T> call) {
        try {
            return call.run();
        } catch (Trap | MemoryShort error) {
            throw error;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError error) {
            throw new Trap("the module trapped", error);
        }
    }

    private void setTime(long now) {
        if (now != time) {
            exports.setTime(now);
            time = now;
        }
    }

    private int lend(byte[] bytes, int length) {
        ensure(length);
        memory.write(input, bytes, 0, length);
        return input;
    }

    private int lend(byte[] first, byte[] second) {
        ensure(Math.addExact(first.length, second.length));
        memory.write(input, first);
        memory.write(input + first.length, second);
        return input;
    }

    private void ensure(int length) {
        if (length > capacity || input == 0) {
            exports.dealloc(input, capacity);
            capacity = 0;
            input = 0;
            int wanted = Math.max(length, 1);
            input = alloc(wanted);
            capacity = wanted;
        }
    }

    private void release() {
        if (capacity > KEPT) {
            exports.dealloc(input, capacity);
            input = 0;
            capacity = 0;
        }
    }

    private int alloc(int length) {
        int at = exports.alloc(length);
        if (at == 0) {
            throw new MemoryShort(length);
        }
        return at;
    }

    private byte[] text(long place) {
        return memory.readBytes((int) (place >>> 32), (int) place);
    }
}
