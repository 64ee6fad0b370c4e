"""What the laboratory says of tubes, typed in or read from its list; and single tubes prepared for whom must be sampled again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks, sealed
from jimu.core.errors import Conflict, NotFound
from jimu.core.permissions import Actor
from jimu.field.screening import queries
from jimu.field.screening.models import Scan, Tube, TubeEvent
from jimu.field.screening.scanning import clean
from jimu.field.screening.setting_up import made_target

RESULTS, POSITIVE = queries.RESULTS, queries.POSITIVE
#: After these everybody of the tube is sampled again.
AGAIN = (Tube.Result.POSITIVE, Tube.Result.INCONCLUSIVE, Tube.Result.VOID)


@dataclass(frozen=True)
class Given:
    """One line of a laboratory's list."""

    tube: str
    result: str
    row: int = 0


@dataclass(frozen=True)
class Outcome:
    """What became of a list: how many were written, how many stood so already, the lines that were not taken with the reason."""

    written: int
    same: int
    refused: Sequence[tuple[int, str, str]]
    positive: int


def record(*, actor: Actor, at: datetime, round_id: UUID, given: Sequence[Given], source: str = "") -> Outcome:
    """Write results of tubes of a round. A later result stands over an earlier one, which stays in the tube's story.

    A line of an unknown tube, or of one that is still open, is refused and the others are written.
    """
    with transaction.atomic():
        locks.hold(f"screening:{round_id}")
        found = queries.round_for(actor, round_id, RESULTS)
        tubes = {tube.code: tube for tube in Tube.objects.filter(round=found, code__in={clean(one.tube) for one in given})}
        refused, events, changed, same = [], [], {}, 0
        for one in given:
            tube = tubes.get(clean(one.tube))
            fault = _fault(tube, one)
            if tube is None or fault:
                refused.append((one.row, one.tube[:40], fault))
                continue
            if tube.result == one.result:
                same += 1
                continue
            tube.result_sealed, tube.result_at = sealed.seal(one.result), at
            changed[tube.pk] = tube
            events.append(TubeEvent(tube=tube, kind=TubeEvent.Kind.RESULT, at=at, by=actor.name, note_sealed=tube.result_sealed))
        Tube.objects.bulk_update(changed.values(), ["result_sealed", "result_at"], batch_size=200)
        TubeEvent.objects.bulk_create(events, batch_size=500)
        if changed:
            data = {"title": found.title, "tubes": len(changed), "source": source[:60]}
            journal.record(actor=actor, at=at, verb="screening.results", target=made_target(found), scope=found.unit.path, data=data)
            live.beat(made_target(found))
    positive = sum(1 for tube in changed.values() if tube.result == Tube.Result.POSITIVE)
    return Outcome(len(changed), same, refused, positive)


def _fault(tube: Tube | None, one: Given) -> str:
    if one.result not in Tube.Result.values:
        return _("结果读不懂")
    if tube is None:
        return _("这一轮没有这支管")
    if tube.sealed_at is None:
        return _("这支管还没有封（手机上的记录可能还没传到）")
    return ""


def prepare_again(*, actor: Actor, at: datetime, tube_id: UUID) -> list[Tube]:
    """Single tubes, one for each person of a tube whose result asks for another sample; those that are prepared already stay."""
    with transaction.atomic():
        tube = again_tube(actor, tube_id)
        locks.hold(f"screening:{tube.round_id}")
        ready = {one.expects_id for one in Tube.objects.filter(after=tube)}
        people = list(dict.fromkeys(
            Scan.objects.filter(tube=tube, struck_at=None, resident__isnull=False).order_by("at", "pk").values_list("resident", flat=True)
        ))  # fmt: skip
        codes = _free_codes(tube)
        made = [
            Tube(
                round=tube.round, site=tube.site, code=next(codes), table=tube.table, capacity=1, opened_at=at, opened_by=actor.name, after=tube, expects_id=resident,
            )
            for resident in people if resident not in ready
        ]  # fmt: skip
        Tube.objects.bulk_create(made)
        TubeEvent.objects.bulk_create([TubeEvent(tube=one, kind=TubeEvent.Kind.PREPARED, at=at, by=actor.name) for one in made])
        if made:
            data = {"tube": tube.code, "n": len(made)}
            journal.record(actor=actor, at=at, verb="screening.prepared", target=f"tube:{tube.pk}", scope=tube.round.unit.path, data=data)
            live.beat(made_target(tube.round))
    return made


def _free_codes(tube: Tube) -> Iterator[str]:
    """Barcodes for single tubes of a tube. Who comes late or is known only later gets a number of their own, whatever place among the others."""
    stem = f"{tube.code[:36]}-"
    there = set(Tube.objects.filter(round=tube.round_id, code__startswith=stem).values_list("code", flat=True))
    return (code for number in count(1) if (code := f"{stem}{number:02d}") not in there)


def owners(tubes: Iterable[Tube]) -> dict[UUID, UUID]:
    """Tubes in which one person is and nobody else can be: tube → resident. What such a tube says, it says of that person."""
    alone = {tube.pk: tube for tube in tubes if tube.taken == 1 and not tube.missing}
    inside: dict[UUID, set[UUID | None]] = {}
    for tube, resident, doubt in Scan.objects.filter(tube__in=alone, struck_at=None).values_list("tube", "resident", "doubt"):
        # Whoever a scan in doubt is of may be somebody else: of two codes somebody may have said that they are two people.
        inside.setdefault(tube, set()).add(None if doubt else resident)
    return {tube: one for tube, people in inside.items() if len(people) == 1 and (one := next(iter(people))) is not None}


def again_tube(actor: Actor, tube_id: UUID) -> Tube:
    """A tube of which a recall may be read. Raises NotFound for those who may not, Conflict when nothing calls for one."""
    tube = Tube.objects.filter(pk=tube_id).select_related("round__unit", "site__unit").first()
    if tube is None or not actor.may(POSITIVE, tube.round.unit.path):
        raise NotFound
    if tube.result not in AGAIN:
        raise Conflict(_("{tube} 管没有需要复采的结果。").format(tube=tube.code), code="nothing_to_recall")
    return tube

