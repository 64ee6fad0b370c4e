"""Gates that the people of a group keep, what they saw and what they took on, for who leads them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core.brick import InHand, NextStep
from jimu.core.permissions import Actor, visible
from jimu.field.patrol import policy
from jimu.field.patrol.models import Keeping, Seen
from jimu.field.patrol.next_steps import pressing
from jimu.field.patrol.queries import WATCH
from jimu.field.patrol.words import KEEP, SETTLE
from jimu.playbooks.schema import Patrol
from jimu.teams.leading import Group

MOST = 200


def in_hand(actor: Actor, group: Group, at: datetime) -> Iterator[InHand]:
    """Gates that they keep now, and findings that they took on, of these what the asker's part shows. A fixed number of queries."""
    accounts = group.accounts
    keepings = list(Keeping.objects.filter(account_id__in=accounts, until=None).select_related("gate__unit").order_by("since")[:MOST])
    numbers = policy.of_place(keepings[0].gate.unit) if keepings else Patrol()
    for kept in keepings:
        long = at - kept.since >= timedelta(hours=numbers.keeper_hours)
        words = _("守了很久，请换人：{gate}") if long else _("守着：{gate}")
        step = NextStep(words.format(gate=kept.gate.name), reverse("patrol:gate", args=[kept.gate_id]), None, kept.gate.unit.name, "warn" if long else "", own=False)
        yield InHand(KEEP, accounts[kept.account_id or 0], step)
    taken = Seen.objects.filter(visible(actor, WATCH, "unit__path"), taken_account__in=accounts, settled_at=None, to_need=False)
    found = list(taken.select_related("unit", "gate").order_by("due_at", "pk")[:MOST])
    numbers = policy.of_place(found[0].unit) if found else Patrol()
    for one in found:
        words = _("处理：{kind}").format(kind=one.get_kind_display())
        place = one.gate.name if one.gate else one.unit.name
        step = NextStep(words, reverse("patrol:seen", args=[one.pk]), one.due_at, place, pressing(one, at, numbers), own=False)
        yield InHand(SETTLE, accounts[one.taken_account or 0], step)
