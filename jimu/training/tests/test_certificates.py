"""How people become able, and stop being so."""

from datetime import timedelta

import pytest

from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.training import actions, certificates
from jimu.training.gate import able
from jimu.training.library import find
from jimu.training.models import Certificate, QuizAttempt

from .conftest import DAY, TEN, World

RIGHT = [question.answer for question in find("ppe").quiz]


def test_passing_a_quiz_gives_a_certificate_once_and_failing_gives_none(world: World) -> None:
    person = world.people["早上有空"]
    actor = world.actor("member", world.first, person)
    attempt, score, none = certificates.take_quiz(actor=actor, at=TEN, course_code="ppe", answers=[0] * len(RIGHT))
    assert (attempt.passed, score.passed, none) == (False, False, None)
    _, _, certificate = certificates.take_quiz(actor=actor, at=TEN, course_code="ppe", answers=RIGHT)
    assert certificate is not None
    assert certificate.expires_on == DAY + timedelta(days=179)
    assert certificates.take_quiz(actor=actor, at=TEN, course_code="ppe", answers=RIGHT)[2] is None
    assert (QuizAttempt.objects.count(), Certificate.objects.count()) == (3, 1)
    assert "ppe" in able([person.pk], DAY)[person.pk]


def test_an_account_of_nobody_on_the_register_cannot_take_a_quiz(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        certificates.take_quiz(actor=world.actor("commander"), at=TEN, course_code="ppe", answers=RIGHT)
    assert caught.value.code == "no_person"


def test_a_proof_is_recognised_by_the_secretary_of_the_place_and_by_no_other(world: World) -> None:
    words = {"at": TEN, "course_code": "medicine", "person_id": world.people["早上有空"].pk, "proof": "区卫健委培训证"}
    with pytest.raises(NotFound):
        certificates.certify(actor=world.actor("secretary", world.second), **words)
    with pytest.raises(NotFound):
        certificates.certify(actor=world.actor("member", world.first), **words)
    with pytest.raises(Invalid):
        certificates.certify(actor=world.actor("secretary", world.first), **{**words, "proof": "  "})
    made = certificates.certify(actor=world.actor("secretary", world.first), **words)
    assert made.way == "appointed"
    with pytest.raises(Conflict):
        certificates.certify(actor=world.actor("secretary", world.first), **words)
    entry = JournalEntry.objects.get(verb="training.certified")
    assert (entry.scope, entry.data["proof"]) == (world.first.path, "区卫健委培训证")


def test_staff_of_no_place_are_the_commanders_to_certify(world: World) -> None:
    cadre = world.person("机关干部", None)
    words = {"at": TEN, "course_code": "gate", "person_id": cadre.pk, "proof": "值守三年"}
    with pytest.raises(NotFound):
        certificates.certify(actor=world.actor("secretary", world.first), **words)
    assert certificates.certify(actor=world.actor("commander"), **words).person_id == cadre.pk


def test_nobody_confirms_their_own_first_shift(world: World) -> None:
    person = world.people["早上有空"]
    certificate = world.certificate(person, "ppe")
    with pytest.raises(Invalid):
        certificates.confirm_first_shift(actor=world.actor("secretary", world.first, person), at=TEN, certificate_id=certificate.pk)
    leader = world.actor("secretary", world.first)
    assert certificates.confirm_first_shift(actor=leader, at=TEN, certificate_id=certificate.pk).supervised_by == leader.name
    with pytest.raises(Conflict):
        certificates.confirm_first_shift(actor=leader, at=TEN, certificate_id=certificate.pk)


def test_revoking_takes_a_reason_and_can_be_done_once(world: World) -> None:
    certificate = world.certificate(world.people["早上有空"], "ppe")
    words = {"actor": world.actor("commander"), "at": TEN, "certificate_id": certificate.pk}
    with pytest.raises(Invalid):
        certificates.revoke(**words, reason=" ")
    assert certificates.revoke(**words, reason="脱卸顺序不对").revoked_at == TEN
    with pytest.raises(Conflict):
        certificates.revoke(**words, reason="再来一次")


def test_only_those_who_can_and_have_done_it_become_trainers(world: World) -> None:
    person, actor = world.people["早上有空"], world.actor("commander")
    words = {"actor": actor, "at": TEN, "course_code": "ppe", "person_id": person.pk}
    with pytest.raises(Invalid) as caught:
        actions.appoint_trainer(**words)
    assert caught.value.code == "trainer_unqualified"
    certificate = world.certificate(person, "ppe")
    with pytest.raises(Invalid) as caught:
        actions.appoint_trainer(**words)
    assert caught.value.code == "trainer_untried"
    certificates.confirm_first_shift(actor=actor, at=TEN, certificate_id=certificate.pk)
    trainer = actions.appoint_trainer(**words)
    assert actions.appoint_trainer(**words).pk == trainer.pk
    actions.end_trainer(actor=actor, at=TEN, trainer_id=trainer.pk)
    with pytest.raises(NotFound):
        actions.end_trainer(actor=actor, at=TEN, trainer_id=trainer.pk)


def test_a_member_appoints_nobody(world: World) -> None:
    world.certificate(world.people["早上有空"], "order")
    with pytest.raises((NotFound, NotPermitted)):
        actions.appoint_trainer(actor=world.actor("member"), at=TEN, course_code="order", person_id=world.people["早上有空"].pk)
