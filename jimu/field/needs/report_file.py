"""Needs by class as a table to send upwards: how many came in, wait, are late, are solved. No door, no name, no words of a resident."""

from datetime import datetime

from django.db.models import Count, Q
from django.http import HttpResponse
from django.utils.translation import gettext as _

from jimu.core import downloads, workbooks
from jimu.core.permissions import Actor, under, visible
from jimu.field.needs.models import Need
from jimu.field.needs.queries import RESTRICTED, VIEW
from jimu.field.needs.words import class_words
from jimu.grid.models import Unit

S = Need.State


def rows_of(actor: Actor, unit: Unit | None, at: datetime) -> list[tuple[str, list[int]]]:
    """Each class with its figures in the order of `head`, those with most late first; what the asker may not read stands under one word. Two queries.

    Raises NotPermitted for whoever may not see the list of needs.
    """
    actor.require(VIEW)
    needs = Need.objects.filter(visible(actor, VIEW, "unit__path"))
    if unit is not None:
        needs = needs.filter(under([unit.path], "unit__path"))
    plain = Q(restricted=False) | visible(actor, RESTRICTED, "unit__path")
    late = Count("pk", filter=Q(due_at__lt=at))
    found: dict[str, list[int]] = {}
    for kind, title, state, n, over in needs.filter(plain).values_list("kind", "title", "state").annotate(n=Count("pk"), late=late).order_by():
        _count(found, class_words(kind, title), state, n, over)
    made = sorted(found.items(), key=lambda row: (-row[1][2], -row[1][1], -row[1][0], row[0]))
    other: dict[str, list[int]] = {}
    for state, n, over in needs.exclude(plain).values_list("state").annotate(n=Count("pk"), late=late).order_by():
        _count(other, _("专人办理的诉求"), state, n, over)
    return [*made, *other.items()]


def _count(found: dict[str, list[int]], words: str, state: str, n: int, over: int) -> None:
    runs = state in Need.RUNNING
    more = (n, n * runs, over * runs, n * (state == S.DONE), n * (state == S.CONFIRMED), n * (state in (S.REFUSED, S.MERGED, S.WITHDRAWN)))
    found[words] = [a + b for a, b in zip(found.get(words, [0] * len(more)), more, strict=True)]


def head() -> list[str]:
    """What the columns say."""
    return [_("类别"), _("收到"), _("在办"), _("其中超时"), _("已办，等居民确认"), _("居民确认办好"), _("未同意、并入或撤回")]


def workbook(actor: Actor, unit: Unit | None, at: datetime) -> bytes:
    """The table with its sums."""
    rows = rows_of(actor, unit, at)
    total = [sum(column) for column in zip(*(figures for _words, figures in rows), strict=True)] if rows else [0] * (len(head()) - 1)
    title = _("居民诉求 {unit}").format(unit=unit.name if unit else "")
    lines = [[words, *figures] for words, figures in [*rows, (_("合计"), total)]]
    return workbooks.tables([(_("按类别"), head(), lines)], mark=workbooks.mark(title, who=actor.name, at=at))


def answer(actor: Actor, unit: Unit | None, at: datetime) -> HttpResponse:
    """The table to download."""
    return downloads.report(workbook(actor, unit, at), "needs", at)
