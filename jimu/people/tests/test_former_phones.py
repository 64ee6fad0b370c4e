"""Somebody changes their phone, and an older list without ID numbers comes later: nobody is registered twice."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from jimu.core import keys, sealed
from jimu.core.permissions import SYSTEM
from jimu.grid.models import Unit
from jimu.people import actions
from jimu.people.actions import Change, Registration
from jimu.people.intake_actions import Outcome, intake
from jimu.people.models import FormerPhone, Person
from jimu.people.tests.offices import id_of, phone_of, save

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2022, 4, 1, 8))  # noqa: DTZ001  made aware at once
ONE, TWO = id_of("19700101", 1), id_of("19700101", 2)
OLD, NEW = phone_of(1), phone_of(2)


@pytest.fixture
def bring(tmp_path):
    """Import rows of name, phone, ID number and time of submission."""

    def run(*rows: tuple[str | None, ...]) -> Outcome:
        full = [[*row, *[None] * (4 - len(row))] for row in rows]
        path = save(tmp_path / "名单.xlsx", ("志愿者", [["姓名", "手机", "身份证", "提交时间"], *full]))
        return intake(actor=SYSTEM, at=AT, paths=[path])

    return run


@pytest.fixture
def moved(bring) -> Person:
    """王建国, who had OLD and now has NEW."""
    bring(("王建国", OLD, ONE))
    bring(("王建国", NEW, ONE))
    return Person.objects.get()


def codes(outcome: Outcome) -> list[str]:
    return [p.code for p in outcome.plan.problems]


def test_the_same_name_and_an_earlier_phone_is_the_same_person_who_keeps_the_present_one(bring, moved):
    outcome = bring(("王建国", OLD))
    assert (outcome.created, outcome.unchanged, codes(outcome)) == (0, 1, ["earlier_phone"])
    assert Person.objects.get().phone == NEW
    assert codes(bring(("王建国", NEW))) == []


@pytest.mark.parametrize("row", [("李秀英", OLD), ("王建国", phone_of(3)), ("王建国", OLD, TWO)])
def test_another_name_another_phone_or_another_id_number_is_somebody_else(bring, moved, row):
    assert bring(row).created == 1
    assert Person.objects.count() == 2


def test_whoever_has_the_phone_now_comes_before_whoever_had_it(bring, moved):
    bring(("王建国", OLD, TWO))
    bring(("王建国", OLD, None, "2022-04-02 10:00"))
    assert Person.objects.get(id_number_index=sealed.blind_index(TWO)).submitted_at is not None
    assert Person.objects.get(pk=moved.pk).submitted_at is None


def test_a_phone_comes_back_only_when_it_was_submitted_after_it_went(bring):
    bring(("王建国", OLD, ONE, "2022-03-01 10:00"))
    bring(("王建国", NEW, ONE, "2022-03-10 10:00"))
    for day, expected, kept in ((5, NEW, OLD), (12, OLD, NEW), (11, OLD, NEW)):
        bring(("王建国", OLD, None, f"2022-03-{day:02d} 10:00"))
        assert Person.objects.get().phone == expected
        assert [row.phone_index for row in FormerPhone.objects.all()] == [sealed.blind_index(kept)]


def test_both_phones_in_one_import_are_one_person_and_the_same_import_again_changes_nothing(bring):
    rows = (("王建国", OLD, ONE), ("王建国", NEW, ONE))
    for created in (1, 0):
        outcome = bring(*rows)
        assert (outcome.created, outcome.updated) == (created, 0)
        assert FormerPhone.objects.get().phone_index == sealed.blind_index(OLD)
    assert bring(("王建国", OLD)).created == 0


def test_a_phone_of_an_older_submission_is_kept_as_an_earlier_one(bring):
    bring(("王建国", NEW, ONE, "2022-03-10 10:00"))
    bring(("王建国", OLD, ONE, "2022-03-01 10:00"))
    assert Person.objects.get().phone == NEW
    assert bring(("王建国", OLD)).created == 0


def test_no_phone_stands_open_and_a_new_key_still_finds_it(bring, moved, settings):
    assert OLD not in str(list(FormerPhone.objects.values()))
    settings.JIMU_DATA_KEYS_OLD, settings.JIMU_DATA_KEY = [settings.JIMU_DATA_KEY], "a-fresh-key"
    sealed.forget_keys()
    try:
        keys.reseal()
        settings.JIMU_DATA_KEYS_OLD = []
        sealed.forget_keys()
        assert bring(("王建国", OLD)).created == 0
    finally:
        settings.JIMU_DATA_KEYS_OLD = []
        sealed.forget_keys()


def test_a_change_by_hand_keeps_the_earlier_phone_too_and_may_take_it_back(bring):
    bring(("王建国", OLD))
    for given, other in ((NEW, OLD), (OLD, NEW)):
        person = Person.objects.get()
        change = Change(name="王建国", unit_id=person.unit_id, times="", limits=frozenset(), skills=frozenset(), state="active", phone=given)
        seen = person.updated_at
        actions.edit(actor=SYSTEM, at=seen + timedelta(hours=1), person_id=person.pk, seen=seen, change=change)
        assert bring(("王建国", other)).created == 0
        assert Person.objects.get().phone == given


def test_registering_by_hand_with_an_earlier_phone_joins_and_says_that_it_was_not_taken(moved):
    given = Registration(name="王建国", kind="medic", unit_id=Unit.objects.get(depth=1).pk, phone=OLD)
    done = actions.register(actor=SYSTEM, at=AT, given=given)
    assert (done.created, done.earlier_phone, done.person.pk) == (False, True, moved.pk)
    assert Person.objects.get().phone == NEW
    assert not actions.register(actor=SYSTEM, at=AT, given=Registration("王建国", "medic", given.unit_id, NEW)).earlier_phone
