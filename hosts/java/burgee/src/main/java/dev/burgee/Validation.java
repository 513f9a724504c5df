package dev.burgee;

/** What an update does with faults in a flag set. */
public enum Validation {
    /** Refuses the whole flag set and names every fault; the flags in force stay. */
    STRICT(0),
    /** Lets flags that cannot work answer an error; all others work, and the faults are warnings. */
    PERMISSIVE(1);

    private final int mode;

    Validation(int mode) {
        this.mode = mode;
    }

    /** The number that the module has for it. */
    int mode() {
        return mode;
    }
}
