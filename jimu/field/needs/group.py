"""Needs that the people of a group have in hand, for who leads them."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from jimu.core.brick import InHand, NextStep
from jimu.core.permissions import Actor
from jimu.field.needs.models import Need
from jimu.field.needs.next_steps import page_of, tone_of
from jimu.field.needs.queries import WITH, lines
from jimu.field.needs.words import NEED
from jimu.teams.leading import Group

MOST = 200


def in_hand(actor: Actor, group: Group, at: datetime) -> Iterator[InHand]:
    """What was given to one of the people, or to one of the teams and nobody took it yet. Of what few may read only that there is one. A fixed number of queries."""
    theirs = Q(team__in=group.teams, handler=None) | Q(handler__in=group.people)
    rows = Need.objects.filter(theirs, state__in=(Need.State.ASSIGNED, Need.State.ACCEPTED)).select_related(*WITH).order_by("due_at", "pk")
    for line in lines(actor, rows[:MOST], at):
        need = line.need
        words = _("派给本组，还没有人接：{title}") if need.handler_id is None else _("还没接下：{title}") if need.state == Need.State.ASSIGNED else _("在办：{title}")
        url = page_of(need) if line.open else ""
        yield InHand(NEED, need.handler_id, NextStep(words.format(title=line.title), url, need.due_at, line.place, tone_of(line, at), own=False))
