"""Medicine that waits: mine to fetch, check and carry, what was handed to me, and what nobody has seen to on my part."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jimu.core.brick import NextStep
from jimu.core.permissions import Actor, visible
from jimu.field.medicine import alarming, custody_queries, queries
from jimu.field.medicine.models import Alarm, Order

SOON = timedelta(hours=1)
MOST = 20
S = Order.State


def next_steps(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """The most pressing of each list. A fixed number of queries."""
    for alarm, line in _alarms(actor, at):
        words = _("配药 {bag} 没有按时办好，请过问并答复：{next}").format(bag=line.order.bag_words, next=line.next)
        yield NextStep(words, reverse("medicine:show", args=[alarm.order_id]), line.order.due_at, line.place, "bad", True)
    held, offered = custody_queries.mine(actor, at)
    if offered:
        words = ngettext(
            "{n} 件卡或现金交给了您，等您签收", "{n} 件卡或现金交给了您，等您签收", len(offered)
        ).format(n=len(offered))
        yield NextStep(words, reverse("medicine:hands"), None)
    late = [one for one in held if one.alarm]
    if late:
        words = ngettext("您手里 {n} 件卡或现金该还了", "您手里 {n} 件卡或现金该还了", len(late)).format(
            n=len(late)
        )
        yield NextStep(words, reverse("medicine:hands"), None, late[0].place, "bad")
    yield from _steps(queries.lines(queries.own_orders(actor)[:MOST], at), at, own=True)
    yield from _steps(queries.lines(queries.group_orders(actor)[:MOST], at), at, own=False, words=_("本组的配药 {bag}：{next}"))
    right = queries.READ if actor.may(queries.READ) else queries.MANAGE
    states = [S.MISSING, S.HELD, S.COLLECTED, *([S.REGISTERED] if right == queries.READ else [])]
    rows = Order.objects.filter(visible(actor, right, "unit__path"), state__in=states).select_related(
        *queries.WITH
    )
    yield from _steps(queries.lines(rows.order_by("due_at", "pk")[:MOST], at), at, own=False)


def _alarms(actor: Actor, at: datetime) -> list[tuple[Alarm, queries.Line]]:
    found = alarming.open_for(actor)[:MOST]
    return list(zip(found, queries.lines([one.order for one in found], at), strict=True))


def _steps(lines: list[queries.Line], at: datetime, *, own: bool, words: str = "") -> Iterator[NextStep]:
    for line in lines:
        yield step_of(line, at, own=own, words=words or _("配药 {bag}：{next}"))


def step_of(line: queries.Line, at: datetime, *, own: bool, words: str) -> NextStep:
    """An order as a line of a list: its bag, what has to be done with it, where, until when."""
    tone = "bad" if line.overdue else "warn" if line.colour == "red" or line.order.due_at - at <= SOON else ""
    text = words.format(bag=line.order.bag_words, next=line.next)
    return NextStep(text, reverse("medicine:show", args=[line.order.pk]), line.order.due_at, line.place, tone, own)
