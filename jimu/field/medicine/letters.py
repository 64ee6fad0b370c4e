"""What people are told about medicine: that they go on a trip, that something was handed to them. No drug, no resident."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jimu.core.permissions import Actor
from jimu.field.medicine.models import Duty, Thing, Trip
from jimu.messages.actions import Letter, enqueue


def tell_manned(trip: Trip, duties: Sequence[Duty], *, actor: Actor, at: datetime) -> None:
    """Tell who was newly put on a trip which part is theirs."""
    words = _("您排进了{place}第 {n} 批取药，负责{part}。请看“我的配药”。")
    letters = [
        Letter(
            f"trip:{trip.pk}:{one.person_id}:{one.part}",
            trip.unit_id,
            words.format(place=trip.unit.name, n=trip.number, part=one.get_part_display()),
            one.person_id,
        )
        for one in duties
    ]
    enqueue(actor=actor, at=at, letters=letters, subject=f"trip:{trip.pk}")


def tell_offered(things: Sequence[Thing], *, actor: Actor, at: datetime) -> None:
    """Tell somebody that cards or cash were handed to them and wait for their signature."""
    first = things[0]
    assert first.offered_to is not None
    words = ngettext(
        "{who} 交给您 {n} 件卡或现金，请当面点清后签收。",
        "{who} 交给您 {n} 件卡或现金，请当面点清后签收。",
        len(things),
    )
    text = words.format(who=first.holder.name if first.holder else actor.name, n=len(things))
    key = f"medicine:offer:{first.pk}:{first.links}"
    enqueue(
        actor=actor,
        at=at,
        letters=[Letter(key, first.order.unit_id, text, first.offered_to.pk)],
        subject=first.order.target,
    )
