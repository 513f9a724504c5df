package dev.burgee;

/** A value of an evaluation context that has no JSON form. It becomes an answer, so nobody needs its stack. */
final class InvalidContext extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidContext(String message) {
        super(message, null, false, false);
    }

    static InvalidContext type(Object value, String place) {
        return new InvalidContext("the evaluation context has a value of type `" + value.getClass().getName() + "` at `"
                + place + "`, which has no JSON form; use a string, boolean, number, Instant, OffsetDateTime, Collection"
                + " or Map");
    }

    static InvalidContext name(Object name, String place) {
        String what = name == null ? "null" : "of type `" + name.getClass().getName() + "`";
        return new InvalidContext("the evaluation context has a map at `" + place + "` with a key that is " + what
                + ", not a string");
    }

    static InvalidContext number(String place) {
        return new InvalidContext(
                "the evaluation context has a number at `" + place + "` that is beyond the range of a double");
    }

    static InvalidContext depth(String place) {
        return new InvalidContext("the evaluation context is nested deeper than " + ContextJson.MOST_LEVELS + " at `"
                + place + "`; a map or collection may contain itself");
    }
}
