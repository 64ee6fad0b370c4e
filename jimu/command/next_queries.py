"""What waits for somebody, in the order in which to do it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core.brick import NextStep
from jimu.core.panels import next_steps
from jimu.core.permissions import Actor
from jimu.roster.words import day_words
from jimu.teams.leading import teams_led
from jimu.teams.models import Team

RIGHT = "command.next"
# More than this at once is a list that nobody works off; the pages behind the steps hold the rest.
SHOWN = 40
TONES = {"bad": 0, "warn": 1}


@dataclass(frozen=True)
class Line:
    """A step as the list shows it: `when` says in words how long there is."""

    step: NextStep
    when: str


@dataclass(frozen=True)
class NextUp:
    """One's own turns, and what waits on the part that one looks after. `more` counts what is not shown, `pressing` of these the alarms and what is soon;
    `teams` are those that one leads."""

    own: Sequence[Line]
    area: Sequence[Line]
    more: int = 0
    pressing: int = 0
    teams: Sequence[Team] = ()


def in_order(steps: Iterable[NextStep]) -> list[NextStep]:
    """Alarms first, then what is soon, then the rest; within each by time, and what has no time last."""
    return sorted(steps, key=lambda step: (TONES.get(step.tone, 2), step.due is None, step.due and step.due.timestamp()))


def due_words(due: datetime, at: datetime) -> str:
    """How long there is until a moment, or how long it is over, as one would say it."""
    minutes = int((due - at).total_seconds() // 60)
    if -120 < minutes < 0:
        return _("过了 {n} 分钟").format(n=-minutes)
    if minutes < 0:
        return _("过了 {n} 小时").format(n=-minutes // 60) if minutes > -24 * 60 else _("过了 {n} 天").format(n=-minutes // (24 * 60))
    if minutes < 60:
        return _("还有 {n} 分钟").format(n=minutes)
    local = timezone.localtime(due)
    if minutes >= 48 * 60:
        return _("{day} 前").format(day=day_words(local.date(), timezone.localtime(at).date()))
    return _("{day} {time} 前").format(day=day_words(local.date(), timezone.localtime(at).date()), time=f"{local:%H:%M}")


def next_up(actor: Actor, at: datetime) -> NextUp:
    """The actor's ordered list. Each brick costs a few queries, however much there is."""
    steps = in_order(next_steps(actor, at))
    lines = [Line(step, due_words(step.due, at) if step.due else "") for step in steps]
    own, area = [line for line in lines if line.step.own], [line for line in lines if not line.step.own]
    rest = [*own[SHOWN:], *area[SHOWN:]]
    return NextUp(own[:SHOWN], area[:SHOWN], len(rest), sum(line.step.tone in TONES for line in rest), teams_led(actor))
