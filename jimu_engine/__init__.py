"""The rostering engine: people, shifts and rules in; a roster with its reasons out. Knows neither Django nor Jimu."""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from jimu_engine.check import Report, check
from jimu_engine.errors import BadProblem, BadRoster, EngineError, UnknownPeople, UnknownShift
from jimu_engine.problem import History, Person, Problem, Roster, Shift, Window
from jimu_engine.result import Result, Step

if TYPE_CHECKING:
    from jimu_engine.reasons import Reason
    from jimu_engine.recommend import Advisor, Candidate, OpenSeat, Recommendation, recommend
    from jimu_engine.repair import Repair, repair
    from jimu_engine.solve import solve

__all__ = [
    "Advisor", "BadProblem", "BadRoster", "Candidate", "EngineError", "History", "OpenSeat", "Person", "Problem", "Reason", "Recommendation", "Repair", "Report", "Result", "Roster", "Shift",
    "Step", "UnknownPeople", "UnknownShift", "Window", "check", "recommend", "repair", "solve",
]  # fmt: skip


class _Package(ModuleType):
    """The package, with the names of what searches: whoever only checks a roster does not wait for the compiler.

    Properties, because three of them are called like the file that they stand in, which Python would put in their place.
    """


def _found(file: str, name: str) -> property:
    def found(_package: ModuleType) -> Any:
        return getattr(import_module(f"jimu_engine.{file}"), name)

    return property(found, lambda _package, _file: None)


for _file, _names in {"reasons": "Reason", "recommend": "Advisor Candidate OpenSeat Recommendation recommend", "repair": "Repair repair", "solve": "solve"}.items():
    for _name in _names.split():
        setattr(_Package, _name, _found(_file, _name))
sys.modules[__name__].__class__ = _Package
