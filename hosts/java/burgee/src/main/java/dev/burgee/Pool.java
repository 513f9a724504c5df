package dev.burgee;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Instances that threads take and give back. A seat whose instance was dropped stays, and gets a new one. */
final class Pool {
    private final AtomicReferenceArray<Seat> seats;
    private final Semaphore free;

    /** The place of one instance. */
    static final class Seat {
        private Guest guest;

        Seat(Guest guest) {
            this.guest = guest;
        }

        /** Null after the instance was dropped and before there is another. */
        Guest guest() {
            return guest;
        }

        void set(Guest guest) {
            this.guest = guest;
        }
    }

    Pool(Seat[] seats) {
        this.seats = new AtomicReferenceArray<>(seats);
        free = new Semaphore(seats.length);
    }

    /** Waits until a seat is free. */
    Seat take() {
        free.acquireUninterruptibly();
        int count = seats.length();
        // Threads begin at different places, so that they seldom meet.
        int place = (int) (Thread.currentThread().getId() % count);
        while (true) {
            Seat seat = seats.get(place);
            if (seat != null && seats.compareAndSet(place, seat, null)) {
                return seat;
            }
            place = place + 1 == count ? 0 : place + 1;
        }
    }

    void give(Seat seat) {
        int count = seats.length();
        int place = (int) (Thread.currentThread().getId() % count);
        while (!seats.compareAndSet(place, null, seat)) {
            place = place + 1 == count ? 0 : place + 1;
        }
        free.release();
    }
}
