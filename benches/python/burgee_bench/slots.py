"""Slots: the values that a flag reads, as bytes."""

import json
import math
from collections.abc import Iterable
from struct import Struct
from typing import Any

_LONG = Struct("<HBq").pack
_DOUBLE = Struct("<HBd").pack
_TEXT = Struct("<HBI").pack

_NULL, _FALSE, _TRUE, _INTEGER, _DOUBLE_TAG, _STRING, _JSON = range(7)
_ABSENT = object()


class Slot:
    """A slot: where its value is, and what its entries begin with."""

    __slots__ = ("number", "name", "rest", "null", "false", "true")

    def __init__(self, number: int, path: list[str]) -> None:
        self.number = number
        self.name = path[0]
        self.rest = path[1:]
        head = number.to_bytes(2, "little")
        self.null = head + bytes([_NULL])
        self.false = head + bytes([_FALSE])
        self.true = head + bytes([_TRUE])


def encode(slots: Iterable[Slot], context: dict[str, Any]) -> bytes:
    """The entries of the slots which the context has."""
    entries = []
    for slot in slots:
        value = context.get(slot.name, _ABSENT)
        if slot.rest:
            value = _follow(value, slot.rest)
        if value is not _ABSENT:
            entries.append(_entry(slot, value))
    return b"".join(entries)


def _follow(value: Any, path: list[str]) -> Any:
    for segment in path:
        if isinstance(value, dict):
            value = value.get(segment, _ABSENT)
        elif isinstance(value, list) and segment.isascii() and segment.isdigit() and int(segment) < len(value):
            value = value[int(segment)]
        else:
            return _ABSENT
    return value


def _entry(slot: Slot, value: Any) -> bytes:
    kind = type(value)
    if kind is str:
        text = value.encode()
        return _TEXT(slot.number, _STRING, len(text)) + text
    if kind is bool:
        return slot.true if value else slot.false
    if value is None:
        return slot.null
    if kind is int and -(2**63) <= value < 2**63:
        return _LONG(slot.number, _INTEGER, value)
    if kind is int or kind is float:
        number = float(value)
        # JSON has no such numbers.
        return _DOUBLE(slot.number, _DOUBLE_TAG, number) if math.isfinite(number) else slot.null
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return _TEXT(slot.number, _JSON, len(text)) + text
