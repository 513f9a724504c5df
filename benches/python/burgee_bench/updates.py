"""Updates: what precedes one, and whether it changed what its kind says."""

from itertools import cycle
from typing import Any, Protocol

from .burgee import Burgee
from .flagd_core import Core
from .measure import Call


class Subject(Protocol):
    """Who loads documents."""

    def forget(self) -> None:
        """Makes the next document the first one."""

    def load(self, document: str) -> list[str]:
        """Gives the keys of changed flags."""


class Ours:
    """burgee."""

    def __init__(self, burgee: Burgee) -> None:
        self.forget = burgee.reset
        self._update = burgee.update

    def load(self, document: str) -> list[str]:
        """Gives the keys of changed flags."""
        return self._update(document)["changedFlags"]


class Peer:
    """flagd's evaluator."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Makes the next document the first one."""
        self.load = Core().update


def probe(subject: Subject, scenario: dict[str, Any], documents: list[str]) -> tuple[Call, Call]:
    """What prepares and what makes one update of the scenario's kind."""
    kind = scenario["kind"]
    expected = {"first": scenario["flagCount"], "unchanged": 0, "one-changed": 1}[kind]
    if kind != "first":
        subject.load(documents[-1])
    following = cycle(documents)

    def update() -> None:
        count = len(subject.load(next(following)))
        if count != expected:
            raise RuntimeError(f"{scenario['id']}: {type(subject).__name__} changed {count} flags, not {expected}")

    return (subject.forget if kind == "first" else lambda: None), update
