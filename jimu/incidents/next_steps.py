"""Orders that wait for somebody's answer."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core.brick import NextStep
from jimu.core.permissions import Actor
from jimu.incidents.order_queries import mine


def next_steps(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """Each order that is not answered yet, until its deadline. Three queries."""
    for asked in mine(actor):
        if asked.open:
            order = asked.order
            places = "、".join(receipt.unit.name for receipt in asked.unanswered[:3])
            late = order.deadline <= at
            yield NextStep(_("答复指令：{title}").format(title=order.title), reverse("incidents:orders_mine"), order.deadline, places, "bad" if late else "warn")
