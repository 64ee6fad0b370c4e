"""What a person has to decide of scans: somebody in two tubes, a scan in doubt, a code that nobody knows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Max, QuerySet
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks, sealed
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.field.households.models import Resident
from jimu.field.screening import queries
from jimu.field.screening.models import KnownCode, Round, Scan, Settlement, Tube
from jimu.field.screening.setting_up import made_target

PLAN = queries.PLAN
SHOWN = 60
Verdict = Settlement.Verdict


@dataclass(frozen=True)
class Double:
    """Somebody who is in several tubes of a round."""

    resident: Resident
    scans: Sequence[Scan]


@dataclass(frozen=True)
class Open:
    """All of a round that waits for a person."""

    doubles: Sequence[Double]
    doubts: Sequence[Scan]
    unknown: int
    strangers: Sequence[Scan]
    short: Sequence[Tube]

    @property
    def count(self) -> int:
        """Without codes of strangers: those may stay unknown."""
        return len(self.doubles) + len(self.doubts) + len(self.short)


def waiting(found: Round) -> Open:
    """What waits. A second sample that a result asked for is no double."""
    scans = Scan.objects.filter(round=found, struck_at=None).select_related("tube__site", "resident__room__building").order_by("at", "pk")
    doubts = list(_doubts([found]).select_related("tube__site", "resident__room__building").order_by("at", "pk")[:SHOWN])
    strangers = scans.filter(resident=None)
    short = list(_short([found]).select_related("site").order_by("sealed_at")[:SHOWN])
    return Open(_doubles([found]), doubts, strangers.count(), list(strangers[:SHOWN]), short)


def counts(rounds: Sequence[Round]) -> dict[UUID, int]:
    """How much waits in each of several rounds, of every kind that has to be decided. Five queries."""
    found = Counter(double.scans[0].round_id for double in _doubles(rounds))
    for rows in (_doubts(rounds), _short(rounds)):
        found.update(dict(rows.values_list("round").annotate(n=Count("pk")).order_by()))
    return dict(found)


def _doubts(rounds: Sequence[Round]) -> "QuerySet[Scan]":
    settled = Settlement.objects.filter(round__in=rounds, resident=None).values("scan")
    return Scan.objects.filter(round__in=rounds, struck_at=None).exclude(doubt="").exclude(pk__in=settled)


def _short(rounds: Sequence[Round]) -> "QuerySet[Tube]":
    """Tubes of which fewer scans came than whoever sealed them saw."""
    return Tube.objects.filter(round__in=rounds, said__gt=F("taken"))


def _doubles(rounds: Sequence[Round]) -> list[Double]:
    void = [tube.pk for tube in Tube.objects.filter(round__in=rounds).exclude(result_sealed="") if tube.result == Tube.Result.VOID]
    once = Scan.objects.filter(round__in=rounds, struck_at=None, resident__isnull=False, tube__after=None).exclude(tube__in=void)
    twice = once.values("round", "resident").annotate(n=Count("tube", distinct=True)).filter(n__gt=1).order_by().values("resident")
    scans: dict[tuple[UUID, UUID | None], list[Scan]] = {}
    for scan in once.filter(resident__in=twice).select_related("tube__site", "resident__room__building").order_by("at", "pk"):
        scans.setdefault((scan.round_id, scan.resident_id), []).append(scan)
    # Whoever is in two tubes of one round may well be in one of another.
    scans = {who: ones for who, ones in scans.items() if len({one.tube_id for one in ones}) > 1}
    # Who found both right settles what is there: another scan after that is a new question.
    both = Settlement.objects.filter(round__in=rounds, resident__in={who for _round, who in scans}, verdict=Verdict.BOTH)
    settled = {(found, who): last for found, who, last in both.values_list("round", "resident").annotate(last=Max("at")).order_by()}
    scans = {who: ones for who, ones in scans.items() if who not in settled or any(one.received_at > settled[who] for one in ones)}
    return [Double(ones[0].resident, ones) for ones in scans.values() if ones[0].resident]


def settle(*, actor: Actor, at: datetime, scan_id: UUID, verdict: str, double: bool = False) -> Scan:
    """Decide of a scan: nobody of it is in the tube (it counts no more), or it stands. Raises Conflict when it was struck before.

    With `double` the question was a person in several tubes: `both` keeps them all.
    """
    with transaction.atomic():
        scan = queries.scan_for(actor, scan_id)
        locks.hold(f"screening:tube:{scan.round_id}:{scan.tube.code}")
        scan = queries.scan_for(actor, scan_id)
        if scan.struck_at is not None:
            raise Conflict(_("这一次扫码已经有人处理过了。"))
        if verdict not in Verdict.values:
            raise Invalid
        resident_id = scan.resident_id if double else None
        Settlement.objects.create(round=scan.round, scan=scan, resident_id=resident_id, verdict=verdict, at=at, by=actor.name)
        if verdict == Verdict.BOTH and scan.doubt == Scan.Doubt.TWO and not double:
            _counted(scan)
        if verdict == Verdict.STRUCK:
            Scan.objects.filter(pk=scan.pk).update(struck_at=at)
            if not scan.doubt:
                # Its place in a sealed tube stays empty: what was sealed holds what it held.
                Tube.objects.filter(pk=scan.tube_id, sealed_at=None).update(taken=F("taken") - 1)
        journal.record(
            actor=actor, at=at, verb="screening.settled", target=f"scan:{scan.pk}", scope=scan.round.unit.path,
            data={"tube": scan.tube.code, "verdict": verdict},
        )  # fmt: skip
        live.beat(made_target(scan.round))
    return scan


def _counted(scan: Scan) -> None:
    """Two people they are: it counts, where the tube has room by its numbers."""
    if Tube.objects.filter(pk=scan.tube_id, taken__lt=F("capacity")).update(taken=F("taken") + 1):
        Scan.objects.filter(pk=scan.pk).update(doubt="")


def match(*, actor: Actor, at: datetime, scan_id: UUID, resident_id: UUID) -> int:
    """Say whose an unknown code is: all its scans in every round become theirs, and it is known from now on. Returns how many."""
    with transaction.atomic():
        scan = queries.scan_for(actor, scan_id)
        resident = Resident.objects.filter(pk=resident_id, left_at=None).select_related("room__building").first()
        if resident is None or not actor.may(PLAN, resident.room.building.path):
            raise NotFound
        if scan.resident_id is not None or not scan.code_index:
            raise Conflict(_("这个码已经对上人了。"))
        locks.hold(f"screening:code:{scan.code_index}")
        KnownCode.objects.update_or_create(code_index=scan.code_index, defaults={"resident": resident, "at": at, "by": actor.name})
        count = Scan.objects.filter(code_index=scan.code_index, resident=None).update(resident=resident, code_sealed="")
        journal.record(
            actor=actor, at=at, verb="screening.matched", target=f"resident:{resident.pk}", scope=resident.room.building.path, data={"n": count},
        )  # fmt: skip
        live.beat(made_target(scan.round))
    return count


def shown_code(scan: Scan) -> str:
    """The end of an unknown code, by which a person tells it from others; of an ID number its ends."""
    text = sealed.unseal(scan.code_sealed)
    return sealed.mask_id_number(text) if scan.how == Scan.How.ID else f"…{text[-6:]}"
