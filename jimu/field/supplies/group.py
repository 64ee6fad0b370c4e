"""What the people of a group bring to doors, for who leads them."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core import doing
from jimu.core.brick import InHand, NextStep
from jimu.core.permissions import Actor
from jimu.field.supplies import standing
from jimu.field.supplies.words import BRING, DELIVERED
from jimu.teams.leading import Group


def in_hand(actor: Actor, group: Group, at: datetime) -> Iterator[InHand]:
    """What stands in buildings of the plans that they are at; whoever is there takes the next bag. A fixed number of queries."""
    begun = doing.targets(group.accounts, DELIVERED, doing.since(at))
    for plan, buildings in standing.in_buildings(actor, at) if begun else ():
        if plan.target in begun:
            left = sum(n for _building, n in buildings)
            place = buildings[0][0].name if len(buildings) == 1 else _("{n} 栋楼").format(n=len(buildings))
            url = reverse("supplies:doors", args=[plan.pk, buildings[0][0].pk]) if len(buildings) == 1 else reverse("supplies:mine")
            yield InHand(BRING, None, NextStep(_("{title}：楼里还有 {n} 份").format(title=plan.title, n=left), url, None, place, own=False), left)
