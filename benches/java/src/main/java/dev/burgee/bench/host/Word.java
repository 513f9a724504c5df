package dev.burgee.bench.host;

/** The answer of `evaluate_slots`. */
final class Word {
    private static final String[] REASONS = {"STATIC", "DEFAULT", "TARGETING_MATCH", "DISABLED", "ERROR"};
    private static final String[] ERRORS = {null, "FLAG_NOT_FOUND", "PARSE_ERROR", "TYPE_MISMATCH", "GENERAL", "STALE"};
    private static final int NO_VARIANT = 0xFFFF;
    private static final Flag.Variant[] NONE = {};

    private Word() {}

    /** The answer; a flag that is not there has no variants. */
    static Answer answer(int word, Flag flag) {
        String reason = REASONS[word >>> 16 & 0xF];
        String error = ERRORS[word >>> 20 & 0xF];
        int index = word & 0xFFFF;
        if (index == NO_VARIANT) {
            return new Answer(null, null, reason, error);
        }
        Flag.Variant variant = (flag == null ? NONE : flag.variants())[index];
        return new Answer(variant.value(), variant.name(), reason, error);
    }
}
