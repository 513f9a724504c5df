package dev.burgee.bench;

/** Who is measured: where it runs, what it is, how it is called. */
public record Label(String runtime, String subject, String way, String versions) {
    @Override
    public String toString() {
        return subject + ", " + runtime + ", " + way;
    }
}
