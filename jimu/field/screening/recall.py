"""The recall of a tube: everybody in it, who lives with them and shares their kitchen, and where the single tubes stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jimu.core import journal
from jimu.core.permissions import Actor
from jimu.field.households import case_queries
from jimu.field.households.models import Case, Resident, Room
from jimu.field.households.words import group_words
from jimu.field.screening import results
from jimu.field.screening.models import Absence, Round, Scan, Tube
from jimu.field.screening.results import again_tube
from jimu.field.screening.words import REASON_WORDS
from jimu.grid.splitting import natural


@dataclass(frozen=True)
class Called:
    """Somebody of the tube. `mine`: on the reader's part, so that a phone may be asked for; `single` is the tube prepared for them.

    `positive` is a tube with this person alone in it that tested so; `case` what the register has of it, both only for who may read and record cases there.
    """

    scan: Scan
    resident: Resident
    mine: bool
    household: Sequence[Resident]
    kitchen: Sequence[Room]
    single: Tube | None
    where: str
    groups: Sequence[str]
    positive: Tube | None = None
    case: Case | None = None


@dataclass(frozen=True)
class Recall:
    """A tube's recall. `unknown` are scans of codes that nobody knows: whoever they are is in the tube too; `missing` never came.
    `single`: one person is in it and nobody else, so that its result is theirs."""

    tube: Tube
    round: Round
    people: Sequence[Called]
    unknown: Sequence[Scan]
    missing: int
    single: bool = False

    @property
    def prepared(self) -> int:
        """For how many a single tube is there, used or not."""
        return sum(one.single is not None for one in self.people)

    @property
    def sampled(self) -> int:
        """How many were sampled again."""
        return sum(one.single is not None and one.single.taken > 0 for one in self.people)


def read(*, actor: Actor, at: datetime, tube_id: UUID) -> Recall:
    """The list, with the look on record. Raises NotFound for whoever may not read it."""
    with transaction.atomic():
        tube = again_tube(actor, tube_id)
        journal.record(actor=actor, at=at, verb="screening.recalled", target=f"tube:{tube.pk}", scope=tube.round.unit.path, data={"tube": tube.code})
    scans = list(Scan.objects.filter(tube=tube, struck_at=None).select_related("resident__room__building").order_by("at", "pk"))
    residents = {scan.resident_id: scan.resident for scan in scans if scan.resident}
    rooms = {resident.room_id: resident.room for resident in residents.values()}
    living: dict[UUID, list[Resident]] = {}
    for one in Resident.objects.filter(room__in=rooms, left_at=None).order_by("-head", "created_at", "pk"):
        living.setdefault(one.room_id, []).append(one)
    sharing = _sharing(list(rooms.values()))
    singles = {single.expects_id: single for single in Tube.objects.filter(after=tube)}
    alone, cases = _positive(actor, [tube, *singles.values()], residents)
    away = {row.resident_id: row for row in Absence.objects.filter(round=tube.round, resident__in=residents).order_by("at", "pk")}
    people = []
    for scan in scans:
        resident = scan.resident
        if resident is None:
            continue
        mine = actor.may("households.reveal", resident.room.building.path)
        others = [one for one in living.get(resident.room_id, []) if one.pk != resident.pk]
        where = str(REASON_WORDS.get(away[resident.pk].reason, "")) if resident.pk in away else ""
        people.append(Called(
            scan, resident, mine, others, sharing.get(resident.room_id, []), singles.get(resident.pk), where, group_words(resident.groups),
            alone.get(resident.pk), cases.get(resident.pk),
        ))  # fmt: skip
    people.sort(key=lambda one: (natural(one.resident.room.building.name), natural(one.resident.room.number)))
    return Recall(tube, tube.round, people, [scan for scan in scans if scan.resident is None], tube.missing, single=tube.pk in results.owners([tube]))


def _positive(actor: Actor, tubes: Sequence[Tube], residents: Mapping[UUID | None, Resident | None]) -> tuple[dict[UUID, Tube], dict[UUID, Case]]:
    """Of people whose own tube is positive that tube, and the case that was recorded since; where the reader may record cases."""
    bad = {tube.pk: tube for tube in tubes if tube.result == Tube.Result.POSITIVE}
    found = {
        pk: bad[tube] for tube, pk in results.owners(bad.values()).items() if (one := residents.get(pk)) and actor.may(case_queries.HEALTH, one.room.building.path)
    }
    since = min((tube.result_at for tube in found.values() if tube.result_at), default=None)
    return found, case_queries.recorded(found, since) if since else {}


def _sharing(rooms: Sequence[Room]) -> dict[UUID, list[Room]]:
    """Of each room the others of its kitchen."""
    found = Room.objects.filter(building__in={room.building_id for room in rooms}).exclude(kitchen="")
    groups: dict[tuple[UUID, str], list[Room]] = {}
    for room in found:
        groups.setdefault((room.building_id, room.kitchen), []).append(room)
    return {
        room.pk: sorted((o for o in groups.get((room.building_id, room.kitchen), []) if o.pk != room.pk), key=lambda o: natural(o.number))
        for room in rooms if room.kitchen
    }  # fmt: skip
