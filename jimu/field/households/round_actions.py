"""Survey rounds: opened, knocked, closed. Knocks come one by one from a page, or many at once from a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jimu.core import bulk, journal, live, locks, sealed
from jimu.core.errors import Conflict, Invalid, JimuError, NotFound
from jimu.core.permissions import Actor, under
from jimu.field.households import round_queries
from jimu.field.households.form_queries import offered_at
from jimu.field.households.models import Change, Room, Round, Visit
from jimu.field.households.queries import place_for
from jimu.grid.models import Unit

MANAGE, RECORD = "households.edit", "households.record"
MOST_PAIRS, LONGEST_NOTE = 40, 200
BECOMES = {
    Visit.Result.ANSWERED: Room.State.CHECKED, Visit.Result.SECOND: Room.State.AWAY, Visit.Result.MOVED: Room.State.MOVED,
    Visit.Result.EMPTY: Room.State.EMPTY, Visit.Result.REFUSED: Room.State.REFUSED,
}  # fmt: skip


@dataclass(frozen=True)
class Knock:
    """A knock as it is told; `id` makes telling it twice harmless."""

    id: UUID
    round_id: UUID
    room_id: UUID
    result: str
    at: datetime
    note: str = ""


def open_round(*, actor: Actor, at: datetime, unit_id: UUID, title: str, pairs: int, form_id: UUID | None = None) -> Round:
    """Begin a round of a block or a building, with a form to ask at each door if one is named. Raises Conflict while one is open there, Invalid where there are no doors."""
    with transaction.atomic():
        locks.hold("households")
        unit = place_for(actor, unit_id, (Unit.Kind.BLOCK, Unit.Kind.BUILDING))
        actor.require(MANAGE, unit.path)
        if not 1 <= pairs <= MOST_PAIRS:
            raise Invalid(_("分成 1 到 {n} 对。").format(n=MOST_PAIRS), code="bad_pairs")
        if not Room.objects.filter(under([unit.path], "building__path")).exists():
            raise Invalid(_("这里还没有室号。先导入台账或登记室号，再开始入户。"), code="no_doors")
        form = next((one for one in offered_at(unit) if one.pk == form_id), None)
        if form_id is not None and form is None:
            raise NotFound
        try:
            with transaction.atomic():
                made = Round.objects.create(form=form, unit=unit, title=title.strip()[:60] or _("入户排摸"), pairs=pairs, opened_at=at, opened_by=actor.name)
        except IntegrityError as error:
            raise Conflict(_("这里的入户还没有结束。"), code="round_open") from error
        data = {"title": made.title, "pairs": pairs}
        journal.record(actor=actor, at=at, verb="ledger.round_opened", target=f"round:{made.pk}", scope=unit.path, data=data)
        live.beat("households")
    return made


def close_round(*, actor: Actor, at: datetime, round_id: UUID) -> Round:
    """End a round; what phones still hold of it from before counts when it arrives."""
    with transaction.atomic():
        locks.hold("households")
        found = round_queries.round_for(actor, round_id, MANAGE)
        if found.closed_at is not None:
            raise Conflict
        found.closed_at = at
        found.save(update_fields=["closed_at"])
        journal.record(actor=actor, at=at, verb="ledger.round_closed", target=f"round:{found.pk}", scope=found.unit.path, data={"title": found.title})
        live.beat("households")
    return found


def knock(*, actor: Actor, told: Knock) -> None:
    """One knock. Raises what `knock_all` answers."""
    answer = knock_all(actor=actor, told=[told])[0]
    if answer is not None:
        raise answer


def knock_all(*, actor: Actor, told: Sequence[Knock]) -> list[JimuError | None]:
    """Many knocks in one transaction; each is answered in order by the error that refused it, or None."""
    with transaction.atomic():
        locks.hold("households")
        rounds = {r.pk: r for r in Round.objects.filter(pk__in={one.round_id for one in told}).select_related("unit")}
        rooms = {r.pk: r for r in Room.objects.filter(pk__in={one.room_id for one in told}).select_related("building")}
        answers = [_refusal(actor, one, rounds.get(one.round_id), rooms.get(one.room_id)) for one in told]
        good = [one for one, error in zip(told, answers, strict=True) if error is None]
        there = set(Visit.objects.filter(pk__in=[one.id for one in good]).values_list("pk", flat=True))
        fresh = list({one.id: one for one in good if one.id not in there}.values())
        if fresh:
            _write(actor, fresh, rounds, rooms)
    return answers


def _refusal(actor: Actor, one: Knock, found: Round | None, room: Room | None) -> JimuError | None:
    if found is None or room is None or not actor.may(RECORD, room.building.path) or not room.building.path.startswith(found.unit.path):
        return NotFound()
    if one.result not in BECOMES or len(one.note) > LONGEST_NOTE:
        return Invalid()
    if found.closed_at is not None and one.at > found.closed_at:
        return Conflict(_("这一轮入户已经结束。"), code="round_closed")
    return None


def _write(actor: Actor, fresh: Sequence[Knock], rounds: dict[UUID, Round], rooms: dict[UUID, Room]) -> None:
    latest = dict(Visit.objects.filter(room__in=[one.room_id for one in fresh]).values_list("room").annotate(last=Max("at")))
    changed: dict[UUID, Room] = {}
    changes: list[Change] = []
    for one in sorted(fresh, key=lambda o: o.at):
        room, state = rooms[one.room_id], BECOMES[Visit.Result(one.result)].value
        # What comes late does not undo what was found since.
        if one.at < latest.get(room.pk, one.at):
            continue
        latest[room.pk] = one.at
        if room.state != state:
            before, after = sealed.seal(room.state), sealed.seal(state)
            changes.append(Change(room=room, field="state", before_sealed=before, after_sealed=after, at=one.at, by=actor.name, source=rounds[one.round_id].title))
            room.state, room.updated_at = state, one.at
            changed[room.pk] = room
    bulk.insert([
        Visit(id=one.id, round_id=one.round_id, room_id=one.room_id, result=one.result, note_sealed=sealed.seal(one.note), at=one.at, by=actor.name) for one in fresh
    ])  # fmt: skip
    bulk.update(list(changed.values()), ["state", "updated_at"])
    bulk.insert(changes)
    for found in {one.round_id: rounds[one.round_id] for one in fresh}.values():
        count = sum(1 for one in fresh if one.round_id == found.pk)
        at = max(one.at for one in fresh)
        journal.record(actor=actor, at=at, verb="ledger.visited", target=f"round:{found.pk}", scope=found.unit.path, data={"title": found.title, "visits": count})
    live.beat("households")
