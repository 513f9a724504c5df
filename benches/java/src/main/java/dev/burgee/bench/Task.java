package dev.burgee.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Work whose time is taken. Each kind of work has its own class, so that the JIT compiles a loop for it alone. */
public abstract non-sealed class Task implements Entry {
    private static final VarHandle LAST = last();

    private final Label label;
    private Object last;

    protected Task(Label label) {
        this.label = label;
    }

    @Override
    public final Label label() {
        return label;
    }

    /** What has to be done before each run and is not timed. */
    public void before() throws Exception {}

    public abstract void run(int times) throws Exception;

    /** Keeps the JIT from dropping work whose answer nobody reads, at the price of one plain store. */
    protected final void keep(Object answer) {
        LAST.setOpaque(this, answer);
    }

    private static VarHandle last() {
        try {
            return MethodHandles.lookup().findVarHandle(Task.class, "last", Object.class);
        } catch (ReflectiveOperationException error) {
            throw new ExceptionInInitializerError(error);
        }
    }
}
