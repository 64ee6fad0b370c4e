"""Reads of handovers: fetched with permission, items with their newest answer, what is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, reached, visible
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.relay import policy, rules
from jimu.relay.models import Handover, HandoverAnswer, HandoverItem
from jimu.relay.reach import HAND, VIEW, handovers_within, leads, stands_at
from jimu.relay.rules import Turn
from jimu.roster.models import Roster, Shift

LISTED = 60


@dataclass(frozen=True)
class Line:
    """An item of a handover with what was last said of it."""

    item: HandoverItem
    verdict: str
    sentence: str
    by: str
    at: datetime | None

    @property
    def open(self) -> bool:
        return rules.is_open(self.verdict)

    @property
    def verdict_name(self) -> str:
        return str(HandoverAnswer.Verdict(self.verdict).label) if self.verdict else ""


@dataclass(frozen=True)
class Sheet:
    """One handover as a page shows it; `may_act` says whether the reader may write in it."""

    handover: Handover
    lines: Sequence[Line]
    may_act: bool
    at: datetime
    newest: bool = True

    @property
    def groups(self) -> list[tuple[str, list[Line]]]:
        """Lines by kind, in the order of the kinds; empty kinds are left out."""
        found = [
            (str(kind.label), [line for line in self.lines if line.item.kind == kind])
            for kind in HandoverItem.Kind
        ]
        return [(label, lines) for label, lines in found if lines]

    @property
    def waiting(self) -> int:
        """Items that the incoming lead has not answered."""
        return sum(not rules.is_answered(line.verdict) for line in self.lines)

    @property
    def disputed(self) -> int:
        return sum(line.verdict == HandoverAnswer.Verdict.DISPUTED for line in self.lines)

    @property
    def acceptable(self) -> bool:
        """Whether the incoming lead may answer now."""
        return can_be_accepted(self.handover, self.at)

    @property
    def late(self) -> bool:
        return self.newest and self.handover.accepted_at is None and self.at >= self.handover.due_at


def can_be_accepted(handover: Handover, at: datetime) -> bool:
    """Whether it was handed over, went on by itself, or its next shift began without a word."""
    return handover.handed_at is not None or handover.carried or at >= handover.begins_at


def handover_for(actor: Actor, handover_id: UUID, at: datetime, right: str = VIEW) -> Handover:
    """A handover that the actor may read, or act on with `relay.hand`. Raises NotFound."""
    found = (
        Handover.objects.select_related("unit", "incident")
        .filter(handovers_within(actor, at, right), pk=handover_id)
        .distinct()
        .first()
    )
    if found is None:
        raise NotFound
    return found


def may_act(actor: Actor, handover: Handover, at: datetime) -> bool:
    """Whether the actor may write in a handover."""
    return Handover.objects.filter(handovers_within(actor, at, HAND), pk=handover.pk).exists()


def sheet(actor: Actor, handover_id: UUID, at: datetime) -> Sheet:
    """One handover with its items. A fixed number of queries. Raises NotFound."""
    found = handover_for(actor, handover_id, at)
    return Sheet(found, lines_of(found), may_act(actor, found, at), at, not _later(found).exists())


def lines_of(handover: Handover) -> list[Line]:
    """The items of a handover, in the order in which they were written. One query."""
    return [_line(item) for item in with_newest(HandoverItem.objects.filter(handover=handover))]


def with_newest(items: "QuerySet[HandoverItem]") -> "QuerySet[HandoverItem]":
    """Items annotated with the parts of their newest answer."""
    newest = HandoverAnswer.objects.filter(item=OuterRef("pk")).order_by("-at", "-id")
    return items.annotate(
        newest=Coalesce(Subquery(newest.values("verdict")[:1]), Value("")),
        newest_sealed=Coalesce(Subquery(newest.values("sentence_sealed")[:1]), Value("")),
        newest_by=Coalesce(Subquery(newest.values("by")[:1]), Value("")),
        newest_at=Subquery(newest.values("at")[:1]),
    )


def _line(item: HandoverItem) -> Line:
    said = HandoverAnswer(sentence_sealed=item.newest_sealed)  # type: ignore[attr-defined]
    return Line(item, item.newest, said.sentence, item.newest_by, item.newest_at)  # type: ignore[attr-defined]


def line_for(actor: Actor, item_id: UUID, at: datetime, right: str = HAND) -> Line:
    """One item on a handover that the actor may act on. Raises NotFound."""
    within = Handover.objects.filter(handovers_within(actor, at, right)).values("pk")
    item = with_newest(HandoverItem.objects.filter(handover__in=within, pk=item_id)).select_related(
        "handover__unit", "handover__incident"
    ).first()
    if item is None:
        raise NotFound
    return _line(item)


def _later(handover: Handover) -> "QuerySet[Handover]":
    return Handover.objects.filter(
        incident=handover.incident_id, unit=handover.unit_id, post_code=handover.post_code,
        turn_at__gt=handover.turn_at,
    )  # fmt: skip


def newest_of_each() -> "QuerySet[Handover]":
    """Of active incidents, the newest handover of each place and post: what was before lives on in it."""
    return newest_of(Handover.objects.filter(incident__state=Incident.State.ACTIVE))


def newest_of(rows: "QuerySet[Handover]") -> "QuerySet[Handover]":
    """Of some handovers those that no later one of their place and post follows."""
    later = Handover.objects.filter(
        incident=OuterRef("incident"), unit=OuterRef("unit"), post_code=OuterRef("post_code"),
        turn_at__gt=OuterRef("turn_at"),
    )  # fmt: skip
    return rows.filter(~Exists(later)).select_related("unit", "incident")


def late(at: datetime) -> "QuerySet[Handover]":
    """Handovers that are not accepted although they are due, the oldest first."""
    return newest_of_each().filter(accepted_at=None, due_at__lte=at).order_by("due_at", "pk")


def late_for(actor: Actor, at: datetime) -> "QuerySet[Handover]":
    """The late ones on the actor's part of the grid. One query."""
    return late(at).filter(reached(actor, VIEW, "unit__path"))


def handovers_for(actor: Actor, at: datetime) -> list[Handover]:
    """The handovers that count now and that the actor may read: late ones first, then by time. One query."""
    rows = newest_of_each().filter(handovers_within(actor, at)).distinct()
    waiting = Count("items", filter=Q(items__answers=None), distinct=True)
    found = list(rows.annotate(item_count=Count("items", distinct=True), waiting_count=waiting)[:LISTED])
    for one in found:
        one.is_late = one.accepted_at is None and at >= one.due_at  # type: ignore[attr-defined]
    return sorted(found, key=lambda one: (not one.is_late, one.accepted_at is not None, one.turn_at))  # type: ignore[attr-defined]


def minutes_of(incident: Incident) -> int:
    """Minutes after the incoming shift began by which its lead must have accepted."""
    given = getattr(incident, "relay_policy", None)
    return given.accept_minutes if given else policy.ACCEPT_MINUTES


@dataclass(frozen=True)
class Set:
    """How soon the handovers of one incident must be accepted."""

    incident: Incident
    minutes: int


def policies_for(actor: Actor) -> list[Set]:
    """The settings of active incidents that the actor may change. One query."""
    if not actor.may("relay.set"):
        return []
    rows = Incident.objects.filter(visible(actor, "relay.set", "scope"), state=Incident.State.ACTIVE)
    return [Set(one, minutes_of(one)) for one in rows.select_related("relay_policy")]


@dataclass(frozen=True)
class Duty:
    """What can be handed over at a place: a post, or the whole neighborhood (an empty code), with its turns."""

    incident: Incident
    unit: Unit
    post_code: str
    post_title: str
    turns: Sequence[Turn]

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.incident.pk}|{self.unit.pk}|{self.post_code}"


def places_for(actor: Actor, at: datetime) -> list[Unit]:
    """Neighborhoods with shifts around now where the actor may open a handover. Up to four queries."""
    around = Shift.objects.filter(
        roster__state=Roster.State.PUBLISHED, roster__incident__state=Incident.State.ACTIVE,
        ends_at__gt=at - policy.TURNS_BACK, starts_at__lt=at + policy.TURNS_AHEAD,
    )  # fmt: skip
    own = {*leads(actor.person_id), *(unit_id for unit_id, _code in stands_at(actor.person_id, at))}
    mine = Q(pk__in=own) | (reached(actor, HAND) if actor.paths(HAND) else Q(pk__in=[]))
    return list(Unit.objects.filter(mine, kind=Unit.Kind.NEIGHBORHOOD, pk__in=around.values("unit")).order_by("path"))


def duties_for(actor: Actor, unit_id: UUID, at: datetime) -> tuple[Unit, list[Duty]]:
    """A neighborhood and what the actor may hand over there. Raises NotFound."""
    unit = next((one for one in places_for(actor, at) if one.pk == unit_id), None)
    if unit is None:
        raise NotFound
    found = duties_at(unit, at)
    if Unit.objects.filter(reached(actor, HAND), pk=unit.pk).exists() or unit.pk in leads(actor.person_id):
        return unit, found
    held = {code for at_unit, code in stands_at(actor.person_id, at) if at_unit == unit.pk}
    return unit, [duty for duty in found if duty.post_code in held]


def duties_at(unit: Unit, at: datetime, incident_id: UUID | None = None) -> list[Duty]:
    """The duties of a neighborhood with the turns around now: its own first, then post by post. One query."""
    rows = Shift.objects.filter(
        unit=unit,
        roster__state=Roster.State.PUBLISHED,
        roster__incident__state=Incident.State.ACTIVE,
        post__requested_only=False,
        ends_at__gt=at - policy.TURNS_BACK,
        starts_at__lt=at + policy.TURNS_AHEAD,
    ).select_related("post", "roster__incident")
    if incident_id:
        rows = rows.filter(roster__incident=incident_id)
    spans: dict[tuple[UUID, str], list[rules.Span]] = {}
    known: dict[UUID, Incident] = {}
    titles: dict[str, str] = {}
    for shift in rows.order_by("post__priority", "post__title", "starts_at"):
        incident = known.setdefault(shift.roster.incident_id, shift.roster.incident)
        titles.setdefault(shift.post.code, shift.post.title)
        for code in ("", shift.post.code):
            spans.setdefault((incident.pk, code), []).append((shift.starts_at, shift.ends_at))
    found = [Duty(known[pk], unit, code, titles.get(code, ""), _near(spans[pk, code], at)) for pk, code in spans]
    return sorted((duty for duty in found if duty.turns), key=lambda duty: duty.post_code != "")


def _near(spans: Sequence[rules.Span], at: datetime) -> list[Turn]:
    return [turn for turn in rules.turns(spans) if at - policy.TURNS_BACK < turn.ends_at < at + policy.TURNS_AHEAD / 2]
