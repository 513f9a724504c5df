package dev.burgee;

/** Why an evaluation gave its value. */
public enum Reason {
    /** The flag has no targeting: every evaluation context gets its default variant. */
    STATIC,
    /** The targeting chose nothing, so it is the default variant, or the caller's default where there is none. */
    DEFAULT,
    /** The targeting chose the variant. */
    TARGETING_MATCH,
    /** The flag is disabled: the caller's default. */
    DISABLED,
    /** There was an error: the caller's default. */
    ERROR
}
