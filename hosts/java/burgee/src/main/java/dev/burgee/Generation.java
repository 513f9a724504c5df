package dev.burgee;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** One flag set and the instances that hold it. Readers that began with it end with it, so no answer mixes two. */
final class Generation {
    private final FlagTable table;
    private final Maker maker;
    private final Pool pool;
    private final long memoryBytes;

    /** Makes instances that hold the flag set, from its text or as copies, and is told of those that trapped. */
    interface Maker {
        Guest make();

        Guest copy(Image image);

        void trapped(Trap trap);
    }

    private Generation(FlagTable table, Maker maker, Pool.Seat[] seats, long memoryBytes) {
        this.table = table;
        this.maker = maker;
        this.memoryBytes = memoryBytes;
        pool = new Pool(seats);
    }

    /** Before the first update; instances are made when something needs one. */
    static Generation empty(int instances, Maker maker) {
        Pool.Seat[] seats = new Pool.Seat[instances];
        Arrays.setAll(seats, place -> new Pool.Seat(null));
        return new Generation(FlagTable.EMPTY, maker, seats, 0);
    }

    /**
     * All instances are made before any reader sees the first. They become copies of one that has loaded the flags: of the
     * given one, or of the first of them.
     */
    static Generation loaded(FlagTable table, int instances, Maker maker, Image given) {
        Pool.Seat[] seats = new Pool.Seat[instances];
        Guest first = given == null ? maker.make() : maker.copy(given);
        seats[0] = new Pool.Seat(first);
        Image image = given == null && instances > 1 ? first.image() : given;
        for (int i = 1; i < instances; i++) {
            seats[i] = new Pool.Seat(maker.copy(image));
        }
        return new Generation(table, maker, seats, instances * first.memoryBytes());
    }

    FlagTable table() {
        return table;
    }

    /** The memory of its instances when they were made. */
    long memoryBytes() {
        return memoryBytes;
    }

    Answer answer(String key, Map<String, ?> context, LongSupplier clock) {
        Flag flag = table.flag(key);
        if (flag == null) {
            return unknown(key);
        }
        if (flag.ready() != null) {
            return flag.ready();
        }
        try {
            return answer(flag, context, clock);
        } catch (InvalidContext error) {
            return Answer.error(ErrorCode.INVALID_CONTEXT, error.getMessage(), flag.metadata());
        } catch (MemoryShort | BurgeeException error) {
            return Answer.error(ErrorCode.GENERAL, error.getMessage(), flag.metadata());
        } catch (RuntimeException error) {
            // The map is the caller's; what it throws must not end the caller's request.
            return Answer.error(ErrorCode.INVALID_CONTEXT, "the evaluation context cannot be read: " + error,
                    flag.metadata());
        }
    }

    /** As {@link #call}, but without an object that holds the question: nothing may be allocated here. */
    private Answer answer(Flag flag, Map<String, ?> context, LongSupplier clock) {
        Pool.Seat seat = pool.take();
        try {
            return guest(seat).answer(flag, context, clock);
        } catch (Trap first) {
            drop(seat, first);
            return onceMore(seat, guest -> guest.answer(flag, context, clock));
        } finally {
            pool.give(seat);
        }
    }

    /**
     * Runs something in an instance. If it traps, the instance is dropped and another one tries once more.
     *
     * @throws BurgeeException if that one traps as well
     */
    <T> T call(Function<Guest, T> call) {
        Pool.Seat seat = pool.take();
        try {
            return call.apply(guest(seat));
        } catch (Trap first) {
            drop(seat, first);
            return onceMore(seat, call);
        } finally {
            pool.give(seat);
        }
    }

    private <T> T onceMore(Pool.Seat seat, Function<Guest, T> call) {
        try {
            return call.apply(guest(seat));
        } catch (Trap second) {
            drop(seat, second);
            throw new BurgeeException("two instances of the module failed in a row: " + second.getMessage(), second);
        }
    }

    private Guest guest(Pool.Seat seat) {
        Guest guest = seat.guest();
        if (guest == null) {
            guest = maker.make();
            seat.set(guest);
        }
        return guest;
    }

    private void drop(Pool.Seat seat, Trap trap) {
        seat.set(null);
        maker.trapped(trap);
    }

    private Answer unknown(String key) {
        String message = key == null
                ? "the flag key is null"
                : table == FlagTable.EMPTY
                        ? "no flags are loaded, so there is no flag `" + key + "`; call `update` first"
                        : "no flag has the key `" + key + "`";
        return Answer.error(ErrorCode.FLAG_NOT_FOUND, message, table.metadata());
    }
}
