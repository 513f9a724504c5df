"""A host of burgee.wasm: JSON and slots."""

import json
from typing import Any, NamedTuple

from .module import Module
from .slots import Slot, encode

_REASONS = ("STATIC", "DEFAULT", "TARGETING_MATCH", "DISABLED", "ERROR")
_CODES = (None, "FLAG_NOT_FOUND", "PARSE_ERROR", "TYPE_MISMATCH", "GENERAL", "STALE")
_NO_VARIANT = 0xFFFF
_ABI_VERSION = 1

_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Answer(NamedTuple):
    """What a flag answers."""

    value: Any
    variant: str | None
    reason: str
    metadata: dict[str, Any]
    error_code: str | None = None
    error_message: str | None = None


class _Flag(NamedTuple):
    index: int
    slots: list[Slot]
    whole_context: bool
    variants: list[tuple[Any, str]]
    metadata: dict[str, Any]


class Burgee:
    """One instance of the module."""

    def __init__(self, module: Module) -> None:
        version = module.function("abi_version")()
        if version != _ABI_VERSION:
            raise RuntimeError(f"the module speaks version {version} of its contract, not {_ABI_VERSION}")
        self._module = module
        self._alloc = module.function("alloc")
        self._dealloc = module.function("dealloc")
        self._evaluate = module.function("evaluate")
        self._evaluate_all = module.function("evaluate_all")
        self._evaluate_slots = module.function("evaluate_slots")
        self._update_state = module.function("update_state")
        self._describe_state = module.function("describe_state")
        self._last_error = module.function("last_error")
        self._reset = module.function("reset")
        self._input = 0
        self._capacity = 0
        self._flags: dict[str, _Flag] = {}
        self._generation = 0

    def update(self, document: str) -> dict[str, Any]:
        """Loads a document; gives the module's report."""
        text = document.encode()
        report = json.loads(self._result(self._update_state(self._put(text), len(text))))
        if not report["success"]:
            raise ValueError(report["error"])
        return report

    def reset(self) -> None:
        """Forgets the flags."""
        self._reset()

    def describe(self) -> None:
        """Reads what `resolve` needs of the flags; to be called after an update."""
        state = json.loads(self._result(self._describe_state()))
        slots = [Slot(number, path) for number, path in enumerate(state["slots"])]
        self._generation = state["generation"]
        self._flags = {
            flag["key"]: _Flag(
                flag["index"],
                [slots[number] for number in flag["slots"]],
                flag["wholeContext"],
                [(variant["value"], variant["name"]) for variant in flag["variants"]],
                flag["metadata"],
            )
            for flag in state["flags"]
        }

    def answer_json(self, key: str, context: dict[str, Any]) -> dict[str, Any]:
        """Evaluates with JSON in between."""
        name = key.encode()
        text = _write(context).encode()
        address = self._put(name + text)
        word = self._evaluate(address, len(name), address + len(name), len(text))
        return json.loads(self._result(word))

    def all_json(self, context: dict[str, Any]) -> list[dict[str, Any]]:
        """Evaluates every flag with JSON in between."""
        text = _write(context).encode()
        return json.loads(self._result(self._evaluate_all(self._put(text), len(text))))["flags"]

    def resolve(self, key: str, context: dict[str, Any]) -> Answer:
        """Evaluates without JSON."""
        flag = self._flags.get(key)
        if flag is None:
            return Answer(None, None, "ERROR", {}, "FLAG_NOT_FOUND", f"flag `{key}` not found")
        if flag.whole_context:
            return self._from_json(self.answer_json(key, context), flag)
        entries = encode(flag.slots, context)
        word = self._evaluate_slots(flag.index, self._generation, self._put(entries), len(entries))
        reason = _REASONS[word >> 16 & 15]
        if word >> 20:
            message = json.loads(self._result(self._last_error())).get("errorMessage")
            return Answer(None, None, reason, flag.metadata, _CODES[word >> 20], message)
        variant = word & _NO_VARIANT
        if variant == _NO_VARIANT:
            return Answer(None, None, reason, flag.metadata)
        value, name = flag.variants[variant]
        return Answer(value, name, reason, flag.metadata)

    def all_slots(self, context: dict[str, Any]) -> list[tuple[str, Answer]]:
        """Evaluates every flag without JSON."""
        return [(key, self.resolve(key, context)) for key in self._flags]

    @staticmethod
    def _from_json(answer: dict[str, Any], flag: _Flag) -> Answer:
        read = answer.get
        return Answer(
            read("value"), read("variant"), read("reason"), flag.metadata, read("errorCode"), read("errorMessage")
        )

    def _put(self, data: bytes) -> int:
        """Writes an input; gives its address."""
        length = len(data)
        if length > self._capacity:
            self._grow(length)
        address = self._input
        end = address + length
        self._module.see(end)[address:end] = data
        return address

    def _grow(self, length: int) -> None:
        if self._capacity:
            self._dealloc(self._input, self._capacity)
        self._capacity = max(length, 2 * self._capacity, 4096)
        self._input = self._alloc(self._capacity)
        if self._input == 0:
            raise MemoryError(f"the module has no {self._capacity} bytes left for its input")

    def _result(self, word: int) -> bytes:
        address = word >> 32
        end = address + (word & 0xFFFF_FFFF)
        return bytes(self._module.see(end)[address:end])
