package dev.burgee;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** A place in evaluation contexts that some targeting reads. */
final class Slot {
    /** The value of a slot that a context does not have; null is a value. */
    static final Object ABSENT = new Object();

    private static final int NO_ITEM = -1;

    private final int number;
    private final String[] path;
    private final int[] items;
    private final String place;

    Slot(int number, List<?> path) {
        this.number = number;
        this.path = path.toArray(new String[0]);
        items = new int[this.path.length];
        for (int i = 0; i < items.length; i++) {
            items[i] = item(this.path[i]);
        }
        place = String.join(".", this.path);
    }

    int number() {
        return number;
    }

    /** How errors name it. */
    String place() {
        return place;
    }

    Object find(Map<String, ?> context) {
        Object value = member(context, path[0]);
        for (int i = 1; i < path.length && value != ABSENT; i++) {
            if (value instanceof Map) {
                value = member((Map<?, ?>) value, path[i]);
            } else if (value instanceof Collection && items[i] != NO_ITEM) {
                value = item((Collection<?>) value, items[i]);
            } else {
                return ABSENT;
            }
        }
        return value;
    }

    private static Object member(Map<?, ?> members, String name) {
        Object value = members.get(name);
        return value == null && !members.containsKey(name) ? ABSENT : value;
    }

    private static Object item(Collection<?> items, int number) {
        if (number >= items.size()) {
            return ABSENT;
        }
        if (items instanceof List) {
            return ((List<?>) items).get(number);
        }
        Iterator<?> iterator = items.iterator();
        for (int i = 0; i < number; i++) {
            iterator.next();
        }
        return iterator.next();
    }

    /** The number of an item of a list: digits and nothing else. */
    private static int item(String name) {
        boolean digits = !name.isEmpty() && name.chars().allMatch(unit -> unit >= '0' && unit <= '9');
        try {
            return digits ? Integer.parseInt(name) : NO_ITEM;
        } catch (NumberFormatException tooLarge) {
            return NO_ITEM;
        }
    }
}
