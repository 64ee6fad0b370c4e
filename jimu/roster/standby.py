"""Who stands by: people beside the seats of a critical post, at hand from its first minute, who step in when somebody does not come.

A stand-by has a seat of the shift that is marked so. It is duty: it rests, counts and is thanked as any other. To the engine it is a
second shift beside the first, with the same rules; its name is the first one's with a mark at the end.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from jimu.core import live
from jimu.core.errors import Conflict, Invalid
from jimu.core.journal import record
from jimu.core.permissions import SYSTEM, Actor
from jimu.incidents.models import Incident, Post
from jimu.incidents.sections import Section
from jimu.messages.actions import Letter, enqueue
from jimu.messages.models import Urgency
from jimu.playbooks.schema import Calls
from jimu.roster import policy
from jimu.roster.models import Assignment, CheckIn, Roster, Shift
from jimu.roster.writing import lock_roster, missing_people, raise_version, refresh_filled
from jimu_engine.spares import spares

CALLS = Section(lambda playbook: playbook.calls, Calls())
MARK = "+"
MOST = 9
# Who stands by moves up this long before the shift at the latest; before that a lead may fill the seat by hand.
MOVES_UP = timedelta(hours=2)


def seat_id(shift_id: UUID, standby: bool) -> str:
    """What the engine calls the seats of a shift, or of those who stand by at it."""
    return f"{shift_id}{MARK}" if standby else str(shift_id)


def read(name: str) -> tuple[UUID, bool]:
    """The shift behind an engine's name, and whether it means those who stand by."""
    return UUID(name.removesuffix(MARK)), name.endswith(MARK)


def planned(post: Post, incident: Incident) -> int:
    """How many are asked to stand by at a post, by the playbook's no-show rate. Staff, who are paid to come, have their own."""
    terms = CALLS.of_text(incident.playbook_text)
    if post.requested_only or post.priority > terms.standby_rank:
        return 0
    staff = bool(post.kinds) and set(post.kinds) <= policy.STAFF
    return min(MOST, spares(post.needed, policy.NO_SHOW_STAFF if staff else terms.no_show))


def set_spare(*, actor: Actor, at: datetime, shift: Shift, spare: int) -> Shift:
    """Ask for more or fewer people to stand by at a shift; who stands by already stays. Raises Invalid, Conflict, NotPermitted."""
    if not 0 <= spare <= MOST:
        raise Invalid(_("待命人数请填 0 到 %(most)d。") % {"most": MOST}, code="spare_out_of_range")
    with transaction.atomic():
        roster = lock_roster(shift.roster_id)
        actor.require("roster.edit", shift.unit.path)
        if roster.state == Roster.State.SUPERSEDED or shift.ends_at <= at:
            raise Conflict(_("这个班次已经结束，或排班已被新的替代。"), code="shift_over")
        before, shift.spare = shift.spare, spare
        Shift.objects.filter(pk=shift.pk).update(spare=spare)
        raise_version(roster)
        data = {"shift": str(shift.pk), "from": before, "to": spare}
        record(actor=actor, at=at, verb="roster.spare_set", target=f"roster:{roster.pk}", scope=shift.unit.path, data=data)
        live.beat(f"roster:{roster.pk}", f"roll:{shift.unit_id}")
    return shift


def standing_by(shift_ids: Collection[UUID]) -> "QuerySet[Assignment]":
    """Who stands by at these shifts and is not known to be missing: who has arrived first, then by seat."""
    newest = CheckIn.objects.filter(assignment=OuterRef("pk")).order_by("-at", "-id").values("mark")[:1]
    rows = Assignment.objects.filter(shift__in=shift_ids, standby=True).annotate(newest=Coalesce(Subquery(newest), Value("")))
    here_first = Case(When(newest=CheckIn.Mark.ARRIVED, then=Value(0)), default=Value(1))
    gone = [CheckIn.Mark.ABSENT, CheckIn.Mark.LEFT]
    return rows.exclude(newest__in=gone).select_related("person").order_by(here_first, "seat", "pk")


def free_main_seats(shift: Shift) -> int:
    """Seats of a shift at which nobody is expected; who stands by holds none of them. Two queries."""
    taken = Assignment.objects.filter(shift=shift, standby=False).count()
    return max(0, shift.needed - taken + len(missing_people([shift.pk])))


def step_in(*, roster: Roster, shift: Shift, at: datetime, actor: Actor = SYSTEM) -> list[Assignment]:
    """Those who stand by take the free seats of a shift at once. Called under the lock of the roster; harmless when repeated."""
    free = free_main_seats(shift)
    moved = list(standing_by([shift.pk])[:free]) if free else []
    for seat in moved:
        Assignment.objects.filter(pk=seat.pk).update(standby=False)
        seat.standby = False
        data = {"person": str(seat.person_id), "shift": str(shift.pk)}
        record(actor=actor, at=at, verb="roster.stepped_in", target=f"roster:{roster.pk}", scope=shift.unit.path, data=data)
        text = _("有人没来，请您现在顶上：%(unit)s %(post)s。谢谢！") % {"unit": shift.unit.name, "post": shift.post.title}
        letter = Letter(key=f"stepped-in:{seat.pk}", unit_id=shift.unit_id, person_id=seat.person_id, text=text, urgency=Urgency.URGENT)
        enqueue(actor=SYSTEM, at=at, letters=[letter], subject=f"shift:{shift.pk}")
    if moved:
        refresh_filled(roster, [shift.pk])
        raise_version(roster)
        live.beat(f"roster:{roster.pk}", f"roll:{shift.unit_id}", "board")
    return moved


def waiting(at: datetime) -> list[Shift]:
    """Shifts soon or under way with a seat that nobody is expected at, and somebody who stands by and is not missing. Two queries."""
    main = Assignment.objects.filter(shift=OuterRef("pk"), standby=False).order_by().values("shift").annotate(n=Count("pk")).values("n")
    rows = Shift.objects.filter(
        roster__state=Roster.State.PUBLISHED, roster__incident__state=Incident.State.ACTIVE, starts_at__lte=at + MOVES_UP,
        ends_at__gt=at, spare__gt=0, assignments__standby=True,
    )  # fmt: skip
    found = list(rows.annotate(expected=Coalesce(Subquery(main), 0)).filter(expected__lt=F("needed")).distinct())
    able = set(standing_by([shift.pk for shift in found]).values_list("shift_id", flat=True)) if found else set()
    return [shift for shift in found if shift.pk in able]


def sweep(at: datetime) -> int:
    """Move up whoever stands by where a seat came free; returns how many moved. Safe to run twice."""
    moved = 0
    for pk, roster_id in [(shift.pk, shift.roster_id) for shift in waiting(at)]:
        with transaction.atomic():
            roster = lock_roster(roster_id)
            moved += len(step_in(roster=roster, shift=Shift.objects.select_related("unit", "post").get(pk=pk), at=at))
    return moved

