"""The report of a round: turnout, who was not tested and why, tubes, times. Read anew each time, so that what came late is in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min

from jimu.core.permissions import Actor
from jimu.field.screening import queries, untested
from jimu.field.screening.models import Round, Scan, Tube
from jimu.field.screening.words import REASON_WORDS


@dataclass(frozen=True)
class Tubes:
    """Tubes of a round by what became of them; `late` came to the laboratory after their time, or have not come and it is over."""

    count: int
    sealed: int
    received: int
    late: int
    results: Sequence[tuple[str, str, int]]
    pending: int


@dataclass(frozen=True)
class Report:
    """What a round came to. `arrived_late` are scans that came after it was closed."""

    round: Round
    turnout: untested.Turnout
    buildings: Sequence[untested.BuildingLine]
    reasons: Sequence[tuple[str, int]]
    tubes: Tubes
    scans: int
    strangers: int
    first_at: datetime | None
    last_at: datetime | None
    arrived_late: int
    way_minutes: int

    @property
    def per_hour(self) -> int:
        """Samples an hour from the first to the last scan."""
        if not self.first_at or not self.last_at or self.last_at <= self.first_at:
            return 0
        return round(self.scans / ((self.last_at - self.first_at) / timedelta(hours=1)))


def report_of(actor: Actor, found: Round, at: datetime) -> Report:
    """The report of the asker's part; tubes and times are of the whole round."""
    buildings, turnout = untested.buildings_of(actor, found)
    paths = untested.parts(actor, found)
    tested = untested.tested_ids(found, paths)
    given = Counter(row.reason for pk, row in untested.reasons_in(found, paths).items() if pk not in tested)
    unsaid = turnout.expected - turnout.tested - sum(given.values())
    reasons = [(str(REASON_WORDS.get(code, code)), n) for code, n in given.most_common()] + ([("", unsaid)] if unsaid > 0 else [])
    scans = Scan.objects.filter(round=found, struck_at=None)
    times = scans.aggregate(first=Min("at"), last=Max("at"))
    late = scans.filter(received_at__gt=found.closed_at).count() if found.closed_at else 0
    tubes, way = tubes_of(found, at)
    return Report(
        found, turnout, buildings, reasons, tubes, scans.count(), scans.filter(resident=None).count(), times["first"], times["last"], late, way
    )


def tubes_of(found: Round, at: datetime) -> tuple[Tubes, int]:
    """Tubes counted, and the mean way from first swab to laboratory in minutes."""
    # A single tube that is prepared and not used yet is no tube of the round.
    lines = [line for line in queries.tube_lines(found, at) if line.tube.taken or line.tube.sealed_at]
    results = Counter(line.tube.result for line in lines if line.tube.result_sealed)
    received = [(t.first_at, t.batch.received_at) for t in (line.tube for line in lines) if t.batch and t.batch.received_at and t.first_at]
    ways = [(end - begin) // timedelta(minutes=1) for begin, end in received if end]
    over = sum(1 for way in ways if way > found.lab_minutes) + sum(1 for line in lines if line.clock and line.clock.minutes < 0 and (line.tube.taken or line.tube.said))
    sealed = sum(1 for line in lines if line.tube.sealed_at)
    named = [(code, str(label), results.get(code, 0)) for code, label in Tube.Result.choices]
    counted = Tubes(len(lines), sealed, len(received), over, named, sealed - sum(results.values()))
    return counted, round(sum(ways) / len(ways)) if ways else 0
