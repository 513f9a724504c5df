package dev.burgee;

import java.time.Clock;
import java.util.Objects;
import java.util.function.Consumer;

/** Options of an evaluator; each has a default. */
public final class BurgeeBuilder {
    private static final int PAGE_BITS = 16;
    /** What the array of a Java memory can hold. */
    private static final int MOST_PAGES = (1 << 15) - 1;
    private static final int MOST_INSTANCES = 1024;
    private static final int USUAL_INSTANCES = 8;
    private static final System.Logger LOG = System.getLogger("dev.burgee");

    Validation validation = Validation.STRICT;
    Execution execution = Execution.COMPILED;
    int instances = Math.min(USUAL_INSTANCES, Runtime.getRuntime().availableProcessors());
    int mostPages = 1 << 30 - PAGE_BITS;
    Clock clock = Clock.systemUTC();
    Consumer<String> onTrap = message -> LOG.log(System.Logger.Level.ERROR, message);

    BurgeeBuilder() {}

    /**
     * What an update does with faults in a flag set. The default is {@link Validation#STRICT}.
     *
     * @param validation strict or permissive
     * @return this builder
     */
    public BurgeeBuilder validation(Validation validation) {
        this.validation = Objects.requireNonNull(validation, "`validation` is null");
        return this;
    }

    /**
     * How the JVM runs the module. The default is {@link Execution#COMPILED}.
     *
     * @param execution compiled or interpreted
     * @return this builder
     */
    public BurgeeBuilder execution(Execution execution) {
        this.execution = Objects.requireNonNull(execution, "`execution` is null");
        return this;
    }

    /**
     * How many evaluations can run at the same moment. The default is the number of processors, at most 8. Each instance
     * holds the flags once, and an update loads them into each.
     *
     * @param instances from 1 to 1024
     * @return this builder
     */
    public BurgeeBuilder instances(int instances) {
        if (instances < 1 || instances > MOST_INSTANCES) {
            throw new IllegalArgumentException(
                    "`instances` is " + instances + "; it must be from 1 to " + MOST_INSTANCES);
        }
        this.instances = instances;
        return this;
    }

    /**
     * How much memory one instance may take. The default is 1 GiB; an instance takes only what its flags need. A flag
     * set that does not fit is refused.
     *
     * @param bytes from 4 MiB to 2 GiB
     * @return this builder
     */
    public BurgeeBuilder memoryLimit(long bytes) {
        long pages = bytes >> PAGE_BITS;
        if (pages < 64 || bytes > 1L << 31) {
            throw new IllegalArgumentException("`memoryLimit` is " + bytes + " bytes; it must be from 4 MiB to 2 GiB");
        }
        mostPages = (int) Math.min(MOST_PAGES, pages);
        return this;
    }

    /**
     * What tells the time that targeting reads as {@code $flagd.timestamp}. The default is the system's clock.
     *
     * @param clock the clock
     * @return this builder
     */
    public BurgeeBuilder clock(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "`clock` is null");
        return this;
    }

    /**
     * What is told when an instance traps, which would be a bug of burgee; the evaluation goes on in another instance.
     * The default writes an error to the logger {@code dev.burgee}.
     *
     * @param onTrap takes a sentence
     * @return this builder
     */
    public BurgeeBuilder onTrap(Consumer<String> onTrap) {
        this.onTrap = Objects.requireNonNull(onTrap, "`onTrap` is null");
        return this;
    }

    /**
     * Makes an evaluator without flags; until its first {@link Burgee#update(String) update} every flag is unknown.
     *
     * @return the evaluator
     * @throws BurgeeException if the module cannot be loaded
     */
    public Burgee build() {
        Settings settings = new Settings(this);
        return new Burgee(settings, settings::start);
    }

    /**
     * Makes an evaluator with flags.
     *
     * @param json a flag set in flagd's format
     * @return the evaluator
     * @throws FlagSetException if the flag set is refused
     * @throws BurgeeException if the module cannot be loaded
     */
    public Burgee fromJson(String json) {
        Burgee burgee = build();
        burgee.update(json);
        return burgee;
    }
}
