"""What people are told about medicine: that they go on a trip, that something was handed to them. No drug, no resident."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jimu.core.permissions import STEP, SYSTEM, Actor
from jimu.field.medicine import queries, words
from jimu.field.medicine.models import Duty, Order, Thing, Trip
from jimu.field.medicine.moving import late_subject
from jimu.grid.queries import neighborhood_of
from jimu.incidents.order_chains import chains
from jimu.messages.actions import Letter, enqueue
from jimu.messages.models import Urgency
from jimu.people.models import Person


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


def tell_left_lying(order: Order, person: Person, *, at: datetime) -> None:
    """Tell somebody that an order is late, or that half of its time went by with nobody on the way. No drug, no name."""
    line = queries.lines([order], at)[0]
    late = _("配药超时还没有送到：{place} 药袋 {bag}（{colour}，{left}）。{next}。请过问，并在系统里答复。")
    idle = _("配药过了一半时限还没有人去取：{place} 药袋 {bag}（{colour}，{left}）。{next}。请过问，并在系统里答复。")
    text = (late if order.stage == 2 else idle).format(
        place=line.place, bag=order.bag_words, colour=line.colour_words, left=line.left, next=line.next
    )
    key = f"{order.target}:late:{order.stage}:{order.due_at.timestamp():.0f}:{person.pk}"
    letter = Letter(key, order.unit_id, text, person.pk, Urgency.URGENT)
    enqueue(actor=SYSTEM, at=at, letters=[letter], subject=late_subject(order))


def tell_difference(thing: Thing, giver: UUID | None, given: int, *, actor: Actor, at: datetime) -> None:
    """Tell who handed money over, and who leads the neighborhood, that another sum was counted."""
    place = neighborhood_of(thing.order.unit)
    leads = chains(place.path[:STEP], [place.path]).here(place.path)
    off = thing.fen - given
    said = _("多出 {amount}") if off > 0 else _("少了 {amount}")
    text = _("药袋 {bag} 的{what}交接时数目不符：交出 {given}，{who} 点到 {found}，{said}。请当面核对。").format(
        bag=thing.order.bag_words, what=thing.get_kind_display(), given=words.yuan(given), who=actor.name, found=words.yuan(thing.fen),
        said=said.format(amount=words.yuan(abs(off))),
    )  # fmt: skip
    key = f"medicine:difference:{thing.pk}:{thing.links}"
    people = dict.fromkeys(one for one in (giver, *leads[:1]) if one and one != actor.person_id)
    enqueue(
        actor=actor,
        at=at,
        letters=[Letter(f"{key}:{one}", thing.order.unit_id, text, one) for one in people],
        subject=thing.order.target,
    )
