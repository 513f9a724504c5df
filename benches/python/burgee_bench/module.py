"""A WebAssembly module: its exports as functions of integers, and its memory as bytes."""

import ctypes
from collections.abc import Callable
from pathlib import Path

import wasmtime
from wasmtime import _bindings

# A call through `wasmtime.Func` asks for the function's type and converts each value, which takes some 40 times as long
# as the call. The same library is called here by its C interface, with prototypes that convert nothing.
_library = ctypes.CDLL(_bindings.dll._name)
_call = _library.wasmtime_func_call_unchecked
_call.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p]
_call.restype = ctypes.c_void_p

# A value of the C interface takes 16 bytes, whatever its type.
_VALUE_BYTES = 16


class Module:
    """One instance."""

    def __init__(self, engine: wasmtime.Engine, module: wasmtime.Module) -> None:
        self._store = wasmtime.Store(engine)
        self._exports = wasmtime.Instance(self._store, module, []).exports(self._store)
        self._memory = self._exports["memory"]
        self.view = memoryview(b"")
        self.see(0)

    def see(self, end: int) -> memoryview:
        """A view of the memory up to `end` at least. The memory may have grown; it does not move."""
        if end >= len(self.view):
            self.view = memoryview(self._memory.get_buffer_ptr(self._store)).cast("B")
        return self.view

    def function(self, name: str) -> Callable[..., int]:
        """An export. Its arguments are taken as 32 bits each; its result is what 64 bits hold, unsigned."""
        function = self._exports[name]
        kind = function.type(self._store)
        count = max(len(kind.params), len(kind.results))
        values = (ctypes.c_uint64 * (2 * count))()
        assert ctypes.sizeof(values) == count * _VALUE_BYTES
        trap = ctypes.c_void_p()
        context = ctypes.cast(self._store._context(), ctypes.c_void_p).value
        arguments = (context, ctypes.addressof(function._func), ctypes.addressof(values), count, ctypes.addressof(trap))
        mask = 0xFFFF_FFFF if kind.results == [wasmtime.ValType.i32()] else 0xFFFF_FFFF_FFFF_FFFF
        # What the call reads lives as long as the closure does.
        kept = (function, trap)

        def call(*given: int) -> int:
            place = 0
            for argument in given:
                values[place] = argument
                place += 2
            if _call(*arguments) or kept[1].value:
                raise RuntimeError(f"the module failed in `{name}`")
            return values[0] & mask

        return call


def compile_module(file: Path) -> Callable[[], Module]:
    """Compiles a module; gives what makes instances of it."""
    config = wasmtime.Config()
    config.memory_may_move = False
    engine = wasmtime.Engine(config)
    module = wasmtime.Module.from_file(engine, str(file))
    return lambda: Module(engine, module)
