"""Errors of the engine: typed, each with one sentence."""

from __future__ import annotations

from collections.abc import Iterable

#: Ids that a sentence names at most.
NAMED = 5


class EngineError(Exception):
    """Something that the engine refuses to work on."""


class BadProblem(EngineError, ValueError):
    """The problem contradicts itself or holds values that mean nothing (a NaN weight, a shift that ends before it starts)."""


class BadRoster(EngineError, ValueError):
    """The roster does not belong to this problem: it names people or shifts that the problem does not have."""


class UnknownPeople(BadRoster):
    """Somebody is named whom the problem does not have; `people` are their ids, sorted."""

    def __init__(self, where: str, people: Iterable[str]) -> None:
        self.people = tuple(sorted(set(people)))
        named = ", ".join(map(repr, self.people[:NAMED]))
        more = f" and {len(self.people) - NAMED} more" if len(self.people) > NAMED else ""
        super().__init__(f"{where} names {named}{more}, whom the problem does not have")


class UnknownShift(BadRoster):
    """A shift is named that the problem does not have."""

    def __init__(self, shift: str) -> None:
        self.shift = shift
        super().__init__(f"the problem has no shift {shift!r}")


class BadFile(EngineError, ValueError):
    """A file that cannot be read; `path` names the place of the value that does not fit."""

    def __init__(self, path: str, sentence: str) -> None:
        self.path, self.sentence = path, sentence
        super().__init__(f"{path}: {sentence}" if path else sentence)


class NoSchedule(EngineError, ValueError):
    """Somebody has no schedule that keeps all hard rules; ``person`` is their id."""

    def __init__(self, person: str) -> None:
        super().__init__(f"no schedule keeps all rules of {person}")
        self.person = person
