package dev.burgee.bench.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The smallest host that wastes nothing: one input buffer, handles looked up once, a table of flags per update. */
final class Burgee {
    private static final int NO_FLAG = -1;

    private final Guest guest;
    private final Guest.Function alloc;
    private final Guest.Function dealloc;
    private final Guest.Function update;
    private final Guest.Function evaluate;
    private final Guest.Function evaluateByIndex;
    private final Guest.Function evaluateAll;
    private final Guest.Function evaluateSlots;
    private final Guest.Function describe;
    private final Guest.Function reset;
    private final SlotWriter slots = new SlotWriter();

    private int input;
    private int capacity;
    private FlagTable table = FlagTable.EMPTY;
    private Indices indices = Indices.NONE;

    Burgee(Guest guest) {
        this.guest = guest;
        alloc = guest.function("alloc");
        dealloc = guest.function("dealloc");
        update = guest.function("update_state");
        evaluate = guest.function("evaluate");
        evaluateByIndex = guest.function("evaluate_by_index");
        evaluateAll = guest.function("evaluate_all");
        evaluateSlots = guest.function("evaluate_slots");
        describe = guest.function("describe_state");
        reset = guest.function("reset");
        long version = guest.function("abi_version").call();
        if (version != 1) {
            throw new IllegalStateException("the module has ABI version " + version + ", this host knows 1");
        }
    }

    boolean hasSlots() {
        return evaluateSlots != null && describe != null;
    }

    FlagTable table() {
        return table;
    }

    void reset() {
        reset.call();
    }

    /** Loads a document and gives the module's report. */
    byte[] update(byte[] document) {
        return read(update.call(write(document, document.length), document.length));
    }

    /** Loads a document, and what evaluations need to know of it. */
    void load(byte[] document) throws IOException {
        indices = Indices.of(update(document));
        table = hasSlots() ? FlagTable.read(read(describe.call())) : FlagTable.EMPTY;
    }

    /** The JSON answer of one flag. */
    byte[] evaluate(String key, byte[] context, int length) {
        Integer index = indices.of(key);
        if (index != null) {
            return read(evaluateByIndex.call(index, write(context, length), length));
        }
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        int at = ensure(length + name.length);
        guest.write(at, context, length);
        guest.write(at + length, name, name.length);
        return read(evaluate.call(at + length, name.length, at, length));
    }

    /** The JSON answers of all flags. */
    byte[] evaluateAll(byte[] context, int length) {
        return read(evaluateAll.call(write(context, length), length));
    }

    /** The answer of one flag, from the values that its rule reads. */
    Answer evaluate(String key, Map<String, Object> context) throws IOException {
        Flag flag = table.flags().get(key);
        if (flag == null) {
            return Word.answer((int) evaluateSlots.call(NO_FLAG, table.generation(), input, 0), null);
        }
        if (flag.wholeContext()) {
            ContextJson json = new ContextJson();
            json.write(context);
            return Answers.read(evaluate(key, json.bytes(), json.length()));
        }
        flag.write(context, slots);
        int length = slots.length();
        int at = length == 0 ? input : write(slots.bytes(), length);
        return Word.answer((int) evaluateSlots.call(flag.index(), table.generation(), at, length), flag);
    }

    private int write(byte[] bytes, int length) {
        int at = ensure(length);
        guest.write(at, bytes, length);
        return at;
    }

    private int ensure(int length) {
        if (length > capacity) {
            dealloc.call(input, capacity);
            input = (int) alloc.call(length);
            capacity = length;
            if (input == 0) {
                throw new IllegalStateException("the module has no memory for " + length + " bytes");
            }
        }
        return input;
    }

    private byte[] read(long place) {
        return guest.read((int) (place >>> 32), (int) place);
    }
}
