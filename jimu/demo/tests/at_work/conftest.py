"""The sample in the middle of its day, where there is something of everything; prepared once for these files."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from pytest_django import DjangoDbBlocker

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.demo import logins, prepare
from jimu.field.patrol import actions as patrol
from jimu.field.transfer.models import Crew, Dependant
from jimu.grid.models import Unit
from jimu.people.models import Person
from jimu.sync import actions, sharing
from jimu.sync.receiving import Report
from jimu.sync.tests.conftest import Phone

from ..conftest import HASHERS, TEN, bring_up

#: How much is drawn: 1 within the suite, always the same; JIMU_FUZZ=50 draws fifty times as much, something else each time.
TIMES = int(os.environ.get("JIMU_FUZZ", "1"))


def often(examples: int) -> settings:
    """So many examples, or JIMU_FUZZ times as many."""
    return settings(
        max_examples=examples * TIMES, derandomize=TIMES == 1, database=None, deadline=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if TIMES > 1 else [])],
    )  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """The sample; `here` is the neighborhood in which the field's work goes on, `there` another one."""

    here: Unit
    there: Unit

    def account(self, role: str, unit: Unit, person: Any = None) -> Account:
        """A fresh account with a role on a unit."""
        made = Account.objects.create_user(username=f"{role}{Account.objects.count()}", display_name="某某", person=person)
        Grant.objects.create(account=made, role=role, unit=unit)
        return made


@pytest.fixture(scope="package")
def sample(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """Brought up in a transaction that goes with these files; each test has its own within it."""
    home = tmp_path_factory.mktemp("at-work")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, override_settings(JIMU_HOME=home, PASSWORD_HASHERS=HASHERS):
        patch.setattr(prepare, "DAYS", 3)
        with time_machine.travel(TEN), transaction.atomic():
            bring_up()
            here, there = Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD).order_by("path")[:2]
            patrol.open_round(actor=logins.commander(), at=clock.now(), unit_id=here.pk, title="夜巡", points=["东门", "车棚"])
            yield Sample(here, there)
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def at_work(sample: Sample, db: None) -> Sample:
    """The sample at its moment, for one test."""
    return sample


def phone_of(account: Account, unit: Unit) -> Phone:
    """A phone of an account, enrolled by itself."""
    at = clock.now()
    device, secret = actions.invite(
        actor=actor_of(account), at=at, account_id=account.pk, unit_id=unit.pk, label="小米", ends_at=at + timedelta(hours=8)
    )
    device, token = actions.enrol(at=at, secret=secret, report=Report())
    return Phone(None, device, token)  # type: ignore[arg-type]


@pytest.fixture
def phone(at_work: Sample) -> Phone:
    """The phone of a commander who goes along with the vehicles and looks after who is left: it may write down whatever a phone can."""
    # What another test's phone was given went with that test; and it would be shared with this one.
    sharing._shared.clear()
    # Somebody without a shift today: their phone is for whatever comes up.
    person = Person.objects.filter(unit=at_work.here, assignments=None, account=None).order_by("pk").first()
    Crew.objects.update(person=person)
    Dependant.objects.exclude(person=None).update(person=person)
    root = Unit.objects.get(depth=1)
    return phone_of(at_work.account("commander", root, person), root)
