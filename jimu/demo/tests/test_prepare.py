"""The sample: a day in the middle of work at any hour, the same after a second start and after a crash anywhere."""

import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.command.queries import board
from jimu.core.models import JournalEntry
from jimu.core.permissions import ROLES
from jimu.demo import assembled, lively, logins, prepare
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, Post
from jimu.people.models import Affiliation, Person, UnitLeader
from jimu.roster.models import Assignment, CheckIn, Roster, Shift
from jimu.teams.models import Membership, Team
from jimu.training.models import Certificate

from .conftest import TEN, bring_up

pytestmark = pytest.mark.django_db


def standing() -> dict[str, int]:
    """How many rows there are of everything that the sample makes."""
    tables = (Person, Affiliation, Unit, UnitLeader, Account, Grant, Incident, Post, Roster, Shift, Assignment, CheckIn, JournalEntry, Certificate, Team, Membership)
    return {table.__name__: table.objects.count() for table in tables}


# In the order in which a start comes by them.
STEPS = (
    (prepare, "intake"), (prepare, "arrange_zones"), (prepare, "appoint_leaders"), (logins, "open_account"),
    (assembled.certificates, "issue"), (assembled.actions, "plan_session"), (prepare, "activate"), (assembled, "form_teams"), (prepare.actions, "draft_roster"), (prepare.solving, "solved"),
    (prepare.actions, "store_solution"), (prepare.actions, "publish"), (lively.actions, "mark"),
)  # fmt: skip


def test_a_start_that_is_killed_at_every_step_gets_there_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*args: object, **kwargs: object) -> None:
        raise Killed

    for place, name in STEPS:
        with monkeypatch.context() as patch:
            patch.setattr(place, name, die)
            with pytest.raises(Killed):
                bring_up()
    bring_up()
    assert Person.objects.count() == len({*Person.objects.values_list("name", "phone_index")})
    assert list(Roster.objects.values_list("state", flat=True)) == [Roster.State.PUBLISHED]
    assert Incident.objects.count() == 1
    assert Account.objects.count() == len(ROLES) + len(prepare.ZONES)
    assert CheckIn.objects.filter(mark=CheckIn.Mark.ARRIVED).exists()


def test_at_any_hour_the_board_shows_a_day_in_the_middle_of_work() -> None:
    first = TEN.replace(hour=3, minute=0)
    # From three at night to the minute before the second midnight, on one sample that is started again and again.
    for hours in (0, 4, 7, 11, 20.95, 21.1, 24):
        at = first + timedelta(hours=hours)
        bring_up(at)
        shown = board(actor_of(Account.objects.get(username="zhihui")), at)
        assert shown.turn is not None
        assert 0 < shown.seats.arrived < shown.seats.filled, at
        assert shown.seats.open > 0, at
        assert shown.next_turn is not None
        assert shown.events, at
        assert all(mark.at <= at for mark in CheckIn.objects.all())
    assert Roster.objects.get().first_day.day == 23


def test_passwords_are_drawn_for_this_home_and_only_its_owner_reads_them(home: Path) -> None:
    logins.claim()
    kept = home / logins.KEPT
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    before = kept.read_text()
    kept.unlink()
    logins.claim()
    assert kept.read_text() != before


def test_own_data_is_never_mixed_with_the_sample(home: Path) -> None:
    Person.objects.create(name="林青", created_at=TEN, updated_at=TEN)
    with pytest.raises(logins.OwnData, match="JIMU_HOME"):
        bring_up()
    assert standing() | {"Person": 0} == dict.fromkeys(standing(), 0)


def test_the_story_begins_on_the_evening_before_the_first_shift() -> None:
    night = datetime(2026, 11, 24, 3, tzinfo=TEN.tzinfo)
    assert prepare.Story(night).first_day.day == 23
    assert prepare.Story(TEN).first_day.day == 24
    assert prepare.Story(night).eve(19).isoformat() == "2026-11-22T19:00:00+08:00"
