"""The report of a round as a table to send upwards: all of it, by block and by building, filled in from the ledger and the scans."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import downloads, workbooks
from jimu.core.permissions import STEP, Actor
from jimu.field.screening import queries, reporting, untested
from jimu.field.screening.models import Round
from jimu.field.screening.populace import living_in
from jimu.field.screening.untested import Turnout
from jimu.field.screening.words import REASONS
from jimu.grid.models import Unit
from jimu.grid.splitting import natural


@dataclass
class Line:
    """A place with how far it is, and its people who were not sampled by the reason that somebody gave."""

    turnout: Turnout = field(default_factory=Turnout)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def left(self) -> int:
        """Those who should have been sampled and were not, whatever the reason."""
        return max(0, self.turnout.expected - self.turnout.tested)

    def add(self, other: "Line") -> None:
        """Count another place in."""
        self.turnout.add(other.turnout)
        self.reasons.update(other.reasons)

    def cells(self) -> list[object]:
        """The figures in the order of the head; the last one is those of whom nobody said why."""
        given = [self.reasons[code] for code, _words in REASONS]
        return [self.turnout.expected, self.turnout.tested, f"{self.turnout.percent}%", self.left, *given, max(0, self.left - sum(given))]


def lines_of(actor: Actor, found: Round) -> dict[Unit, Line]:
    """Every building of the asker's part, in its order on the grid."""
    paths = untested.parts(actor, found)
    given = untested.reasons_in(found, paths)
    for resident in untested.tested_ids(found, paths):
        given.pop(resident, None)
    where = dict(living_in(paths).filter(pk__in=given).values_list("pk", "room__building"))
    reasons: dict[UUID, Counter[str]] = {}
    for resident, building in where.items():
        reasons.setdefault(building, Counter())[given[resident].reason] += 1
    lines = sorted(untested.buildings_of(actor, found)[0], key=lambda one: (one.building.path[:-STEP], natural(one.building.name)))
    return {one.building: Line(one.turnout, reasons.get(one.building.pk, Counter())) for one in lines}


def workbook(actor: Actor, found: Round, at: datetime) -> bytes:
    """The table. How many tubes were positive stands in it only for who may read results, as on the page."""
    lines = lines_of(actor, found)
    around = {unit.path: unit.name for unit in Unit.objects.filter(path__in={unit.path[:-STEP] for unit in lines})}
    blocks: dict[str, Line] = {}
    for unit, line in lines.items():
        blocks.setdefault(unit.path[:-STEP], Line()).add(line)
    total = Line()
    for line in blocks.values():
        total.add(line)
    figures = [_("应采"), _("已采"), _("比例"), _("应采未采"), *(str(words) for _code, words in REASONS), _("还没有原因")]
    all_of_it = [_("合计"), *total.cells()]
    sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[object]]]] = [
        (_("合计"), [_("项目"), _("数")], [*zip(figures, total.cells(), strict=True), *_tubes(actor, found, at)]),
        (_("各网格块"), [_("网格块"), *figures], [*([around.get(path, ""), *line.cells()] for path, line in blocks.items()), all_of_it]),
        (_("各楼"), [_("网格块"), _("楼"), *figures], [
            *([around.get(unit.path[:-STEP], ""), unit.name, *line.cells()] for unit, line in lines.items()), ["", *all_of_it],
        ]),
    ]  # fmt: skip
    return workbooks.tables(sheets, mark=workbooks.mark(f"{found.unit.name} {found.title}", who=actor.name, at=at))


def _tubes(actor: Actor, found: Round, at: datetime) -> list[tuple[str, object]]:
    tubes, way = reporting.tubes_of(found, at)
    rows: list[tuple[str, object]] = [(_("管数"), tubes.count), (_("已封"), tubes.sealed), (_("送到"), tubes.received), (_("超时"), tubes.late)]
    if actor.may(queries.RESULTS, found.unit.path):
        rows += [(_("{result}管").format(result=words), n) for _code, words, n in tubes.results]
    return [*rows, (_("等结果"), tubes.pending), (_("采样到签收平均几分钟"), way)]


def answer(actor: Actor, found: Round, at: datetime) -> HttpResponse:
    """The table to download."""
    return downloads.workbook(workbook(actor, found, at), f"screening-{timezone.localtime(found.starts_at):%Y%m%d}.xlsx")
