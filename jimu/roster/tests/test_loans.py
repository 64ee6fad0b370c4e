"""Rosters under a loan: on loan somebody serves at the borrower's only, before and after at home, and is counted once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from jimu.core import clock
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.roster import actions, hand_actions, judge
from jimu.roster.errors import BreaksRules
from jimu.roster.models import Assignment, Roster
from jimu.teams import loan_actions
from jimu.teams.loan_actions import Need, Term
from jimu.teams.models import Loan

from .conftest import DAY, EVE, TEN, World, solve, who

TOMORROW = clock.at_minute(DAY + timedelta(days=1), 0)
DAY_AFTER = clock.at_minute(DAY + timedelta(days=2), 0)


@pytest.fixture
def ready(world: World) -> World:
    """甲一 has one cadre and a gate; 甲二 has a gate and nobody. Both gates are open on three days."""
    world.person("社工", "social_worker", unit="甲一")
    world.people["社工"].affiliations.update(unit=world.units["甲一"])
    world.post("甲一门岗", 480, 720, unit="甲一")
    world.post("甲二门岗", 480, 720, unit="甲二")
    return world


@pytest.fixture
def captured(django_capture_on_commit_callbacks):
    @contextmanager
    def capture() -> Iterator[None]:
        with django_capture_on_commit_callbacks(execute=True):
            yield

    return capture


def lend(world: World, starts_at=TOMORROW, ends_at=DAY_AFTER) -> Loan:
    request = loan_actions.ask(
        actor=SYSTEM, at=EVE, incident_id=world.incident.pk, to_unit_id=world.units["甲二"].pk, from_unit_id=world.units["甲一"].pk,
        need=Need(1), term=Term(starts_at, ends_at), reason="甲二没人",
    )  # fmt: skip
    (loan,) = loan_actions.commit(
        actor=SYSTEM, at=EVE, request_id=request.pk, person_ids=[world.people["社工"].pk], override_reason="甲二更急"
    )
    return loan_actions.answer(actor=SYSTEM, at=EVE, loan_id=loan.pk, yes=True)


def served(roster: Roster) -> list[tuple[set[str], set[str]]]:
    return [(who(roster, "甲一门岗", day), who(roster, "甲二门岗", day)) for day in range(roster.days)]


def test_a_draft_counts_them_at_the_borrowers_during_the_term_and_at_home_around_it(ready: World) -> None:
    assert served(ready.solved(3)) == [({"社工"}, set())] * 3
    lend(ready)
    roster = ready.solved(3)
    assert served(roster) == [({"社工"}, set()), (set(), {"社工"}), ({"社工"}, set())]
    assert judge.hard_breaches(roster) == []


def test_nobody_seats_them_at_home_by_hand_during_the_term_with_whatever_reason(ready: World) -> None:
    lend(ready)
    roster = ready.draft(3)
    for title, day, allowed in (("甲一门岗", 1, False), ("甲二门岗", 0, False), ("甲二门岗", 1, True), ("甲一门岗", 0, True)):
        words = {"roster_id": roster.pk, "shift_id": ready.shift(roster, title, day).pk, "person_id": ready.people["社工"].pk}
        if allowed:
            assert hand_actions.assign(actor=SYSTEM, at=EVE, override_reason="急", **words).assignment
            continue
        with pytest.raises(BreaksRules) as caught:
            hand_actions.assign(actor=SYSTEM, at=EVE, override_reason="急", **words)
        assert {one["code"] for one in caught.value.data["breaches"]} == {"closed"}


def test_agreeing_frees_promised_shifts_at_home_and_coming_back_those_at_the_borrowers(ready: World, captured) -> None:
    roster = ready.solved(3)
    actions.publish(actor=SYSTEM, at=EVE, roster_id=roster.pk, expected_version=roster.version)
    with captured():
        loan = lend(ready)
    assert served(roster) == [({"社工"}, set()), (set(), set()), ({"社工"}, set())]
    assert ready.shift(roster, "甲一门岗", 1).filled == 0
    assert JournalEntry.objects.get(verb="roster.freed_by_loan").data["loan"] == str(loan.pk)
    ready.seat(roster, "甲二门岗", "社工", day=1)
    ready.seat(roster, "甲二门岗", "社工", day=2)
    with captured():
        loan_actions.bring_home(actor=SYSTEM, at=TEN, loan_id=loan.pk, reason="甲一告急")
    assert served(roster) == [({"社工"}, set()), (set(), set()), ({"社工"}, set())]
    assert ready.shift(roster, "甲二门岗", 1).filled == 0
    assert "甲一告急" in JournalEntry.objects.filter(verb="roster.freed_by_loan").order_by("-id").first().data["reason"]


def test_hours_are_counted_once_where_they_were_worked(ready: World) -> None:
    lend(ready)
    roster = ready.solved(3)
    rows = Assignment.objects.filter(shift__roster=roster, person=ready.people["社工"]).select_related("shift__unit")
    assert sorted(row.shift.unit.short_name for row in rows) == ["甲一", "甲一", "甲二"]


def test_a_loan_out_of_the_incident_takes_somebody_out_of_its_roster(ready: World) -> None:
    lend(ready)
    Loan.objects.update(to_unit=ready.units["乙一"])
    assert served(solve(ready.draft(3))) == [({"社工"}, set()), (set(), set()), ({"社工"}, set())]
