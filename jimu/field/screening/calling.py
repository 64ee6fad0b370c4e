"""Writes of a round under way: who is called, how long the line is, why somebody is not tested."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks, sealed
from jimu.core.errors import Conflict, Invalid, JimuError, NotFound
from jimu.core.permissions import Actor
from jimu.field.households.models import Resident
from jimu.field.screening import queries, rules
from jimu.field.screening.models import Absence, QueueCount, Round, Slot
from jimu.field.screening.setting_up import made_target
from jimu.field.screening.words import REASON_WORDS
from jimu.people.intake import cells

WORK = queries.WORK
LONGEST_NOTE, MOST_WAITING = 200, 5000


def call(*, actor: Actor, at: datetime, slot_id: UUID, done: bool = False) -> Slot:
    """Call a slot down, or note that it is through. Calling again changes nothing. Raises NotBegun's kin outside an open round."""
    with transaction.atomic():
        locks.hold(f"screening:slot:{slot_id}")
        slot = slot_for(actor, slot_id)
        if slot.round.state != Round.State.OPEN:
            raise Conflict(_("这一轮没有在进行，不能叫号。"), code="round_not_open")
        wanted = Slot.State.DONE if done else Slot.State.CALLED
        if slot.state in (wanted, Slot.State.DONE):
            return slot
        slot.state = wanted
        slot.called_at, slot.called_by = slot.called_at or at, slot.called_by or actor.name
        slot.save(update_fields=["state", "called_at", "called_by"])
        where = slot.building or slot.site.unit
        data = {"where": f"{where.name} {slot.entrance} {slot.span}".strip(), "title": slot.round.title}
        verb = "screening.slot_done" if done else "screening.called"
        journal.record(actor=actor, at=at, verb=verb, target=f"slot:{slot.pk}", scope=where.path, data=data)
        live.beat(made_target(slot.round))
    return slot


def slot_for(actor: Actor, slot_id: UUID) -> Slot:
    """A slot at a site of the asker's, or of a building of theirs."""
    slot = Slot.objects.filter(pk=slot_id).select_related("round__unit", "site__unit", "building").first()
    paths = [unit.path for unit in (slot.site.unit, slot.building) if unit] if slot else []
    if slot is None or not any(actor.may(WORK, path) for path in paths):
        raise NotFound
    return slot


def count_queue(*, actor: Actor, at: datetime, round_id: UUID, site_id: UUID, waiting: int, tables: int) -> None:
    """How many stand in line at a site, and how many tables work."""
    with transaction.atomic():
        site = queries.site_for(actor, site_id)
        found = queries.round_for(actor, round_id, WORK)
        if not found.sites.filter(pk=site.pk).exists():
            raise NotFound
        if not 0 <= waiting <= MOST_WAITING or not 0 <= tables <= rules.MOST_TABLES:
            raise Invalid(_("排队人数 0 到 {n}，台数 0 到 {most}。").format(n=MOST_WAITING, most=rules.MOST_TABLES), code="bad_count")
        QueueCount.objects.create(round=found, site=site, waiting=waiting, tables=tables, at=at, by=actor.name)
        data = {"site": site.name, "waiting": waiting, "tables": tables}
        journal.record(actor=actor, at=at, verb="screening.queue_counted", target=made_target(found), scope=site.unit.path, data=data)
        live.beat_sparingly(made_target(found))


@dataclass(frozen=True)
class Missing:
    """Why a resident is not tested; `id` makes telling it twice harmless."""

    id: UUID
    round_id: UUID
    resident_id: UUID
    reason: str
    at: datetime
    note: str = ""


def excuse(*, actor: Actor, told: Missing) -> None:
    """One reason. Raises what `excuse_all` answers."""
    answer = excuse_all(actor=actor, told=[told])[0]
    if answer is not None:
        raise answer


def excuse_all(*, actor: Actor, told: Sequence[Missing]) -> list[JimuError | None]:
    """Many reasons at once, each answered in order."""
    with transaction.atomic():
        rounds = {r.pk: r for r in Round.objects.filter(pk__in={one.round_id for one in told}).select_related("unit")}
        paths = dict(Resident.objects.filter(pk__in={one.resident_id for one in told}).values_list("pk", "room__building__path"))
        answers = [_refusal(actor, one, rounds.get(one.round_id), paths.get(one.resident_id)) for one in told]
        good = {one.id: one for one, error in zip(told, answers, strict=True) if error is None}
        there = set(Absence.objects.filter(pk__in=good).values_list("pk", flat=True))
        fresh = [one for one in good.values() if one.id not in there]
        Absence.objects.bulk_create([
            Absence(
                id=one.id, round_id=one.round_id, resident_id=one.resident_id, reason_sealed=sealed.seal(one.reason),
                note_sealed=sealed.seal(cells.text(one.note)), at=one.at, by=actor.name,
            )
            for one in fresh
        ])  # fmt: skip
        for found in {one.round_id: rounds[one.round_id] for one in fresh}.values():
            mine = [one for one in fresh if one.round_id == found.pk]
            data = {"title": found.title, "n": len(mine)}
            scope = paths[mine[0].resident_id] if len(mine) == 1 else found.unit.path
            journal.record(actor=actor, at=max(one.at for one in mine), verb="screening.reasons_given", target=made_target(found), scope=scope, data=data)
            live.beat_sparingly(made_target(found))
    return answers


def _refusal(actor: Actor, one: Missing, found: Round | None, path: str | None) -> JimuError | None:
    if found is None or path is None or not actor.may(WORK, path) or not path.startswith(found.unit.path):
        return NotFound()
    if one.reason not in REASON_WORDS or len(one.note) > LONGEST_NOTE:
        return Invalid(_("请选一个原因，备注不超过 {n} 字。").format(n=LONGEST_NOTE))
    if found.closed_at is not None and one.at > found.closed_at:
        return Conflict(_("这一轮已经结束，不能再记。"), code="round_not_open")
    return None
