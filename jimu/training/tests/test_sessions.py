"""A session: planned, filled, held, and what it leaves behind."""

from datetime import timedelta

import pytest

from jimu.core.errors import Conflict, Invalid, JimuError, NotFound
from jimu.core.tests.test_locks import together
from jimu.training import actions
from jimu.training.models import Attendance, Certificate, TrainingSession

from .conftest import TEN, World, small_world

LATER = TEN + timedelta(hours=3)


def planned(world: World, **changes: object) -> TrainingSession:
    trainer = world.people.get("老师") or world.person("老师", world.first)
    if not trainer.trainer_of.exists():
        world.trainer(trainer, "scanning")
    words = {
        "actor": world.actor("commander"), "at": TEN, "course_code": "scanning", "unit_id": world.first.pk, "place": "活动室",
        "starts_at": LATER, "capacity": 2, "trainer_id": trainer.pk,
    }  # fmt: skip
    return actions.plan_session(**{**words, **changes})


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"starts_at": TEN}, "in_the_past"), ({"capacity": 0}, "capacity_range"), ({"trainer_id": None}, "not_a_trainer")],
)
def test_a_session_that_cannot_be_held_is_refused(world: World, changes: dict[str, object], code: str) -> None:
    assert planned(world).state == TrainingSession.State.PLANNED
    if "trainer_id" in changes:
        changes = {"trainer_id": world.people["会的人"].pk}
    with pytest.raises(Invalid) as caught:
        planned(world, **changes)
    assert caught.value.code == code


def test_a_secretary_plans_only_at_home(world: World) -> None:
    secretary = world.actor("secretary", world.second)
    assert planned(world, actor=secretary, unit_id=world.second.pk).unit_id == world.second.pk
    with pytest.raises(NotFound):
        planned(world, actor=secretary)


def test_the_list_takes_as_many_as_there_are_places_and_nobody_twice(world: World) -> None:
    session, actor = planned(world), world.actor("commander")
    one, two = world.people["早上有空"].pk, world.people["晚上有空"].pk
    assert actions.invite(actor=actor, at=TEN, session_id=session.pk, person_ids=[one]) == 1
    assert actions.invite(actor=actor, at=TEN, session_id=session.pk, person_ids=[one, two, two]) == 1
    with pytest.raises(Conflict) as caught:
        actions.invite(actor=actor, at=TEN, session_id=session.pk, person_ids=[world.people["会的人"].pk])
    assert caught.value.code == "session_full"


def test_who_is_under_age_is_not_invited(world: World) -> None:
    session = planned(world)
    young = world.person("小同学", world.first, minor=True)
    with pytest.raises(Invalid) as caught:
        actions.invite(actor=world.actor("commander"), at=TEN, session_id=session.pk, person_ids=[young.pk])
    assert caught.value.code == "barred"


def test_those_who_passed_get_certificates_and_the_others_do_not(world: World) -> None:
    session, actor = planned(world), world.actor("commander")
    one, two = world.people["早上有空"].pk, world.people["晚上有空"].pk
    actions.invite(actor=actor, at=TEN, session_id=session.pk, person_ids=[one, two])
    with pytest.raises(Conflict):
        actions.close_session(actor=actor, at=TEN, session_id=session.pk, passed={one})
    made = actions.close_session(actor=actor, at=LATER, session_id=session.pk, passed={one}, absent={two})
    assert [certificate.person_id for certificate in made] == [one]
    assert dict(session.attendances.values_list("person_id", "result")) == {one: "passed", two: "absent"}
    with pytest.raises(Conflict):
        actions.close_session(actor=actor, at=LATER, session_id=session.pk, passed={one})
    assert Certificate.objects.count() == 1


def test_results_name_only_people_of_the_list(world: World) -> None:
    session = planned(world)
    with pytest.raises(Invalid):
        actions.close_session(actor=world.actor("commander"), at=LATER, session_id=session.pk, passed={world.people["会的人"].pk})
    session.refresh_from_db()
    assert session.state == TrainingSession.State.PLANNED


def test_a_cancelled_session_takes_nobody(world: World) -> None:
    session, actor = planned(world), world.actor("commander")
    actions.cancel_session(actor=actor, at=TEN, session_id=session.pk)
    with pytest.raises(Conflict):
        actions.invite(actor=actor, at=TEN, session_id=session.pk, person_ids=[world.people["会的人"].pk])


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_invite_at_once_never_overfill_a_session() -> None:
    world = small_world()
    session, actor = planned(world, capacity=3), world.actor("commander")
    groups = [[world.person(f"{side}{n}", world.first).pk for n in range(2)] for side in "左右"]
    refused: list[str] = []

    def ask(people: list) -> None:
        try:
            actions.invite(actor=actor, at=TEN, session_id=session.pk, person_ids=people)
        except JimuError as error:
            refused.append(error.code)

    together(lambda: ask(groups[0]), lambda: ask(groups[1]))
    assert refused == ["session_full"]
    assert Attendance.objects.filter(session=session).count() == 2
