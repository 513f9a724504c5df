"""Slots are written as the contract of `evaluate_slots` says."""

import struct
import unittest
from typing import Any

from burgee_bench.slots import Slot, encode


def one(value: Any) -> bytes:
    return encode([Slot(7, ["a"])], {"a": value})


class Slots(unittest.TestCase):
    def test_scalars_have_a_tag_each(self) -> None:
        self.assertEqual(one(None), b"\x07\x00\x00")
        self.assertEqual(one(False), b"\x07\x00\x01")
        self.assertEqual(one(True), b"\x07\x00\x02")
        self.assertEqual(one("é"), b"\x07\x00\x05\x02\x00\x00\x00" + "é".encode())

    def test_integers_are_integers_as_far_as_64_bits_reach(self) -> None:
        for value in (0, -1, 2**63 - 1, -(2**63)):
            self.assertEqual(one(value), b"\x07\x00\x03" + struct.pack("<q", value))
        self.assertEqual(one(2**63), b"\x07\x00\x04" + struct.pack("<d", 2.0**63))

    def test_other_numbers_are_doubles_and_those_json_lacks_are_null(self) -> None:
        self.assertEqual(one(0.5), b"\x07\x00\x04" + struct.pack("<d", 0.5))
        for value in (float("nan"), float("inf")):
            self.assertEqual(one(value), b"\x07\x00\x00")

    def test_lists_and_objects_are_json(self) -> None:
        self.assertEqual(one([1, "é"]), b"\x07\x00\x06" + struct.pack("<I", 8) + '[1,"é"]'.encode())

    def test_paths_lead_through_objects_and_lists(self) -> None:
        paths = (["app", "version"], ["list", "1"], ["list", "2"], ["list", "x"], ["text", "0"], ["none"])
        slots = [Slot(number, path) for number, path in enumerate(paths)]
        context = {"app": {"version": True}, "list": [1, None], "text": "text"}
        self.assertEqual(encode(slots, context), b"\x00\x00\x02" + b"\x01\x00\x00")


if __name__ == "__main__":
    unittest.main()
