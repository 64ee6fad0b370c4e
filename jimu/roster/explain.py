"""Why a seat is open, who is nearest to it, and why somebody is where they are: the engine's findings as sentences."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from jimu.roster.problem import Built
from jimu_engine.problem import Roster as Seats


def open_reasons(built: Built, seats: Seats) -> Mapping[UUID, dict[str, Any]]:
    """For each shift with open seats: the main rule that keeps people off it, counts by rule, and a sentence."""
    return {}
