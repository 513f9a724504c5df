package dev.burgee;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** One fault of a flag set, and where it is. */
public final class Finding {
    private final String path;
    private final int line;
    private final int column;
    private final String flag;
    private final String rule;
    private final String message;
    private final String hint;

    private Finding(Map<?, ?> members) {
        path = text(members, "path", "");
        line = number(members, "line");
        column = number(members, "column");
        flag = text(members, "flag", null);
        rule = text(members, "rule", "");
        message = text(members, "message", "");
        hint = text(members, "hint", null);
    }

    static Finding of(Object json) {
        return new Finding((Map<?, ?>) json);
    }

    /**
     * The place as a JSON pointer.
     *
     * @return the pointer; empty for the whole document
     */
    public String getPath() {
        return path;
    }

    /**
     * The line.
     *
     * @return the line, from 1
     */
    public int getLine() {
        return line;
    }

    /**
     * The column.
     *
     * @return the column in Unicode characters, from 1
     */
    public int getColumn() {
        return column;
    }

    /**
     * The flag that is concerned.
     *
     * @return its key, or nothing where the fault is outside of flags
     */
    public Optional<String> getFlag() {
        return Optional.ofNullable(flag);
    }

    /**
     * Which rule was broken.
     *
     * @return a name that does not change between versions
     */
    public String getRule() {
        return rule;
    }

    /**
     * What is wrong.
     *
     * @return a sentence
     */
    public String getMessage() {
        return message;
    }

    /**
     * What to do.
     *
     * @return a sentence, or nothing where there is no advice
     */
    public Optional<String> getHint() {
        return Optional.ofNullable(hint);
    }

    @Override
    public String toString() {
        return "line " + line + ", column " + column + ": " + message + (hint == null ? "" : " (" + hint + ")");
    }

    private static String text(Map<?, ?> members, String name, String otherwise) {
        Object value = members.get(name);
        return value == null ? otherwise : Objects.toString(value);
    }

    private static int number(Map<?, ?> members, String name) {
        Object value = members.get(name);
        return value instanceof Number ? ((Number) value).intValue() : 0;
    }
}
