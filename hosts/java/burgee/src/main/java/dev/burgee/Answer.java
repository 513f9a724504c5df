package dev.burgee;

import java.util.Map;

/** What the module answers for a flag, before anybody asked for a type. */
final class Answer {
    /** The value of an answer that has none; null is a value. */
    static final Object NO_VALUE = new Object();

    private final Object value;
    private final String variant;
    private final Reason reason;
    private final ErrorCode errorCode;
    private final String errorMessage;
    private final Map<String, Object> metadata;

    Answer(Object value, String variant, Reason reason, ErrorCode errorCode, String errorMessage,
            Map<String, Object> metadata) {
        this.value = value;
        this.variant = variant;
        this.reason = reason;
        this.errorCode = errorCode;
        this.errorMessage = errorMessage;
        this.metadata = metadata;
    }

    static Answer error(ErrorCode code, String message, Map<String, Object> metadata) {
        return new Answer(NO_VALUE, null, Reason.ERROR, code, message, metadata);
    }

    /** The same variant, whose value is not of the type that was asked for. */
    Answer mismatch(String wanted) {
        String message = "the flag's value is " + Types.describe(value) + ", not " + wanted;
        return new Answer(NO_VALUE, variant, Reason.ERROR, ErrorCode.TYPE_MISMATCH, message, metadata);
    }

    boolean hasValue() {
        return value != NO_VALUE;
    }

    Object value() {
        return value;
    }

    String variant() {
        return variant;
    }

    Reason reason() {
        return reason;
    }

    ErrorCode errorCode() {
        return errorCode;
    }

    String errorMessage() {
        return errorMessage;
    }

    Map<String, Object> metadata() {
        return metadata;
    }
}
