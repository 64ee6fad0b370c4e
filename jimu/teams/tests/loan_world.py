"""甲一 has five who can scan and needs three at one time; 乙一 has nobody and asks for one from ten to ten in two days' time."""

from datetime import datetime, timedelta
from uuid import UUID

from jimu.core.permissions import SYSTEM
from jimu.grid.models import Unit
from jimu.incidents.models import Post
from jimu.teams import loan_actions
from jimu.teams.loan_actions import Need, Term
from jimu.teams.models import Loan, LoanRequest

from .conftest import TEN, World, small_world

TWO_DAYS = timedelta(days=2)
SCANNERS = [f"扫码{n}" for n in range(5)]


def lending_world() -> World:
    """The small world of teams, with what this file's first line says."""
    world = small_world()
    for name in SCANNERS:
        world.person(name, world.first, "volunteer", skill="scanning")
    for name in ("志愿0", "志愿1"):
        world.people[name].skills.all().delete()
    post(world, world.first, 3)
    post(world, world.second, 2)
    return world


def post(world: World, unit: Unit, needed: int, **more: object) -> Post:
    """A post of scanners from six to ten."""
    words = {"code": f"p{Post.objects.count()}", "title": "扫码", "group": "screening", "shift_code": "s", "start_minute": 360, "end_minute": 600}
    return Post.objects.create(incident=world.incident, unit=unit, needed=needed, reason="", **{**words, "qualifications": ["scanning"], **more})


def ask(world: World, **more: object) -> LoanRequest:
    """乙一 asks 甲一 for a scanner."""
    words = {
        "actor": SYSTEM, "at": TEN, "incident_id": world.incident.pk, "to_unit_id": world.second.pk, "from_unit_id": world.first.pk,
        "need": Need(1, "scanning"), "term": Term(TEN, TEN + TWO_DAYS), "reason": "今天大筛",
    }  # fmt: skip
    return loan_actions.ask(**{**words, **more})


def commit(world: World, request: LoanRequest, *names: str, **more: object) -> list[Loan]:
    """甲一 promises these people."""
    words = {"actor": SYSTEM, "at": TEN, "request_id": request.pk, "person_ids": [world.people[name].pk for name in names or SCANNERS[:1]]}
    return loan_actions.commit(**{**words, **more})


def agreed(world: World, *names: str, at: datetime = TEN, **more: object) -> list[Loan]:
    """A loan that everybody agreed to."""
    loans = commit(world, ask(world, **{"need": Need(len(names) or 1, "scanning"), **more}), *names, override_reason="都同意了")
    return [loan_actions.answer(actor=SYSTEM, at=at, loan_id=loan.pk, yes=True) for loan in loans]


def cell_of(world: World, name: str, at: datetime = TEN) -> UUID | None:
    """Where teams look for somebody at a moment."""
    from jimu.teams.material import candidates

    return next(c.cell for c in candidates(world.incident, at) if c.person_id == world.people[name].pk)
