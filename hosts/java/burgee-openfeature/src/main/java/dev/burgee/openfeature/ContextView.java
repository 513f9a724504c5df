package dev.burgee.openfeature;

import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.Structure;
import dev.openfeature.sdk.Value;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An evaluation context of OpenFeature as the map that the engine reads. A flag reads few of its values, so only those
 * are converted.
 */
final class ContextView extends AbstractMap<String, Object> {
    private final EvaluationContext context;
    private Map<String, Object> whole;

    private ContextView(EvaluationContext context) {
        this.context = context;
    }

    static Map<String, Object> of(EvaluationContext context) {
        return context == null ? Map.of() : new ContextView(context);
    }

    @Override
    public Object get(Object name) {
        return plain(context.getValue((String) name));
    }

    @Override
    public boolean containsKey(Object name) {
        return context.getValue((String) name) != null;
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        if (whole == null) {
            whole = members(context);
        }
        return whole.entrySet();
    }

    private static Map<String, Object> members(Structure structure) {
        Map<String, Object> members = new LinkedHashMap<>();
        structure.asMap().forEach((name, value) -> members.put(name, plain(value)));
        return members;
    }

    private static Object plain(Value value) {
        if (value == null) {
            return null;
        }
        if (value.isStructure()) {
            return members(value.asStructure());
        }
        if (value.isList()) {
            List<Object> items = new ArrayList<>();
            value.asList().forEach(item -> items.add(plain(item)));
            return items;
        }
        return value.asObject();
    }
}
