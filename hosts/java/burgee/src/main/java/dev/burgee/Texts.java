package dev.burgee;

import java.nio.charset.StandardCharsets;

/** Strings of Java as UTF-8, which has no form for half of a surrogate pair. */
final class Texts {
    private static final char REPLACEMENT = '\uFFFD';

    private Texts() {}

    /** The bytes of a text; a lone surrogate becomes U+FFFD, as everywhere where UTF-8 is written. */
    static byte[] utf8(String text) {
        return wellFormed(text).getBytes(StandardCharsets.UTF_8);
    }

    /** The text with U+FFFD for each lone surrogate; nearly always the same object. */
    static String wellFormed(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char unit = text.charAt(i);
            if (Character.isSurrogate(unit)) {
                boolean pair = Character.isHighSurrogate(unit) && i + 1 < length
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return repaired(text);
                }
                i++;
            }
        }
        return text;
    }

    private static String repaired(String text) {
        StringBuilder repaired = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            boolean lone = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
            repaired.appendCodePoint(lone ? REPLACEMENT : point);
        });
        return repaired.toString();
    }
}
