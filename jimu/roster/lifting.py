"""Which rules may give for an edit by hand, for whom, and what the seat keeps of it.

Limits of the body and what is only asked for never give. What a person said of themselves (times, limits) gives to
whoever makes the roster, with a reason; caps and qualifications give to whoever holds `roster.override`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from jimu.core.permissions import Actor
from jimu.roster import judge, policy
from jimu.roster.errors import BreaksRules
from jimu.roster.judge import Broken
from jimu.roster.models import Assignment, Roster, Shift

LONGEST_REASON = 200


@dataclass(frozen=True)
class Back:
    """A way back: which journal entry it undoes, and by person id how they sat before."""

    entry_id: UUID
    kept: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """An edit about to be judged: who sits where afterwards, and which seats are given up in the same step."""

    actor: Actor
    at: datetime
    roster: Roster
    placing: Mapping[UUID, Shift] = field(default_factory=dict)
    leaving: Collection[UUID] = ()
    reason: str | None = None
    back: Back | None = None


def kept(seat: Assignment) -> dict[str, Any]:
    """How somebody sat, so that a way back can seat them so again."""
    return {"origin": seat.origin, "pinned": seat.pinned, "override": seat.override, "standby": seat.standby}


def lifted(case: Case) -> dict[UUID, dict[str, Any]]:
    """For each person placed, what their seat keeps of rules that gave; empty when none is broken.

    Raises BreaksRules when a rule must not give, or nobody gave a reason.
    """
    broken = judge.breaches_of_change(case.roster, placing=case.placing, leaving=case.leaving)
    overrides: dict[UUID, dict[str, Any]] = {}
    refused: list[Broken] = []
    for person_id in case.placing:
        mine = [one for one in broken if one.person_id == person_id]
        codes = sorted({one.code for one in mine})
        before = _allowed_before(case, person_id, codes)
        overrides[person_id] = before or _override(case, codes)
        if not before:
            refused += mine
    if refused:
        _require_lifting(case, refused)
    return overrides


def _allowed_before(case: Case, person_id: UUID, codes: Sequence[str]) -> dict[str, Any]:
    """The leave that a seat had already, when a way back needs no more than that."""
    override = dict(case.back.kept.get(str(person_id), {}).get("override", {})) if case.back else {}
    return override if set(codes) <= set(override.get("rules", ())) else {}


def _override(case: Case, codes: list[str]) -> dict[str, Any]:
    if not codes:
        return {}
    reason = (case.reason or "").strip()[:LONGEST_REASON]
    return {"rules": codes, "reason": reason, "by": case.actor.name, "at": case.at.isoformat()}


def _require_lifting(case: Case, broken: Sequence[Broken]) -> None:
    told = [one.as_dict() for one in broken]
    if any(one.firm for one in broken):
        raise BreaksRules(told, may_override=False)
    beyond = [one for one in broken if one.code not in policy.OWN_WORD]
    paths = [shift.unit.path for shift in case.placing.values()]
    if beyond and not all(case.actor.may("roster.override", path) for path in paths):
        raise BreaksRules(told, may_override=False, needs_commander=True)
    if not (case.reason or "").strip():
        raise BreaksRules(told, may_override=True)
