package dev.burgee.bench.host;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The module's description of its flags, made into the host's objects once per update. */
record FlagTable(int generation, Map<String, Flag> flags) {
    static final FlagTable EMPTY = new FlagTable(0, Map.of());
    private static final ObjectMapper JSON = new ObjectMapper();

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record State(int generation, List<String[]> slots, List<Described> flags) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Described(String key, int index, int[] slots, boolean wholeContext, Flag.Variant[] variants) {
        Flag flag(List<String[]> paths) {
            Flag.Slot[] own = new Flag.Slot[slots.length];
            for (int i = 0; i < own.length; i++) {
                own[i] = new Flag.Slot(slots[i], paths.get(slots[i]));
            }
            return new Flag(index, wholeContext, own, variants);
        }
    }

    static FlagTable read(byte[] description) throws IOException {
        State state = JSON.readValue(description, State.class);
        Map<String, Flag> flags = new HashMap<>();
        for (Described flag : state.flags) {
            flags.put(flag.key, flag.flag(state.slots));
        }
        return new FlagTable(state.generation, flags);
    }
}
