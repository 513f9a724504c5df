package dev.burgee;

/** The module broke its contract: it trapped, or gave something that it never should. The instance must be dropped. */
final class Trap extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Trap(String message) {
        super(message);
    }

    Trap(String message, Throwable cause) {
        super(message + ": " + cause, cause);
    }
}
