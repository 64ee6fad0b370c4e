"""The rostering engine: people, shifts and rules in; a roster with its reasons out. Knows neither Django nor Jimu."""

from jimu_engine.check import Report, check
from jimu_engine.errors import BadProblem, BadRoster, EngineError, UnknownPeople, UnknownShift
from jimu_engine.problem import History, Person, Problem, Roster, Shift, Window
from jimu_engine.recommend import Advisor, Candidate, OpenSeat, Reason, Recommendation, recommend
from jimu_engine.repair import Repair, repair
from jimu_engine.result import Result, Step
from jimu_engine.solve import solve

__all__ = [
    "Advisor", "BadProblem", "BadRoster", "Candidate", "EngineError", "History", "OpenSeat", "Person", "Problem", "Reason", "Recommendation", "Repair", "Report", "Result", "Roster", "Shift",
    "Step", "UnknownPeople", "UnknownShift", "Window", "check", "recommend", "repair", "solve",
]  # fmt: skip
