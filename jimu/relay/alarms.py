"""What is told to whoever must act: a handover that nobody accepts, a critical post where too few stand. By messages, each once.

Whether something is so is read from the tables at the moment of looking; rows of alarms only make sure that each level is
told once. So a sweep may run twice, late, or after the clock was set, and the same thing is never told twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import journal, live
from jimu.core.permissions import SYSTEM
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.incidents.order_chains import leader_to_tell
from jimu.messages.actions import Letter, enqueue
from jimu.messages.models import Urgency
from jimu.relay import policy, rules
from jimu.relay.models import Handover, PostAlarm
from jimu.relay.seats import with_mark
from jimu.roster.models import Assignment, CheckIn, Roster, Shift

CRITICAL = 1


@dataclass(frozen=True)
class Empty:
    """A critical shift under way at which fewer stand than it needs, and how many levels are to be told by now."""

    shift: Shift
    here: int
    step: int

    @property
    def missing(self) -> int:
        return self.shift.needed - self.here


def levels_of(unit: Unit) -> list[Unit]:
    """The unit and those above it, nearest first: who is told in turn."""
    paths = [unit.path[: Unit.steplen * n] for n in range(unit.depth, 0, -1)]
    found = {one.path: one for one in Unit.objects.filter(path__in=paths)}
    return [found[path] for path in paths if path in found]


def told_at(unit: Unit) -> list[UUID]:
    """Who is told at a level: its leader, a deputy when the leader cannot be reached, else whoever of the levels above can."""
    found = leader_to_tell(unit.path)
    return [] if found is None else [found]


def empty_posts(at: datetime) -> list[Empty]:
    """Critical posts that began some minutes ago and lack people. Where nobody keeps attendance nothing is known, and nobody is told.

    Three queries.
    """
    begun = Shift.objects.filter(
        roster__state=Roster.State.PUBLISHED, roster__incident__state=Incident.State.ACTIVE, post__priority=CRITICAL,
        post__requested_only=False, needed__gt=0, starts_at__lte=at - policy.EMPTY_AFTER, starts_at__gt=at - policy.EMPTY_UNTIL, ends_at__gt=at,
    )  # fmt: skip
    shifts = list(begun.select_related("post", "unit", "roster__incident").order_by("starts_at", "unit__path", "pk"))
    if not shifts:
        return []
    marks: dict[UUID, list[str]] = {shift.pk: [] for shift in shifts}
    for row in with_mark(Assignment.objects.filter(shift__in=list(marks), standby=False)):
        marks[row.shift_id].append(row.newest or "")  # type: ignore[attr-defined]
    kept = set(
        CheckIn.objects.filter(assignment__shift__unit__in={shift.unit_id for shift in shifts}, at__gt=at - policy.KEPT_WITHIN, at__lte=at)
        .order_by().values_list("assignment__shift__unit", flat=True).distinct()
    )  # fmt: skip
    found = []
    for shift in shifts:
        here = sum(mark == CheckIn.Mark.ARRIVED for mark in marks[shift.pk])
        # An open or missed seat is known to be empty even where nobody marks who came.
        surely = shift.needed > sum(mark != CheckIn.Mark.ABSENT for mark in marks[shift.pk])
        if here < shift.needed and (shift.unit_id in kept or surely):
            step = rules.alarm_step(
                due_at=shift.starts_at + policy.EMPTY_AFTER, at=at, minutes=policy.EMPTY_LEVEL_MINUTES, levels=shift.unit.depth
            )
            found.append(Empty(shift, here, step))
    return found


def untold(at: datetime) -> Iterator[Empty]:
    """Empty posts of which a level is still to be told. One more query."""
    found = empty_posts(at)
    rows = PostAlarm.objects.filter(post__in={one.shift.post_id for one in found}).order_by() if found else PostAlarm.objects.none()
    told = {(post, day): n for post, day, n in rows.values_list("post", "day").annotate(n=Count("pk"))}
    return (one for one in found if told.get((one.shift.post_id, one.shift.day), 0) < one.step)


def raise_empty(one: Empty, at: datetime) -> int:
    """Tell each level that is due and was not told; returns how many."""
    shift, made = one.shift, 0
    for number, unit in enumerate(levels_of(shift.unit)[: one.step], 1):
        with transaction.atomic():
            alarm, new = PostAlarm.objects.get_or_create(post_id=shift.post_id, day=shift.day, step=number, defaults={"unit": unit, "at": at})
            if not new:
                continue
            made += 1
            letters = [
                Letter(
                    key=f"post-alarm:{alarm.pk}:{person.hex}", unit_id=shift.unit_id, person_id=person, text=_empty_text(one), urgency=Urgency.URGENT
                )
                for person in told_at(unit)
            ]
            enqueue(actor=SYSTEM, at=at, letters=letters, subject=f"shift:{shift.pk}")
            data = {"post": shift.post.title, "here": one.here, "needed": shift.needed, "step": number, "level": unit.name}
            journal.record(actor=SYSTEM, at=at, verb="post.empty", target=f"shift:{shift.pk}", scope=shift.unit.path, data=data)
            live.beat("board", f"roll:{shift.unit_id}")
    return made


def _empty_text(one: Empty) -> str:
    shift = one.shift
    words = _("【空岗】{unit} · {post}，{start} 开始，应有 {needed} 人，到了 {here} 人。请马上点名：没来的记“没到”，待命的人会顶上，再不够就找人补。")
    return _drill(shift.roster.incident) + words.format(
        unit=shift.unit.name, post=shift.post.title, start=_clock(shift.starts_at), needed=shift.needed, here=one.here
    )


def letters_of_late(handover: Handover, step: int, unit: Unit) -> list[Letter]:
    """Who is told that a handover was not accepted: the level's leader, and first of all those whose turn it is."""
    people = [*(_incoming(handover) if step == 1 else ()), *told_at(unit)]
    words = _("【交接没人接】{unit} · {post}，{at} 的交接过了时限还没有人接。请马上联系接班的人；接不上，请在“交接”里另请一位或自己接。")
    text = _drill(handover.incident) + words.format(unit=handover.unit.name, post=str(handover), at=_clock(handover.turn_at))
    return [
        Letter(
            key=f"{handover.target}:alarm:{step}:{person.hex}", unit_id=handover.unit_id, person_id=person, text=text, urgency=Urgency.URGENT
        )
        for person in dict.fromkeys(people)
    ]


def _incoming(handover: Handover) -> Sequence[UUID]:
    """Who has the post when its next shift begins; of a whole neighborhood's duty that is its leader, who is told anyway."""
    if not handover.post_code:
        return ()
    rows = Assignment.objects.filter(
        shift__roster__incident=handover.incident_id, shift__roster__state=Roster.State.PUBLISHED, shift__unit=handover.unit_id,
        shift__post__code=handover.post_code, shift__starts_at=handover.begins_at, standby=False,
    )  # fmt: skip
    return list(rows.order_by("seat").values_list("person_id", flat=True))


def _drill(incident: Incident) -> str:
    return _("【演练】") if incident.drill else ""


def _clock(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%m-%d %H:%M")


def sweep_empty(at: datetime) -> int:
    """Raise what is due; returns how many levels were told. Safe to run twice, late, or beside another."""
    return sum(raise_empty(one, at) for one in list(untold(at)))

