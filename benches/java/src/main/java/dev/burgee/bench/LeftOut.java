package dev.burgee.bench;

/** A scenario that a contender cannot run, or answers otherwise than expected. */
public record LeftOut(Label label, String reason) implements Entry {}
