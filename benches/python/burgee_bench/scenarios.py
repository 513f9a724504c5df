"""The scenarios of a work folder: each is checked and timed, and gives lines for the results."""

import json
import platform
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from . import flagd_core, updates
from .burgee import Burgee
from .check import members, wrong
from .measure import Call, Effort, summary, time_batches, time_singles
from .module import Module

_PYTHON = f"{platform.python_implementation()} {platform.python_version()}"
_OURS = {"runner": "python", "runtime": "wasmtime", "subject": "burgee"}
_OURS_VERSIONS = f"{_PYTHON}, wasmtime {version('wasmtime')}"
_PEER = {"runner": "python", "runtime": "CPython", "subject": "flagd-core (python)"}
_PEER_VERSIONS = f"{_PYTHON}, openfeature-flagd-core {version('openfeature-flagd-core')}"


class Probe(NamedTuple):
    """One way of one subject."""

    column: dict[str, str]
    call: Call
    read: Callable[[Any], Any]


def _ours(way: str, call: Call, read: Callable[[Any], Any] = members) -> Probe:
    return Probe({**_OURS, "way": way, "versions": _OURS_VERSIONS}, call, read)


class Scenarios:
    """All scenarios of a folder."""

    def __init__(
        self, work: Path, instantiate: Callable[[], Module], effort: Effort, write: Callable[[dict[str, Any]], None]
    ) -> None:
        self._work = work
        self._instantiate = instantiate
        self._effort = effort
        self._write = write
        self._burgee = Burgee(instantiate())
        self._core = flagd_core.Core()
        self._refused: str | None = None
        self._loaded: str | None = None

    def run(self) -> None:
        """Measures everything."""
        index = json.loads(self._read("index.json"))
        for scenario in index["evaluations"]:
            self._evaluate(scenario)
        for scenario in index["bulk"]:
            self._evaluate_all(scenario)
        self._burgee.reset()
        self._core = flagd_core.Core()
        for scenario in index["updates"]:
            self._update(scenario)

    def _evaluate(self, scenario: dict[str, Any]) -> None:
        self._load(scenario["flags"])
        burgee, key, expect = self._burgee, scenario["key"], scenario["expect"]
        context = json.loads(self._read(scenario["context"]))
        probes = [
            _ours("json", lambda: burgee.answer_json(key, context)),
            _ours("slots", lambda: burgee.resolve(key, context)),
        ]
        for probe in probes:
            self._demand(scenario, wrong(probe.read(probe.call()), expect))
        peer = self._peer("object", self._ask(key, expect.get("value"), context))
        if self._agrees(scenario, peer, expect):
            probes.append(peer)
        self._time(scenario, [probe.column for probe in probes], time_batches([p.call for p in probes], self._effort))

    def _evaluate_all(self, scenario: dict[str, Any]) -> None:
        self._load(scenario["flags"])
        burgee = self._burgee
        context = json.loads(self._read(scenario["context"]))
        probes = [
            _ours("json", lambda: burgee.all_json(context)),
            _ours("slots", lambda: burgee.all_slots(context)),
        ]
        expected = {answer["key"]: answer for answer in burgee.all_json(context)}
        answers = burgee.all_slots(context)
        self._demand(scenario, None if len(answers) == scenario["count"] else f"gives {len(answers)} answers")
        for key, answer in answers:
            self._demand(scenario, wrong(members(answer), expected[key]))
        self._leave_out(scenario, "object", "it has no call that evaluates every flag")
        self._time(scenario, [probe.column for probe in probes], time_batches([p.call for p in probes], self._effort))

    def _update(self, scenario: dict[str, Any]) -> None:
        documents = [self._read(scenario[name]) for name in ("flags", "other") if name in scenario]
        subjects: Iterable[tuple[dict[str, str], updates.Subject]] = (
            (_ours("update", lambda: None).column, updates.Ours(Burgee(self._instantiate()))),
            (self._peer("update", lambda: None).column, updates.Peer()),
        )
        columns = [column for column, _ in subjects]
        calls = [updates.probe(subject, scenario, documents) for _, subject in subjects]
        self._time(scenario, columns, time_singles(calls, self._effort.rounds))

    def _load(self, name: str) -> None:
        if name == self._loaded:
            return
        document = self._read(name)
        self._burgee.update(document)
        self._burgee.describe()
        self._core, self._refused = flagd_core.Core(), None
        try:
            self._core.update(document)
        except Exception as error:
            self._refused = f"refuses the document: {error}"
        self._loaded = name

    def _ask(self, key: str, expected: Any, context: dict[str, Any]) -> Call:
        ask, own = self._core.ask(expected), flagd_core.make_context(context)
        return lambda: ask(key, own)

    def _peer(self, way: str, call: Call) -> Probe:
        return Probe({**_PEER, "way": way, "versions": _PEER_VERSIONS}, call, flagd_core.as_members)

    def _agrees(self, scenario: dict[str, Any], peer: Probe, expect: dict[str, Any]) -> bool:
        problem = self._refused or wrong(peer.read(peer.call()), expect)
        if problem:
            self._leave_out(scenario, "object", problem)
        return not problem

    def _leave_out(self, scenario: dict[str, Any], way: str, reason: str) -> None:
        self._write({**_PEER, "way": way, "versions": _PEER_VERSIONS, "scenario": scenario["id"], "left_out": reason})

    def _demand(self, scenario: dict[str, Any], problem: str | None) -> None:
        if problem:
            raise RuntimeError(f"{scenario['id']}: burgee {problem}")

    def _time(self, scenario: dict[str, Any], columns: list[dict[str, str]], times: list[list[float]]) -> None:
        shown = []
        for column, measured in zip(columns, times, strict=True):
            figures = summary(measured)
            self._write({**column, "scenario": scenario["id"], **figures})
            shown.append(f"{column['subject']} {column['way']} {figures['median']} ns")
        print(f"{scenario['id']}: {', '.join(shown)}", file=sys.stderr)

    def _read(self, name: str) -> str:
        return (self._work / name).read_text(encoding="utf-8")
