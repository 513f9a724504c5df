package dev.burgee;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.TrapException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** The module does not trap, so instances that do are made here. */
class TrapTest {
    private final AtomicInteger evaluationsToTrap = new AtomicInteger();
    private final AtomicInteger updatesToTrap = new AtomicInteger();
    private final List<String> told = new ArrayList<>();

    private final class Fragile extends Guest {
        private Fragile(Instance instance) {
            super(instance, Validation.STRICT);
        }

        @Override
        Answer answer(Flag flag, Map<String, ?> context, LongSupplier clock) {
            Answer answer = super.answer(flag, context, clock);
            if (evaluationsToTrap.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                call(() -> {
                    throw new TrapException("unreachable");
                });
            }
            return answer;
        }

        @Override
        Report update(byte[] document) {
            Report report = super.update(document);
            if (updatesToTrap.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                call(() -> {
                    throw new StackOverflowError();
                });
            }
            return report;
        }
    }

    private Burgee fragile() {
        Settings settings = new Settings(Burgee.builder().instances(1).onTrap(told::add));
        return new Burgee(settings, () -> new Fragile(Program.start(Execution.COMPILED, 1 << 10)));
    }

    @Test
    void anEvaluationIsTriedOnceMore() {
        try (Burgee burgee = fragile()) {
            burgee.update(Flags.READS_V);
            evaluationsToTrap.set(1);
            assertEquals("hit", burgee.getString("slot", "default", Map.of("v", "hit")));
            assertEquals(1, burgee.getStatistics().getTraps());
            assertEquals(1, told.size());
            assertTrue(told.get(0).contains("unreachable"), told::toString);
        }
    }

    @Test
    void afterTwoTrapsTheCallersDefault() {
        try (Burgee burgee = fragile()) {
            burgee.update(Flags.READS_V);
            evaluationsToTrap.set(2);
            Details<String> details = burgee.getStringDetails("slot", "default", Map.of("v", "hit"));
            assertEquals("default", details.getValue());
            assertEquals(ErrorCode.GENERAL, details.getErrorCode().orElseThrow());
            assertEquals(2, burgee.getStatistics().getTraps());
            assertEquals("hit", burgee.getString("slot", "default", Map.of("v", "hit")));
        }
    }

    @Test
    void anUpdateIsTriedOnceMoreAndStillTellsWhatChanged() {
        try (Burgee burgee = fragile()) {
            burgee.update(Flags.numbered(1, 2));
            updatesToTrap.set(1);
            assertEquals(4, burgee.update(Flags.numbered(2, 2)).getChangedFlags().size());
            assertEquals("b-2", burgee.getString("flag-1", "", Map.of("v", "hit")));
            assertEquals(1, burgee.getStatistics().getTraps());
            assertEquals(List.of(), burgee.update(Flags.numbered(2, 2)).getChangedFlags());
        }
    }

    @Test
    void anUpdateThatTrapsAlwaysLeavesTheOldFlags() {
        try (Burgee burgee = fragile()) {
            burgee.update(Flags.numbered(1, 2));
            updatesToTrap.set(Integer.MAX_VALUE);
            assertThrows(BurgeeException.class, () -> burgee.update(Flags.numbered(2, 2)));
            updatesToTrap.set(0);
            assertEquals("b-1", burgee.getString("flag-1", "", Map.of("v", "hit")));
            assertEquals(4, burgee.update(Flags.numbered(3, 2)).getChangedFlags().size());
        }
    }
}
