package dev.burgee.bench.host;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;

/** Finds what a runtime's compiler made of a function: a static method of one of a row of classes. */
final class CompiledMethod {
    private CompiledMethod() {}

    static MethodHandle find(Class<?> machine, int function) throws ReflectiveOperationException {
        for (int group = 0; ; group++) {
            Class<?> functions = machine.getClassLoader().loadClass(machine.getName() + "FuncGroup_" + group);
            for (Method method : functions.getDeclaredMethods()) {
                if (method.getName().equals("func_" + function)) {
                    method.setAccessible(true);
                    return MethodHandles.lookup().unreflect(method);
                }
            }
        }
    }
}
