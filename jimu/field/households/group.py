"""Doors of the rounds on which the people of a group knock, for who leads them."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core import doing
from jimu.core.brick import InHand, NextStep
from jimu.core.permissions import Actor, under
from jimu.field.households import round_queries
from jimu.field.households.journal_words import KNOCK, VISITED
from jimu.field.households.models import Room, Visit
from jimu.teams.leading import Group

MOST = 3


def in_hand(actor: Actor, group: Group, at: datetime) -> Iterator[InHand]:
    """Which doors are left of the rounds that they are at; a round is walked together, so a door is nobody's in particular. Two queries, and two for each round."""
    begun = doing.targets(group.accounts, VISITED, doing.since(at))
    rounds = [one for one in round_queries.rounds_for(actor) if f"round:{one.pk}" in begun] if begun else []
    for found in rounds[:MOST]:
        own = round_queries.own_paths(actor, found)
        doors = Room.objects.filter(under(own, "building__path"), building__retired_at=None).count()
        left = doors - Visit.objects.filter(under(own, "room__building__path"), round=found).order_by().values("room").distinct().count()
        if left > 0:
            words = _("{title}：还有 {n} 户没敲过").format(title=found.title, n=left)
            yield InHand(KNOCK, None, NextStep(words, reverse("households:round", args=[found.pk]), None, found.unit.name, own=False), left)
