package dev.burgee;

import java.util.List;
import java.util.Map;

/** What the host knows of a flag: objects that were made once, when the flag set was loaded. */
final class Flag {
    private final String key;
    private final int index;
    private final Slot[] slots;
    private final boolean wholeContext;
    private final boolean usesTime;
    private final Variant[] variants;
    private final Map<String, Object> metadata;
    private final Answer ready;

    Flag(Map<String, Object> described, Slot[] all, Object ready) {
        key = (String) described.get("key");
        index = number(described.get("index"));
        slots = Json.array(described.get("slots")).stream().map(slot -> all[number(slot)]).toArray(Slot[]::new);
        wholeContext = Boolean.TRUE.equals(described.get("wholeContext"));
        usesTime = Boolean.TRUE.equals(described.get("usesTime"));
        variants = Json.array(described.get("variants")).stream().map(Flag::variant).toArray(Variant[]::new);
        metadata = Json.object(described.get("metadata"));
        this.ready = ready == null ? null : Answers.of(Json.object(ready), metadata);
    }

    String key() {
        return key;
    }

    int index() {
        return index;
    }

    /** Whether its targeting needs the context as JSON. */
    boolean wholeContext() {
        return wholeContext;
    }

    boolean usesTime() {
        return usesTime;
    }

    /** The answer for every context and time; null if it depends on them. */
    Answer ready() {
        return ready;
    }

    Map<String, Object> metadata() {
        return metadata;
    }

    Variant variant(int place) {
        if (place >= variants.length) {
            throw new Trap("the module answered variant " + place + " of the " + variants.length + " of flag `" + key
                    + "`");
        }
        return variants[place];
    }

    /** Writes the values that the targeting reads. */
    void write(Map<String, ?> context, Buffer out) {
        for (Slot slot : slots) {
            Object value = slot.find(context);
            if (value != Slot.ABSENT) {
                SlotWriter.write(slot, value, out);
            }
        }
    }

    private static Variant variant(Object described) {
        Map<String, Object> members = Json.object(described);
        return new Variant((String) members.get("name"), members.get("value"));
    }

    private static int number(Object value) {
        return ((Long) value).intValue();
    }
}
