package dev.burgee.bench;

/** What a contender has to say to a scenario: a task to be timed, or why there is none. */
public sealed interface Entry permits Task, LeftOut {
    Label label();
}
