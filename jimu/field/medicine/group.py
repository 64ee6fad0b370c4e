"""Medicine that the people of a group fetch, check and carry, for who leads them; never which drugs."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from jimu.core.brick import InHand
from jimu.core.permissions import Actor
from jimu.field.medicine import queries
from jimu.field.medicine.models import Order
from jimu.field.medicine.next_steps import step_of
from jimu.field.medicine.words import BRING, CHECK, FETCH
from jimu.teams.leading import Group

MOST = 200
S = Order.State
#: In the hands of whoever fetched it; before and between it waits for anybody of its trip.
IN_HANDS = (S.FETCHING, S.MISSING, S.CHECKED, S.HELD)


def in_hand(actor: Actor, group: Group, at: datetime) -> Iterator[InHand]:
    """The orders of their trips, until they are at the door. A fixed number of queries."""
    rows = queries.on_trips_of(group.people)[:MOST] if group.people else Order.objects.none()
    for line in queries.lines(rows, at):
        order = line.order
        whose = order.runner_id if order.state in IN_HANDS and order.runner_id in group.people else None
        work = CHECK if order.state == S.FETCHED else BRING if order.state in (S.CHECKED, S.HELD) else FETCH
        yield InHand(work, whose, step_of(line, at, own=False, words=_("配药 {bag}：{next}")))
