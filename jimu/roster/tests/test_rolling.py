"""The next days planned each morning: history stays, promises are kept where they can be, nothing is published by itself."""

from datetime import timedelta

import pytest

from jimu.core import clock, commands
from jimu.core.permissions import SYSTEM
from jimu.roster import actions, rolling, solving
from jimu.roster.models import Assignment, Roster
from jimu.roster.windows import windows

from .conftest import DAY, EVE, World

FIVE = clock.at_minute(DAY + timedelta(days=1), 300)


@pytest.fixture
def rolled(manned: World) -> Roster:
    """Three days in force from DAY on."""
    roster = manned.solved(3)
    return actions.publish(actor=SYSTEM, at=EVE, roster_id=roster.pk, expected_version=roster.version)


def test_the_next_days_are_drafted_once_and_nobody_publishes_them(rolled: Roster) -> None:
    assert rolling.wanted(FIVE - timedelta(hours=2)) == []
    (draft,) = rolling.roll(FIVE, seconds=0.2)
    assert (draft.state, draft.first_day, draft.days) == ("draft", DAY + timedelta(days=2), 7)
    assert rolling.roll(FIVE, seconds=0.2) == []
    assert Roster.objects.get(state="published").pk == rolled.pk


def test_a_roster_that_lasts_is_left_alone(manned: World) -> None:
    roster = manned.solved(14)
    actions.publish(actor=SYSTEM, at=EVE, roster_id=roster.pk, expected_version=roster.version)
    assert rolling.wanted(FIVE) == []


def test_what_was_promised_stays_but_for_those_who_dropped_out(rolled: Roster, manned: World) -> None:
    last = DAY + timedelta(days=2)
    promised = set(Assignment.objects.filter(shift__roster=rolled, shift__day=last).values_list("shift__post__title", "person__name"))
    title, gone = sorted(promised)[0]
    manned.people[gone].active = False
    manned.people[gone].save()
    (draft,) = rolling.roll(FIVE, seconds=0.2)
    now = set(Assignment.objects.filter(shift__roster=draft, shift__day=last).values_list("shift__post__title", "person__name"))
    assert promised - now == {(title, gone)}
    assert (draft.summary["kept"], draft.summary["changed"]) == (len(promised) - 1, 0)
    assert any("不变" in sentence for sentence in solving.outcome_sentences(draft))


def test_the_four_windows(rolled: Roster, manned: World) -> None:
    seen = windows(manned.incident, [rolled], DAY)
    assert (seen.published_until, seen.draft, seen.unplanned_from) == (DAY + timedelta(days=2), None, DAY + timedelta(days=3))
    draft = manned.draft(7, first_day=DAY + timedelta(days=2))
    seen = windows(manned.incident, [rolled, draft], DAY)
    assert (seen.draft, seen.unplanned_from) == (draft, DAY + timedelta(days=9))
    assert windows(manned.incident, [], DAY).unplanned_from == DAY


def test_the_command_rolls_or_says_why_not(rolled: Roster, monkeypatch, capsys) -> None:
    monkeypatch.setattr(clock, "now", lambda: FIVE)
    assert rolling.due()
    assert commands.run(["roster", "roll", "--seconds", "0.2"]) == 0
    assert "不变" in capsys.readouterr().out
    assert commands.run(["roster", "roll", "--seconds", "0.2"]) == 0
    assert "还够用" in capsys.readouterr().out
    assert not rolling.due()
