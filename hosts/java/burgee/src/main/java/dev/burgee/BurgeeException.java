package dev.burgee;

/** Something that keeps an evaluator from working at all; answers to evaluations are never exceptions. */
public class BurgeeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BurgeeException(String message) {
        super(message);
    }

    BurgeeException(String message, Throwable cause) {
        super(message, cause);
    }
}
