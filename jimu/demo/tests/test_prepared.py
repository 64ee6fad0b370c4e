"""The sample once it stands, prepared once for all of these: what it shows, and what further starts leave alone."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import Count
from django.test import RequestFactory, override_settings
from pytest_django import DjangoDbBlocker

from jimu.core.permissions import ROLES
from jimu.demo import leaders, logins, prepare
from jimu.demo.logins import Login
from jimu.field.households import form_joining
from jimu.field.households.form_queries import values_of
from jimu.field.households.models import Answer, Case, Contact, Referral, Round
from jimu.grid.models import Unit
from jimu.incidents.actions import stand_down
from jimu.incidents.models import Incident
from jimu.people.models import UnitLeader
from jimu.roster.models import Assignment, CheckIn, Roster
from jimu.teams.models import Membership, Team
from jimu.training.models import Attendance, Certificate, Trainer, TrainingSession

from .conftest import HASHERS, TEN, bring_up
from .test_prepare import standing

pytestmark = pytest.mark.django_db
Sample = tuple[Path, list[Login]]


@pytest.fixture(scope="module")
def sample(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """Brought up in a transaction that goes with this file; each test has its own within it."""
    home = tmp_path_factory.mktemp("sample")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, override_settings(JIMU_HOME=home, PASSWORD_HASHERS=HASHERS):
        patch.setattr(prepare, "DAYS", 3)
        with transaction.atomic():
            yield home, bring_up()
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def opened(sample: Sample, home: Path, db: None) -> list[Login]:
    """The logins, with a copy of the sample's home."""
    shutil.copytree(sample[0], home, dirs_exist_ok=True)
    return sample[1]


def test_a_second_start_changes_nothing(opened: list[Login]) -> None:
    first, before = opened, standing()
    assert bring_up(TEN + timedelta(minutes=5)) == first
    assert standing() == before


def test_people_have_learned_teams_stand_and_a_few_wait_for_their_secretary() -> None:
    assert Certificate.objects.filter(supervised_at=None, course="ppe").exists()
    assert Trainer.objects.exists()
    assert TrainingSession.objects.filter(state=TrainingSession.State.PLANNED, starts_at__gt=TEN - timedelta(days=1)).exists()
    assert Attendance.objects.exists()
    states = dict(Team.objects.values_list("state").annotate(Count("pk")))
    assert states[Team.State.CONFIRMED] > states[Team.State.PROPOSED] > 0
    assert Membership.objects.filter(until=None).count() > 100


def test_the_ledger_has_contacts_who_live_elsewhere_and_sheets_with_people_added() -> None:
    case = Case.objects.get()
    assert Contact.objects.filter(case=case).exclude(building=case.building).count() == 1
    assert dict(Referral.objects.values_list("state").annotate(Count("pk"))) == {"sent": 1, "refused": 1}
    assert not Referral.objects.filter(unit__path__startswith=case.building.path[: -len("00000000")]).exists()
    found = Round.objects.get()
    told = [values_of(one).get("unwell", []) for one in Answer.objects.filter(round=found)]
    assert sorted(len(one) for one in told) == [0, 0, 1, 1, 2]
    assert len(form_joining.doubled(found)) == 1


def test_some_are_late_and_some_do_not_come() -> None:
    marks = dict(CheckIn.objects.values_list("mark").annotate(Count("pk")))
    assert marks["arrived"] > marks["absent"] > 0
    unmarked = Assignment.objects.filter(shift__starts_at__lte=TEN, shift__ends_at__gt=TEN, check_ins=None)
    assert unmarked.exists()


def test_two_weeks_later_the_sample_still_lives_now() -> None:
    later = TEN + timedelta(days=20)
    bring_up(later)
    incident = Incident.objects.get()
    assert incident.ends_on >= later.date()
    assert Roster.objects.get(state=Roster.State.PUBLISHED).first_day == later.date()
    assert CheckIn.objects.filter(at__gt=later - timedelta(hours=6)).exists()


def test_what_the_reader_stood_down_stays_down() -> None:
    stand_down(actor=logins.commander(), at=TEN, incident_id=Incident.objects.get().pk, reason="演示结束")
    before = standing()
    bring_up(TEN + timedelta(days=20))
    assert standing() == before


def test_every_role_has_a_login_that_works(opened: list[Login]) -> None:
    assert {login.role for login in opened} == set(ROLES)
    for login in opened:
        assert authenticate(RequestFactory().post("/"), username=login.username, password=login.password) is not None


def test_a_sample_whose_passwords_are_lost_is_taken_for_somebody_s_own_data(home: Path) -> None:
    (home / logins.KEPT).unlink()
    with pytest.raises(logins.OwnData):
        bring_up()


def test_every_part_of_the_grid_has_a_leader_and_a_deputy() -> None:
    for role in (leaders.LEADER, leaders.DEPUTY):
        led = set(UnitLeader.objects.filter(role=role, until=None).values_list("unit", flat=True))
        assert not [unit.name for unit in Unit.objects.all() if unit.pk not in led]
