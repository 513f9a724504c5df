package dev.burgee;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Answers of the module: JSON objects, and the words of {@code evaluate_slots}. */
final class Answers {
    private static final int NO_VARIANT = 0xFFFF;
    static final int REASON_COUNT = 5;
    private static final Reason[] REASONS = {
        Reason.STATIC, Reason.DEFAULT, Reason.TARGETING_MATCH, Reason.DISABLED, Reason.ERROR
    };
    private static final ErrorCode[] CODES = {
        null, ErrorCode.FLAG_NOT_FOUND, ErrorCode.PARSE_ERROR, ErrorCode.TYPE_MISMATCH, ErrorCode.GENERAL
    };

    private Answers() {}

    /** An answer in JSON. Metadata that the host has already is taken instead of a second copy. */
    static Answer of(Map<String, Object> members, Map<String, Object> metadata) {
        Object value = members.containsKey("value") ? members.get("value") : Answer.NO_VALUE;
        Object code = members.get("errorCode");
        return new Answer(
                value,
                (String) members.get("variant"),
                Reason.valueOf((String) members.get("reason")),
                code == null ? null : ErrorCode.valueOf((String) code),
                (String) members.get("errorMessage"),
                metadata == null ? Json.object(members.get("flagMetadata")) : metadata);
    }

    static List<Details<Object>> all(byte[] text) {
        Map<String, Object> members = Json.object(Json.read(text));
        List<Details<Object>> all = new ArrayList<>();
        for (Object item : Json.array(members.get("flags"))) {
            Map<String, Object> flag = Json.object(item);
            Answer answer = of(flag, null);
            all.add(new Details<>((String) flag.get("key"), answer.hasValue() ? answer.value() : null, answer));
        }
        return all;
    }

    /** The answer that a word stands for. */
    static Answer of(int word, Flag flag, Guest guest) {
        int reason = word >>> 16 & 0xF;
        int code = word >>> 20;
        if (reason >= REASON_COUNT || code >= CODES.length) {
            throw new Trap("the module answered flag `" + flag.key() + "` with the word " + Integer.toHexString(word));
        }
        int place = word & 0xFFFF;
        if (code == 0) {
            int variant = place == NO_VARIANT ? flag.variants() : place;
            Answer known = flag.answer(variant, reason);
            return known != null ? known : flag.keep(variant, reason, made(place, REASONS[reason], null, null, flag));
        }
        return made(place, REASONS[reason], CODES[code], guest.lastError(), flag);
    }

    private static Answer made(int place, Reason reason, ErrorCode code, String message, Flag flag) {
        if (place == NO_VARIANT) {
            return new Answer(Answer.NO_VALUE, null, reason, code, message, flag.metadata());
        }
        Variant variant = flag.variant(place);
        return new Answer(variant.value(), variant.name(), reason, code, message, flag.metadata());
    }
}
