"""What waits: somebody alone at home first, visits of mine, vehicles I go along with, calls, flats to disinfect."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jimu.core.brick import NextStep
from jimu.core.permissions import Actor
from jimu.field.transfer import care_queries, custody, disinfecting_queries, queries, run_queries
from jimu.field.transfer.models import Transfer

SOON, MOST = timedelta(hours=1), 12
S = Transfer.State


def next_steps(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """The most pressing of each list."""
    yield from _of_mine(actor, at)
    if not actor.may(queries.VIEW):
        yield from _of_group(actor, at)
    if actor.may(queries.VIEW):
        yield from _left_alone(actor, at)
        for line in run_queries.runs_for(actor, at):
            if line.late and not run_queries.is_crew(actor, line.run):
                words = _("第 {n} 趟转运车没按时到").format(n=line.run.number) if line.run.destination else _("第 {n} 趟转运车没有去处了").format(n=line.run.number)
                yield NextStep(words, reverse("transfer:run", args=[line.run.pk]), line.run.alarm_at, line.run.unit.name, "bad", False)
        rows = queries.transfers_for(actor).exclude(alarm_at=None).exclude(state__in=(S.SEATED, S.BOARDED))
        for one in queries.lines(rows[:MOST], at):
            words = _("转运：{next}").format(next=one.next)
            tone = "bad" if one.overdue or one.transfer.state in (S.REFUSED, S.OUTSIDE) else "warn" if one.minutes is not None and one.minutes <= 60 else ""
            yield NextStep(words, reverse("transfer:show", args=[one.transfer.pk]), one.transfer.alarm_at, one.transfer.door, tone, False)


def _of_mine(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """Whom one looks after, keys to sign for, vehicles one goes along with, flats that want a second signature."""
    for line in care_queries.lines(care_queries.own_left(actor)[:MOST], at):
        due = line.one.next_due
        words = _("去看望留下的{kind}").format(kind=line.one.get_kind_display())
        tone = "bad" if line.alone else "warn" if due and due - at <= SOON else ""
        yield NextStep(words, reverse("transfer:left_one", args=[line.one.pk]), due, line.one.transfer.door, tone)
    _held, offered, _out = custody.keys_for(actor)
    if offered:
        words = ngettext("{n} 户的钥匙交给了您，等您签收", "{n} 户的钥匙交给了您，等您签收", len(offered)).format(n=len(offered))
        yield NextStep(words, reverse("transfer:keys"), None)
    for run in run_queries.own_runs(actor):
        late = run.alarm_at is not None and run.alarm_at < at
        words = _("陪护第 {n} 趟转运车 {plate}").format(n=run.number, plate=run.plate)
        yield NextStep(words, reverse("transfer:mine"), run.leaves_at, run.unit.name, "bad" if late or run.destination is None else "warn" if run.leaves_at - at <= SOON else "")
    if actor.person_id is None:
        return
    rows = disinfecting_queries.disinfections_for(actor, at).exclude(first=actor.person_id)
    late_or_half = [one for one in rows[:MOST] if one.state == "half" or (one.alarm_at is not None and one.alarm_at - at <= timedelta(hours=2))]
    for one in late_or_half:
        tone = "bad" if one.alarm_at is not None and one.alarm_at < at else "warn"
        yield NextStep(_("终末消毒：{state}").format(state=one.get_state_display()), reverse("transfer:disinfections"), one.alarm_at, one.where, tone, False)


def _of_group(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """Of the people whom one leads: visits, and vehicles that they go along with."""
    for line in care_queries.lines(care_queries.group_left(actor)[:MOST], at):
        words = _("本组要去看望留下的{kind}").format(kind=line.one.get_kind_display())
        tone = "bad" if line.alone else ""
        yield NextStep(words, reverse("transfer:left_one", args=[line.one.pk]), line.one.next_due, line.one.transfer.door, tone, False)
    for run in run_queries.group_runs(actor, at)[:MOST]:
        words = _("本组陪护第 {n} 趟转运车 {plate}").format(n=run.run.number, plate=run.run.plate)
        tone = "bad" if run.late or run.run.destination is None else ""
        yield NextStep(words, reverse("transfer:run", args=[run.run.pk]), run.run.leaves_at, run.run.unit.name, tone, False)


def _left_alone(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """Of one's part: who is alone now, and who will be when somebody leaves who has a seat already."""
    for line in care_queries.lines(care_queries.left_for(actor)[: MOST * 2], at):
        one = line.one
        if line.alone:
            words = _("家里留下{kind}：{why}").format(kind=one.get_kind_display(), why=line.why)
            yield NextStep(words, reverse("transfer:left_one", args=[one.pk]), one.alarm_at, one.transfer.door, "bad", False)
        elif not one.cared and one.transfer.state in (S.SEATED, S.DOWN):
            words = _("人就要走了，留下的{kind}还没定谁照看").format(kind=one.get_kind_display())
            yield NextStep(words, reverse("transfer:left_one", args=[one.pk]), None, one.transfer.door, "bad", False)
