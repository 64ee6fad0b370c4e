"""Writes of certificates: quiz, proof, supervised first shift, revoking."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.people.models import Person
from jimu.people.queries import has
from jimu.training import rules
from jimu.training.library import find
from jimu.training.models import Certificate, QuizAttempt
from jimu.training.schema import Course

TOPIC = "training"
LONGEST_REASON = 200


def take_quiz(*, actor: Actor, at: datetime, course_code: str, answers: Sequence[int | None]) -> tuple[QuizAttempt, rules.Score, Certificate | None]:
    """Answer a course's quiz for oneself. Passing gives a certificate unless one of that course stands already.

    A course with a supervised first shift gives it too, marked as still to be supervised.
    Raises Invalid when the account belongs to no person on the register.
    """
    course = find(course_code)
    if actor.person_id is None:
        raise Invalid(_("您的账号还没有对应到名册上的人，请联系指挥长补上，再来答题。"), code="no_person")
    with transaction.atomic():
        locks.hold(f"training:{actor.person_id}")
        person = Person.objects.select_related("unit").get(pk=actor.person_id)
        found = rules.score(course, answers)
        attempt = QuizAttempt.objects.create(
            person=person, course=course.code, course_version=course.version, answers=list(answers),
            right=found.right, total=found.total, passed=found.passed, at=at,
        )  # fmt: skip
        certificate = None
        if found.passed and not _standing(person, course, at):
            certificate = issue(actor=actor, at=at, course=course, people=[person], way=Certificate.Way.QUIZ)[0]
    return attempt, found, certificate


def certify(*, actor: Actor, at: datetime, course_code: str, person_id: UUID, proof: str) -> Certificate:
    """Recognise a proof (a licence, a certificate of elsewhere). Raises Conflict when one stands already."""
    course = find(course_code)
    with transaction.atomic():
        locks.hold(f"training:{person_id}")
        person = person_for(actor, "training.certify", person_id)
        if not proof.strip():
            raise Invalid(_("请写明凭证，例如“驾驶证 C1”“区卫健委培训证”。"), code="no_proof")
        if _standing(person, course, at):
            raise Conflict(_("{name}已有有效的“{title}”证书。").format(name=person.name, title=course.title), code="already_certified")
        return issue(actor=actor, at=at, course=course, people=[person], way=Certificate.Way.APPOINTED, proof=proof.strip())[0]


def issue(*, actor: Actor, at: datetime, course: Course, people: Iterable[Person], way: str, proof: str = "") -> list[Certificate]:
    """Write certificates in bulk; called inside a transaction by an action that has decided who earned one."""
    day = timezone.localdate(at)
    made = [
        Certificate(
            person=person, qualification=course.qualification, course=course.code, course_version=course.version, way=way,
            valid_from=day, expires_on=rules.expires_on(course, day), issued_at=at, issued_by=actor.name,
        )
        for person in people
    ]  # fmt: skip
    Certificate.objects.bulk_create(made, batch_size=500)
    for certificate in made:
        data = {"course": course.code, "way": str(way), "proof": proof[:LONGEST_REASON]}
        scope = certificate.person.unit.path if certificate.person.unit else ""
        journal.record(actor=actor, at=at, verb="training.certified", target=f"person:{certificate.person_id}", scope=scope, data=data)
    live.beat(TOPIC)
    return made


def confirm_first_shift(*, actor: Actor, at: datetime, certificate_id: UUID) -> Certificate:
    """Somebody who can stood beside them and saw that they can too. Nobody confirms themselves."""
    with transaction.atomic():
        certificate = _certificate(actor, certificate_id)
        if actor.person_id == certificate.person_id:
            raise Invalid(_("首班要由带班的人确认，不能自己确认。"), code="own_first_shift")
        if certificate.supervised_at is not None:
            raise Conflict(_("首班已经确认过了。"), code="already_supervised")
        certificate.supervised_at, certificate.supervised_by = at, actor.name
        certificate.save(update_fields=["supervised_at", "supervised_by"])
        _tell(actor, at, "training.first_shift_confirmed", certificate, {})
    return certificate


def sign_off_first_shift(*, actor: Actor, at: datetime, person: Person, qualifications: Iterable[str], supervisor: str) -> list[Certificate]:
    """Note the first shift on every standing certificate that it was for. Called in a transaction by the action that saw the
    supervisor beside them; raises Conflict when none waits for it."""
    locks.hold(f"training:{person.pk}")
    day = timezone.localdate(at)
    waiting = Certificate.objects.filter(person=person, qualification__in=list(qualifications), revoked_at=None, supervised_at=None)
    made = list(waiting.filter(valid_from__lte=day, expires_on__gte=day).select_related("person__unit"))
    if not made:
        raise Conflict(_("首班已经确认过了。"), code="already_supervised")
    for certificate in made:
        certificate.supervised_at, certificate.supervised_by = at, supervisor[:80]
        certificate.save(update_fields=["supervised_at", "supervised_by"])
        _tell(actor, at, "training.first_shift_confirmed", certificate, {"supervisor": supervisor[:80]})
    return made


def revoke(*, actor: Actor, at: datetime, certificate_id: UUID, reason: str) -> Certificate:
    """End a certificate before its time, with a reason."""
    with transaction.atomic():
        certificate = _certificate(actor, certificate_id)
        if not reason.strip():
            raise Invalid(_("请写明撤销的理由。"), code="no_reason")
        certificate.revoked_at, certificate.revoked_by = at, actor.name
        certificate.revoked_for = reason.strip()[:LONGEST_REASON]
        certificate.save(update_fields=["revoked_at", "revoked_by", "revoked_for"])
        _tell(actor, at, "training.revoked", certificate, {"reason": certificate.revoked_for})
    return certificate


def person_for(actor: Actor, right: str, person_id: UUID) -> Person:
    """A person on whose part of the grid the actor has the right. Raises NotFound."""
    found = Person.objects.select_related("unit").filter(pk=person_id).first()
    if found is None or not has(actor, right, found):
        raise NotFound
    return found


def _standing(person: Person, course: Course, at: datetime) -> bool:
    day = timezone.localdate(at)
    return Certificate.objects.filter(person=person, course=course.code, revoked_at=None, expires_on__gte=day).exists()


def _certificate(actor: Actor, certificate_id: UUID) -> Certificate:
    """A standing certificate, locked, if the actor may certify its holder."""
    row = Certificate.objects.filter(pk=certificate_id).values_list("person_id", flat=True).first()
    if row is None:
        raise NotFound
    locks.hold(f"training:{row}")
    person_for(actor, "training.certify", row)
    certificate = Certificate.objects.select_related("person__unit").get(pk=certificate_id)
    if certificate.revoked_at is not None:
        raise Conflict(_("这张证书已经撤销了。"), code="revoked")
    return certificate


def _tell(actor: Actor, at: datetime, verb: str, certificate: Certificate, data: dict[str, str]) -> None:
    scope = certificate.person.unit.path if certificate.person.unit else ""
    data = {"course": certificate.course, "certificate": str(certificate.pk), **data}
    journal.record(actor=actor, at=at, verb=verb, target=f"person:{certificate.person_id}", scope=scope, data=data)
    live.beat(TOPIC)
