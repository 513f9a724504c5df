package dev.burgee;

import java.time.Clock;
import java.util.function.Consumer;

/** The options of an evaluator, as they were when it was built. */
final class Settings {
    final Validation validation;
    final Execution execution;
    final int instances;
    final int mostPages;
    final Clock clock;
    final Consumer<String> onTrap;

    Settings(BurgeeBuilder builder) {
        validation = builder.validation;
        execution = builder.execution;
        instances = builder.instances;
        mostPages = builder.mostPages;
        clock = builder.clock;
        onTrap = builder.onTrap;
    }

    /** Makes instances without flags. */
    interface Starter {
        Guest start();
    }

    Guest start() {
        return new Guest(Program.start(execution, mostPages), validation);
    }

    long now() {
        return Math.floorDiv(clock.millis(), 1000L);
    }
}
