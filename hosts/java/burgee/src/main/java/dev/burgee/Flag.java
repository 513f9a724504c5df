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
    /** Answers that were given, by variant and reason, so that the next one is the same object. */
    private final Answer[] given;

    Flag(Map<String, Object> described, Slot[] all, Object ready) {
        key = (String) described.get("key");
        index = number(described.get("index"));
        slots = Json.array(described.get("slots")).stream().map(slot -> all[number(slot)]).toArray(Slot[]::new);
        wholeContext = Boolean.TRUE.equals(described.get("wholeContext"));
        usesTime = Boolean.TRUE.equals(described.get("usesTime"));
        variants = Json.array(described.get("variants")).stream().map(Flag::variant).toArray(Variant[]::new);
        metadata = Json.object(described.get("metadata"));
        this.ready = ready == null ? null : Answers.of(Json.object(ready), metadata);
        given = new Answer[this.ready == null ? (variants.length + 1) * Answers.REASON_COUNT : 0];
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

    int variants() {
        return variants.length;
    }

    Variant variant(int place) {
        check(place, variants.length);
        return variants[place];
    }

    /** An answer that was given before, or null. The place after the last variant is that of answers without one. */
    Answer answer(int place, int reason) {
        check(place, variants.length + 1);
        return given[place * Answers.REASON_COUNT + reason];
    }

    /** Threads may keep two of the same answer; each is whole, because all of its fields are final. */
    Answer keep(int place, int reason, Answer answer) {
        given[place * Answers.REASON_COUNT + reason] = answer;
        return answer;
    }

    private void check(int place, int count) {
        if (place >= count) {
            throw new Trap("the module answered variant " + place + " of the " + variants.length + " of flag `" + key
                    + "`");
        }
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
