package dev.burgee;

import java.util.Map;
import java.util.Optional;

/**
 * The answer of an evaluation.
 *
 * @param <T> the type of the value
 */
public final class Details<T> {
    private final String flagKey;
    private final T value;
    private final Answer answer;

    Details(String flagKey, T value, Answer answer) {
        this.flagKey = flagKey;
        this.value = value;
        this.answer = answer;
    }

    /**
     * The flag that was asked for.
     *
     * @return its key
     */
    public String getFlagKey() {
        return flagKey;
    }

    /**
     * The value of the variant, or the caller's default where there is none.
     *
     * @return the value
     */
    public T getValue() {
        return value;
    }

    /**
     * The variant.
     *
     * @return its name, or nothing where none was chosen; with {@link ErrorCode#TYPE_MISMATCH} it is the one whose value is
     *     of another type
     */
    public Optional<String> getVariant() {
        return Optional.ofNullable(answer.variant());
    }

    /**
     * Why it is this value.
     *
     * @return the reason
     */
    public Reason getReason() {
        return answer.reason();
    }

    /**
     * The kind of the error.
     *
     * @return the code, or nothing where there was no error
     */
    public Optional<ErrorCode> getErrorCode() {
        return Optional.ofNullable(answer.errorCode());
    }

    /**
     * What was wrong.
     *
     * @return a sentence, or nothing where there was no error
     */
    public Optional<String> getErrorMessage() {
        return Optional.ofNullable(answer.errorMessage());
    }

    /**
     * The metadata of the flag, with that of its flag set.
     *
     * @return names and values; a flag that does not exist has those of the flag set
     */
    public Map<String, Object> getFlagMetadata() {
        return answer.metadata();
    }

    /**
     * Whether the flag has given the value; otherwise it is the caller's default.
     *
     * @return true if there is a variant with a value of the wanted type
     */
    public boolean hasFlagValue() {
        return answer.hasValue();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(flagKey + " = " + value + " (" + answer.reason());
        if (answer.variant() != null) {
            text.append(", variant `").append(answer.variant()).append('`');
        }
        if (answer.errorCode() != null) {
            text.append(", ").append(answer.errorCode()).append(": ").append(answer.errorMessage());
        }
        return text.append(')').toString();
    }
}
