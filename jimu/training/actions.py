"""Writes of training sessions and trainers. Certificates have their own file."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit
from jimu.people.models import Person
from jimu.training.certificates import TOPIC, issue, person_for
from jimu.training.library import find
from jimu.training.models import Attendance, Certificate, Trainer, TrainingSession

LARGEST_SESSION = 200


def appoint_trainer(*, actor: Actor, at: datetime, course_code: str, person_id: UUID) -> Trainer:
    """Let somebody teach a course. They must hold its certificate, and have done a duty with it where it asks for one."""
    course = find(course_code)
    with transaction.atomic():
        locks.hold(f"training:{person_id}")
        person = person_for(actor, "training.certify", person_id)
        held = _held(person, course.qualification, at)
        if held is None:
            words = _("{name}还没有有效的“{title}”证书。会教的人要先会做。").format(name=person.name, title=course.title)
            raise Invalid(words, code="trainer_unqualified")
        if course.supervised_first_shift and held.supervised_at is None:
            raise Invalid(_("{name}的首班还没有人确认。做过的人才能教。").format(name=person.name), code="trainer_untried")
        trainer, made = Trainer.objects.get_or_create(
            person=person, course=course.code, until=None, defaults={"since": at, "appointed_by": actor.name}
        )
        if made:
            _tell(actor, at, "training.trainer_appointed", f"person:{person.pk}", person.unit, {"course": course.code})
    return trainer


def end_trainer(*, actor: Actor, at: datetime, trainer_id: int) -> None:
    """They teach it no longer."""
    with transaction.atomic():
        trainer = Trainer.objects.filter(pk=trainer_id, until=None).select_related("person__unit").first()
        if trainer is None:
            raise NotFound
        person = person_for(actor, "training.certify", trainer.person_id)
        trainer.until = at
        trainer.save(update_fields=["until"])
        _tell(actor, at, "training.trainer_ended", f"person:{person.pk}", person.unit, {"course": trainer.course})


def plan_session(
    *, actor: Actor, at: datetime, course_code: str, unit_id: UUID, place: str, starts_at: datetime, capacity: int, trainer_id: UUID
) -> TrainingSession:
    """Plan a course at a place and a time. Raises Invalid for a past time, an untrained trainer or an odd number of places."""
    course = find(course_code)
    with transaction.atomic():
        locks.hold(TOPIC)
        unit = Unit.objects.filter(visible(actor, "training.plan"), pk=unit_id, retired_at=None).first()
        if unit is None:
            raise NotFound
        if starts_at <= at:
            raise Invalid(_("开课时间要在现在之后。"), code="in_the_past")
        if not 1 <= capacity <= LARGEST_SESSION:
            raise Invalid(_("名额要在 1 到 {most} 之间。").format(most=LARGEST_SESSION), code="capacity_range")
        if not Trainer.objects.filter(person_id=trainer_id, course=course.code, until=None).exists():
            raise Invalid(_("请从这门课的培训师里选一位。"), code="not_a_trainer")
        session = TrainingSession.objects.create(
            course=course.code, unit=unit, place=place.strip()[:60], starts_at=starts_at, minutes=course.minutes,
            capacity=capacity, trainer_id=trainer_id, created_by=actor.name,
        )  # fmt: skip
        _tell(actor, at, "training.session_planned", f"session:{session.pk}", unit, {"course": course.code})
    return session


def invite(*, actor: Actor, at: datetime, session_id: UUID, person_ids: Sequence[UUID]) -> int:
    """Put people on the list of a session; who is on it stays. Returns how many were added. Raises Conflict when it is full."""
    with transaction.atomic():
        session = _planned(actor, session_id)
        there = set(session.attendances.values_list("person_id", flat=True))
        fresh = [person_id for person_id in dict.fromkeys(person_ids) if person_id not in there]
        people = [person_for(actor, "training.plan", person_id) for person_id in fresh]
        barred = next((person for person in people if person.minor or not person.active), None)
        if barred is not None:
            raise Invalid(_("{name}未满十八周岁或已停用，不能报名。").format(name=barred.name), code="barred")
        free = session.capacity - len(there)
        if len(people) > free:
            raise Conflict(_("名额只剩 {free} 个，选了 {n} 人。请减少人数或另开一场。").format(free=free, n=len(people)), code="session_full")
        Attendance.objects.bulk_create(Attendance(session=session, person=person) for person in people)
        if people:
            _tell(actor, at, "training.invited", f"session:{session.pk}", session.unit, {"people": len(people)})
    return len(people)


def close_session(*, actor: Actor, at: datetime, session_id: UUID, passed: Collection[UUID], absent: Collection[UUID] = ()) -> list[Certificate]:
    """Record how it went: who passed gets a certificate, who is in neither list failed. Raises Invalid for a name not on the list."""
    with transaction.atomic():
        session = _planned(actor, session_id)
        if session.starts_at > at:
            raise Conflict(_("还没有开课，不能登记结果。"), code="not_begun")
        rows = list(session.attendances.select_related("person__unit"))
        unknown = (set(passed) | set(absent)) - {row.person_id for row in rows}
        if unknown or set(passed) & set(absent):
            raise Invalid(_("有人不在这场的名单上，或同时记了通过和缺席。请刷新后重记。"), code="not_on_the_list")
        for row in rows:
            row.result = _result(row.person_id, passed, absent)
        Attendance.objects.bulk_update(rows, ["result"])
        session.state, session.closed_at = TrainingSession.State.HELD, at
        session.save(update_fields=["state", "closed_at"])
        people = [row.person for row in rows if row.result == Attendance.Result.PASSED]
        made = issue(actor=actor, at=at, course=find(session.course), people=people, way=Certificate.Way.SESSION)
        data = {"passed": len(made), "of": len(rows)}
        _tell(actor, at, "training.session_closed", f"session:{session.pk}", session.unit, data)
    return made


def cancel_session(*, actor: Actor, at: datetime, session_id: UUID) -> TrainingSession:
    """It does not take place."""
    with transaction.atomic():
        session = _planned(actor, session_id)
        session.state, session.closed_at = TrainingSession.State.CANCELLED, at
        session.save(update_fields=["state", "closed_at"])
        _tell(actor, at, "training.session_cancelled", f"session:{session.pk}", session.unit, {"course": session.course})
    return session


def _result(person_id: UUID, passed: Collection[UUID], absent: Collection[UUID]) -> str:
    if person_id in passed:
        return Attendance.Result.PASSED
    return Attendance.Result.ABSENT if person_id in absent else Attendance.Result.FAILED


def _planned(actor: Actor, session_id: UUID) -> TrainingSession:
    """A session still to be held, locked, on the actor's part of the grid."""
    locks.hold(f"training:{session_id}")
    found = TrainingSession.objects.filter(visible(actor, "training.plan", "unit__path"), pk=session_id)
    session = found.select_related("unit").first()
    if session is None:
        raise NotFound
    if session.state != TrainingSession.State.PLANNED:
        raise Conflict(_("这场培训已经结束或取消。"), code="session_over")
    return session


def _held(person: Person, qualification: str, at: datetime) -> Certificate | None:
    """Their certificate that stands today, a supervised one first."""
    standing = Certificate.objects.filter(person=person, qualification=qualification, revoked_at=None)
    standing = standing.filter(valid_from__lte=timezone.localdate(at), expires_on__gte=timezone.localdate(at))
    return max(standing, key=lambda certificate: certificate.supervised_at is not None, default=None)


def _tell(actor: Actor, at: datetime, verb: str, target: str, unit: Unit | None, data: Mapping[str, object]) -> None:
    journal.record(actor=actor, at=at, verb=verb, target=target, scope=unit.path if unit else "", data=data)
    live.beat(TOPIC)
