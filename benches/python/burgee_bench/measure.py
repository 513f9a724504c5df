"""Interleaved rounds: each takes every probe once, in an order that the round rotates."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Call = Callable[[], Any]


class Effort(NamedTuple):
    """How much to measure."""

    rounds: int
    batch_ns: int
    warm_ns: int


def time_batches(calls: Sequence[Call], effort: Effort) -> list[list[float]]:
    """Nanoseconds of one call each, of batches."""
    sizes = []
    for call in calls:
        _warm(call, effort.warm_ns)
        sizes.append(_calibrate(call, effort.batch_ns))
    return _in_turns(len(calls), effort.rounds, lambda index: _batch(calls[index], sizes[index]) / sizes[index])


def time_singles(calls: Sequence[tuple[Call, Call]], rounds: int) -> list[list[float]]:
    """Nanoseconds of calls that each need a preparation."""

    def single(index: int) -> float:
        prepare, call = calls[index]
        prepare()
        # Garbage of the preparation, or of another probe, is not this one's.
        gc.collect()
        return _batch(call, 1)

    for index in range(len(calls)):
        single(index)
    return _in_turns(len(calls), rounds, single)


def summary(times: list[float]) -> dict[str, Any]:
    """What a result line says of a list of times."""
    tenths = statistics.quantiles(times, n=10, method="inclusive") if len(times) > 1 else [times[0]] * 9
    figures = {"median": statistics.median(times), "low": tenths[0], "high": tenths[8]}
    return {"unit": "ns", **{name: round(figure, 1) for name, figure in figures.items()}, "rounds": len(times)}


def _in_turns(count: int, rounds: int, measure: Callable[[int], float]) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in range(count)]
    for turn in range(rounds):
        for place in range(count):
            index = (turn + place) % count
            times[index].append(measure(index))
    return times


def _batch(call: Call, size: int) -> int:
    begin = time.perf_counter_ns()
    for _ in range(size):
        call()
    return time.perf_counter_ns() - begin


def _warm(call: Call, warm_ns: int) -> None:
    end = time.perf_counter_ns() + warm_ns
    while time.perf_counter_ns() < end:
        call()


def _calibrate(call: Call, batch_ns: int) -> int:
    size = 1
    while (took := _batch(call, size)) < batch_ns:
        size = int(size * batch_ns * 1.1 / took) + 1 if took > batch_ns / 10 else size * 2
    return size
