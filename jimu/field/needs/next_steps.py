"""Needs that wait: mine to do, mine to confirm, my group's, and those that nobody was given."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core.brick import NextStep
from jimu.core.permissions import Actor, visible
from jimu.field.needs.models import Need
from jimu.field.needs.queries import DISPATCH, WITH, Line, lines, mine, of_group, to_confirm

SOON = timedelta(hours=1)
MOST = 20


def next_steps(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """The most pressing of each list. A fixed number of queries."""
    yield from _steps(actor, mine(actor), at, _("办：{title}"), own=True)
    for line in lines(actor, to_confirm(actor)[:MOST], at):
        yield NextStep(_("问一问居民，办好了没有：{title}").format(title=line.title), page_of(line.need), None, line.place)
    yield from _steps(actor, of_group(actor), at, _("本组在办：{title}"), own=False)
    yield from _steps(actor, _given_to_nobody(actor), at, _("还没派给人：{title}"), own=False)


def _steps(actor: Actor, needs: "QuerySet[Need]", at: datetime, words: str, *, own: bool) -> Iterator[NextStep]:
    for line in lines(actor, needs[:MOST], at):
        yield NextStep(words.format(title=line.title), page_of(line.need), line.need.due_at, line.place, tone_of(line, at), own)


def tone_of(line: Line, at: datetime) -> str:
    """How pressing a need is."""
    return "bad" if line.overdue else "warn" if line.need.due_at - at <= SOON else ""


def page_of(need: Need) -> str:
    """Where it stands."""
    return reverse("needs:show", args=[need.pk])


def _given_to_nobody(actor: Actor) -> "QuerySet[Need]":
    rows = Need.objects.filter(visible(actor, DISPATCH, "unit__path"), state=Need.State.OPEN)
    return rows.select_related(*WITH).order_by("due_at", "pk")
