package dev.burgee.bench.host;

import java.util.Map;

/** What the host keeps of a flag: its slots, and its answers in the order of the module's variants. */
record Flag(int index, boolean wholeContext, Slot[] slots, Variant[] variants) {
    /** A value of the context that the flag reads. */
    record Slot(int number, String[] path) {
        private static final Object ABSENT = new Object();

        /** The value at the path, or something that {@code isAbsent} tells apart from null. */
        private Object in(Map<String, Object> context) {
            Object value = member(context, path[0]);
            for (int i = 1; i < path.length; i++) {
                value = value instanceof Map<?, ?> map ? member(map, path[i]) : ABSENT;
            }
            return value;
        }

        private static boolean isAbsent(Object value) {
            return value == ABSENT;
        }

        private static Object member(Map<?, ?> map, String name) {
            Object value = map.get(name);
            return value != null || map.containsKey(name) ? value : ABSENT;
        }
    }

    /** Writes the values that the flag reads. */
    void write(Map<String, Object> context, SlotWriter out) {
        out.clear();
        for (Slot slot : slots) {
            Object value = slot.in(context);
            if (!Slot.isAbsent(value)) {
                out.put(slot.number, value);
            }
        }
    }

    record Variant(String name, Object value) {}
}
