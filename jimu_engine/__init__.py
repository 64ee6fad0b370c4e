"""The rostering engine: people, shifts and rules in; a roster with its reasons out. Knows neither Django nor Jimu."""

from jimu_engine.check import Report, check
from jimu_engine.errors import BadProblem, BadRoster, EngineError
from jimu_engine.problem import History, Person, Problem, Roster, Shift, Window
from jimu_engine.result import Result, Step
from jimu_engine.solve import solve

__all__ = [
    "BadProblem", "BadRoster", "EngineError", "History", "Person", "Problem", "Report", "Result", "Roster", "Shift",
    "Step", "Window", "check", "solve",
]  # fmt: skip
