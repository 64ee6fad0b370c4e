"""Rounds from door to door that are going on."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core.brick import NextStep
from jimu.core.permissions import Actor, under, visible
from jimu.field.households.models import Room, Round

MOST = 3


def next_steps(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """How far each open round is, on the part where the actor writes down visits. At most four queries."""
    rows = Round.objects.filter(visible(actor, "households.record", "unit__path"), closed_at=None)
    for found in rows.annotate(seen=Count("visits__room", distinct=True)).select_related("unit").order_by("opened_at")[:MOST]:
        doors = Room.objects.filter(under([found.unit.path], "building__path"), building__retired_at=None).count()
        if found.seen < doors:
            words = _("上门走访：敲过 {n} 户，还有 {left} 户").format(n=found.seen, left=doors - found.seen)
            yield NextStep(words, reverse("households:round", args=[found.pk]), None, found.unit.name, own=False)
