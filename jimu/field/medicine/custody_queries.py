"""Reads of custody: what is out with whom, for how long, and how it got there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, visible
from jimu.field.medicine import custody_rules, policy, queries, words
from jimu.field.medicine.custody_rules import Hands, Link
from jimu.field.medicine.models import Order, Signature, Thing
from jimu.grid.models import Unit
from jimu.grid.queries import neighborhood_of
from jimu.people.models import Person
from jimu.teams.models import Membership


def belongs_to(order: Order) -> Q:
    """The card and book of an order's resident, the order's own cash, and what was paid for it at the door."""
    cards = Q(kind__in=(Thing.Kind.CARD, Thing.Kind.BOOK), key=order.owner_index)
    return cards | Q(kind=Thing.Kind.CASH, key=order.pk.hex) | Q(kind=Thing.Kind.PAID, order=order.pk)


@dataclass(frozen=True)
class Held:
    """A thing in other hands, as a list shows it."""

    thing: Thing
    place: str
    hours: int
    late: bool

    @property
    def since(self) -> str:
        return _("已代管 {amount}").format(amount=words.amount(self.hours * 60))

    @property
    def alarm(self) -> bool:
        """Whether somebody has to look at once."""
        return self.late or self.thing.lost


def _shown(things: list[Thing], at: datetime) -> list[Held]:
    limits: dict[UUID, int] = {}
    for one in things:
        if one.order.place_id not in limits:
            limits[one.order.place_id] = policy.of_place(one.order.place).custody_hours
    rows = []
    for one in things:
        hours = int((at - one.out_since).total_seconds() // 3600) if one.out_since else 0
        late = custody_rules.overdue(one.out_since, at, limits[one.order.place_id])
        rows.append(Held(one, f"{one.order.unit.name} {one.order.room}", hours, late))
    return sorted(rows, key=lambda h: (not h.thing.lost, not h.late, -h.hours, h.place))


def out_for(actor: Actor, at: datetime) -> list[Held]:
    """Everything out of the asker's part: lost first, then what is out too long."""
    rows = Thing.objects.filter(visible(actor, queries.VIEW, "order__unit__path"), holder__isnull=False)
    return _shown(list(rows.select_related("holder", "offered_to", "order__unit", "order__place")), at)


def by_holder(held: list[Held]) -> list[tuple[Person, list[Held]]]:
    """The same by who answers for it; who has what is late or lost comes first."""
    found: dict[UUID, tuple[Person, list[Held]]] = {}
    for one in held:
        if one.thing.holder is not None:
            found.setdefault(one.thing.holder.pk, (one.thing.holder, []))[1].append(one)
    return list(found.values())


def mine(actor: Actor, at: datetime) -> tuple[list[Held], list[Held]]:
    """What the asker holds, and what was offered to them and waits for their signature."""
    if actor.person_id is None:
        return [], []
    rows = Thing.objects.select_related("holder", "offered_to", "order__unit", "order__place")
    return _shown(list(rows.filter(holder=actor.person_id)), at), _shown(
        list(rows.filter(offered_to=actor.person_id)), at
    )


def of_order(order: Order) -> list[Thing]:
    """The things of an order's resident that are out."""
    return list(
        Thing.objects.filter(belongs_to(order), holder__isnull=False)
        .select_related("holder", "offered_to")
        .order_by("kind")
    )


def to_give_back(order: Order) -> list[Thing]:
    """What of it is the resident's: without what they paid."""
    return [one for one in of_order(order) if one.kind != Thing.Kind.PAID]


def thing_for(actor: Actor, thing_id: UUID) -> Thing:
    """One thing: for who may see its order, or holds it. Raises NotFound."""
    thing = (
        Thing.objects.select_related("holder", "offered_to", "order__unit", "order__place")
        .filter(pk=thing_id)
        .first()
    )
    if thing is None:
        raise NotFound
    if actor.person_id is not None and actor.person_id in (thing.holder_id, thing.offered_to_id):
        return thing
    if not queries.may_see(actor, thing.order):
        raise NotFound
    return thing


def chain(thing: Thing) -> list[Signature]:
    """Every signature, in order."""
    return list(thing.signatures.select_related("giver", "taker"))


def chain_with_differences(thing: Thing) -> list[tuple[Signature, int]]:
    """The same, each with the difference in fen at which it was counted."""
    signed = chain(thing)
    seen = [_link(one) for one in signed]
    off = {id(link): fen for link, fen in custody_rules.differences(seen)}
    return [(one, off.get(id(link), 0)) for one, link in zip(signed, seen, strict=True)]


def _link(one: Signature) -> Link:
    return Link(one.kind, one.giver_id, one.taker_id, one.fen, one.at)


def links(thing: Thing) -> list[Link]:
    """Its signatures as the rules see them."""
    return [_link(one) for one in thing.signatures.all()]


def replayed(thing: Thing) -> Hands:
    """Where a thing is by its signatures alone."""
    return custody_rules.replay(links(thing))


def difference(things: Iterable[Thing]) -> int:
    """By how much, in fen, money became another sum while it changed hands; below zero some was missing."""
    return sum(fen for thing in things for _link, fen in custody_rules.differences(links(thing)))


def receivers(actor: Actor) -> list[Person]:
    """To whom the asker may hand what they hold: people who lead, sit or belong in their part."""
    paths = [path for path in actor.paths(queries.RUN) if path]
    if not paths:
        return []
    near = Q(pk__in=[])
    for unit in Unit.objects.filter(path__in=paths):
        place = neighborhood_of(unit).path
        near |= Q(unit__path__startswith=place) | Q(leads__unit__path__startswith=place, leads__until=None)
    teams = (
        Membership.objects.filter(
            until=None, team__memberships__person=actor.person_id, team__memberships__until=None
        )
        if actor.person_id
        else []
    )
    near |= Q(pk__in=[one.person_id for one in teams])
    return list(
        Person.objects.filter(near, active=True)
        .exclude(pk__in=[actor.person_id] if actor.person_id else [])
        .distinct()
        .order_by("sort_name")[:300]
    )
