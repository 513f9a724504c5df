package dev.burgee;

/** One of the values that a flag can have. */
final class Variant {
    private final String name;
    private final Object value;

    Variant(String name, Object value) {
        this.name = name;
        this.value = value;
    }

    String name() {
        return name;
    }

    Object value() {
        return value;
    }
}
