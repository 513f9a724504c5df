package dev.burgee;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The flags of one flag set by their keys. */
final class FlagTable {
    static final FlagTable EMPTY = new FlagTable();

    private final Map<String, Flag> flags = new HashMap<>();
    private final Map<String, Object> metadata;

    private FlagTable() {
        metadata = Map.of();
    }

    FlagTable(Report report, byte[] description) {
        metadata = report.flagSetMetadata();
        Map<String, Object> members = Json.object(Json.read(description));
        List<?> paths = Json.array(members.get("slots"));
        Slot[] slots = new Slot[paths.size()];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Slot(i, Json.array(paths.get(i)));
        }
        Map<String, Object> indices = report.flagIndices();
        Map<String, Object> ready = report.preEvaluated();
        for (Object item : Json.array(members.get("flags"))) {
            Map<String, Object> described = Json.object(item);
            Object key = described.get("key");
            // Of several flag sets with one key, the index tells which one answers.
            if (described.get("index").equals(indices.get(key))) {
                Flag flag = new Flag(described, slots, ready.get(key));
                flags.put(flag.key(), flag);
            }
        }
    }

    /** Null if there is none. */
    Flag flag(String key) {
        return flags.get(key);
    }

    /** The metadata of the flag set. */
    Map<String, Object> metadata() {
        return metadata;
    }

    int size() {
        return flags.size();
    }
}
