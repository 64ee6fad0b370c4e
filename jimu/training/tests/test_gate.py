"""The gate into every seat: what somebody is able to do on a day."""

from datetime import date, timedelta

import pytest

from jimu.training.gate import FOREVER, able

from .conftest import DAY, TEN, World


def qualifications(world: World, name: str, day: date = DAY) -> set[str]:
    return set(able([world.people[name].pk], day).get(world.people[name].pk, {}))


def test_a_certificate_holds_through_its_last_day_and_not_the_day_after(world: World) -> None:
    world.certificate(world.people["早上有空"], "ppe", days=10)
    last = DAY + timedelta(days=9)
    assert qualifications(world, "早上有空", last) == {"ppe"}
    assert qualifications(world, "早上有空", last + timedelta(days=1)) == set()
    assert qualifications(world, "早上有空", DAY - timedelta(days=1)) == set()


def test_a_revoked_certificate_opens_nothing(world: World) -> None:
    certificate = world.certificate(world.people["早上有空"], "ppe")
    assert qualifications(world, "早上有空") == {"ppe"}
    certificate.revoked_at = TEN
    certificate.save()
    assert qualifications(world, "早上有空") == set()


@pytest.mark.parametrize(("skill", "counts"), [("scanning", True), ("driving", True), ("ppe", False)])
def test_ones_own_word_opens_only_what_its_course_lets_it(world: World, skill: str, counts: bool) -> None:
    world.person("自报", world.first, skill=skill)
    assert (skill in qualifications(world, "自报")) is counts


def test_a_certificate_outdoes_ones_own_word_and_the_longer_of_two_counts(world: World) -> None:
    person = world.people["会的人"]
    assert able([person.pk], DAY)[person.pk]["scanning"].until == FOREVER
    world.certificate(person, "scanning", days=90)
    world.certificate(person, "scanning", days=20)
    found = able([person.pk], DAY)[person.pk]["scanning"]
    assert (found.until, found.declared, found.supervise) == (DAY + timedelta(days=89), False, True)


def test_the_gate_asks_twice_whatever_the_number_of_people(world: World, django_assert_num_queries) -> None:
    for number in range(5):
        world.certificate(world.person(f"人{number}", world.first, skill="order"), "scanning")
    with django_assert_num_queries(2):
        assert len(able(None, DAY)) == 6
