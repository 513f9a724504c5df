package dev.burgee;

/** The kind of an error, with the names that OpenFeature gives them. */
public enum ErrorCode {
    /** The flag set has no such flag. */
    FLAG_NOT_FOUND,
    /** The flag, its targeting or the text of the evaluation context cannot be read. */
    PARSE_ERROR,
    /** The flag's value is of another type than the one asked for. */
    TYPE_MISMATCH,
    /** The evaluation context holds something that has no JSON form. */
    INVALID_CONTEXT,
    /** This evaluator is closed. */
    PROVIDER_NOT_READY,
    /** Anything else. */
    GENERAL
}
