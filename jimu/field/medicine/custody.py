"""Writes of custody: every signature of a card, a record book or cash. The holder is what the chain leads to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks, sealed
from jimu.core.errors import InOtherHands, Invalid, NotFound, NotOnRegister, NotPermitted
from jimu.core.permissions import Actor
from jimu.field.medicine import custody_queries, custody_rules, letters, queries
from jimu.field.medicine.custody_rules import Hands, Link
from jimu.field.medicine.models import Fact, Order, Signature, Thing
from jimu.field.medicine.moving import TOPIC
from jimu.people.intake import cells
from jimu.people.models import Person

K = Signature.Kind
VERBS = {
    K.COLLECTED.value: "medicine.thing_collected", K.OFFERED.value: "medicine.thing_offered", K.WITHDRAWN.value: "medicine.thing_withdrawn",
    K.TAKEN.value: "medicine.thing_taken", K.SPENT.value: "medicine.thing_spent", K.RETURNED.value: "medicine.thing_returned",
    K.SETTLED.value: "medicine.thing_settled",
    K.LOST.value: "medicine.thing_lost", K.FOUND.value: "medicine.thing_found", K.REPLACED.value: "medicine.thing_replaced",
    K.UNDONE.value: "medicine.thing_undone",
}  # fmt: skip
AT_ONCE = 200
MOST_FEN = 100_000_00


@dataclass(frozen=True)
class Slip:
    """A signature to write: what kind, from whom, to whom, what there is of it afterwards."""

    kind: str
    giver: UUID | None
    taker: UUID | None
    fen: int = 0
    where: str = ""
    note: str = ""
    fact: Fact | None = None


def person_of(actor: Actor) -> UUID:
    """Who signs. Raises NotOnRegister for an account that names nobody."""
    if actor.person_id is None:
        raise NotOnRegister
    return actor.person_id


def sign(thing: Thing, slip: Slip, *, actor: Actor, at: datetime) -> None:
    """Add a signature to a held thing's chain. Raises InOtherHands when it does not follow from the one before."""
    now = Hands(thing.holder_id, thing.offered_to_id, thing.lost, thing.fen, thing.out_since)
    link = Link(slip.kind, slip.giver, slip.taker, slip.fen, at)
    if not custody_rules.follows(now, link):
        raise InOtherHands(_elsewhere(thing), thing=str(thing.pk))
    after = custody_rules.then(now, link)
    thing.holder_id, thing.offered_to_id, thing.lost, thing.fen, thing.out_since = (
        after.holder,
        after.offered_to,
        after.lost,
        after.fen,
        after.since,
    )
    thing.links += 1
    thing.save()
    Signature.objects.create(
        thing=thing, number=thing.links, kind=slip.kind, giver_id=slip.giver, taker_id=slip.taker, fen=after.fen, at=at, by=actor.name[:80],
        where=cells.text(slip.where)[:60], note_sealed=sealed.seal(slip.note.strip()[:500]), fact=slip.fact,
    )  # fmt: skip
    journal.record(
        actor=actor,
        at=at,
        verb=VERBS[slip.kind],
        target=thing.order.target,
        scope=thing.order.unit.path,
        data={"thing": thing.kind},
    )
    live.beat(TOPIC)


def _elsewhere(thing: Thing) -> str:
    """Where it is, said to who believed it elsewhere."""
    what = thing.get_kind_display()
    if thing.lost:
        return _("{what}已报失。先找到或补办，才能再交接。").format(what=what)
    if thing.holder is None:
        return _("{what}现在在居民手里，没有人代管。").format(what=what)
    since = timezone.localtime(thing.out_since).strftime("%m-%d %H:%M") if thing.out_since else ""
    return _("{what}现在由 {who} 签收代管（{since} 从居民处收下）。请先当面交接签字，或打电话问清。").format(
        what=what, who=thing.holder.name, since=since
    )


def collect(order: Order, kinds: Sequence[str], fen: int, fact: Fact, *, actor: Actor, at: datetime) -> None:
    """Take the resident's card, book or cash for an order. Raises InOtherHands when the card is with somebody already."""
    taker = person_of(actor)
    for kind in sorted(kinds):
        thing = _thing(order, kind)
        thing.order = order
        sign(
            thing,
            Slip(K.COLLECTED, None, taker, fen if kind == Thing.Kind.CASH else 0, fact.where, fact=fact),
            actor=actor,
            at=at,
        )


def pay(order: Order, fen: int, fact: Fact, *, actor: Actor, at: datetime) -> None:
    """What the resident pays at the door comes into the hands of who took it, until the desk has it and settles."""
    taker = person_of(actor)
    thing = Thing.objects.create(kind=Thing.Kind.PAID, key=fact.id.hex, order=order)
    sign(thing, Slip(K.COLLECTED, None, taker, fen, fact.where, fact=fact), actor=actor, at=at)


def pay_in(order: Order, fact: Fact, *, actor: Actor, at: datetime) -> None:
    """What was paid at the door goes into the accounts with the settlement, out of the hands of who settles."""
    for thing in things_of(order):
        if thing.kind == Thing.Kind.PAID:
            sign(thing, Slip(K.SETTLED, actor.person_id, None, 0, fact.where, fact=fact), actor=actor, at=at)


def _thing(order: Order, kind: str) -> Thing:
    """The one row of a card, under its lock."""
    key = order.pk.hex if kind == Thing.Kind.CASH else order.owner_index
    locks.hold(f"medicine:thing:{kind}:{key}")
    found = Thing.objects.select_related("holder", "order__unit").filter(kind=kind, key=key).first()
    return found or Thing.objects.create(kind=kind, key=key, order=order)


def things_of(order: Order) -> list[Thing]:
    """What of an order's resident is out, under its locks."""
    rows = Thing.objects.filter(custody_queries.belongs_to(order), holder__isnull=False).order_by(
        "kind", "key"
    )
    locks.hold(*[f"medicine:thing:{one.kind}:{one.key}" for one in rows])
    return list(
        Thing.objects.filter(pk__in=[one.pk for one in rows])
        .select_related("holder", "order__unit")
        .order_by("kind", "key")
    )


def spend(order: Order, fen: int, fact: Fact, *, actor: Actor, at: datetime) -> None:
    """Pay from the order's cash; what it does not cover was advanced."""
    for thing in things_of(order):
        if thing.kind == Thing.Kind.CASH and fen > 0 and not thing.lost:
            left = max(0, thing.fen - fen)
            sign(thing, Slip(K.SPENT, thing.holder_id, None, left, fact.where, fact=fact), actor=actor, at=at)


def give_back(order: Order, fact: Fact, things: Sequence[Thing], *, actor: Actor, at: datetime) -> None:
    """Hand things back to the resident: whoever holds them, or the desk with the resident's signature."""
    desk = actor.may(queries.MANAGE, order.unit.path)
    for thing in things:
        if thing.holder_id != actor.person_id and not desk:
            raise InOtherHands(_elsewhere(thing), thing=str(thing.pk))
        sign(thing, Slip(K.RETURNED, thing.holder_id, None, 0, fact.where, fact=fact), actor=actor, at=at)


def reverse(fact: Fact, *, actor: Actor, at: datetime) -> None:
    """Undo the signatures of a fact, each while it is its chain's last. Raises InOtherHands otherwise."""
    for last in fact.signatures.select_related("thing").order_by("thing__kind", "thing__key", "-number"):
        locks.hold(f"medicine:thing:{last.thing.kind}:{last.thing.key}")
        thing = Thing.objects.select_related("holder", "order__unit").get(pk=last.thing_id)
        if thing.links != last.number:
            raise InOtherHands(_elsewhere(thing), thing=str(thing.pk))
        before = thing.signatures.filter(number=last.number - 1).first()
        sign(
            thing,
            Slip(K.UNDONE, thing.holder_id, last.giver_id, before.fen if before else 0, fact=None),
            actor=actor,
            at=at,
        )


def offer(
    *, actor: Actor, at: datetime, thing_ids: Sequence[UUID], to_id: UUID, where: str = ""
) -> list[Thing]:
    """Hand what one holds to somebody; they hold it once they sign. Raises InOtherHands, Invalid."""
    giver = person_of(actor)
    if not 0 < len(thing_ids) <= AT_ONCE:
        raise Invalid(_("请勾选要交出的东西。"), code="nothing_chosen")
    with transaction.atomic():
        to = Person.objects.filter(pk=to_id, active=True).first()
        if to is None or to.pk == giver:
            raise Invalid(_("请选择交给谁。"), code="nobody_chosen")
        things = _known(actor, _held(thing_ids))
        for thing in things:
            if thing.holder_id != giver:
                raise InOtherHands(_elsewhere(thing), thing=str(thing.pk))
            sign(thing, Slip(K.OFFERED, giver, to.pk, thing.fen, where), actor=actor, at=at)
        for thing in things:
            thing.offered_to = to
        letters.tell_offered(things, actor=actor, at=at)
    return things


def withdraw(*, actor: Actor, at: datetime, thing_id: UUID) -> Thing:
    """Take an offer back that nobody signed yet."""
    with transaction.atomic():
        thing = _mine(actor, thing_id)
        sign(thing, Slip(K.WITHDRAWN, thing.holder_id, None, thing.fen), actor=actor, at=at)
    return thing


def take(
    *,
    actor: Actor,
    at: datetime,
    thing_ids: Sequence[UUID],
    where: str = "",
    counted: Mapping[UUID, int] | None = None,
) -> list[Thing]:
    """Sign for what was offered to oneself: from now on one holds it. `counted` is money in fen as it was counted, where it is another
    sum than was given: the chain keeps both, and who gave it and who leads there are told."""
    taker = person_of(actor)
    if not 0 < len(thing_ids) <= AT_ONCE:
        raise Invalid(_("请勾选要签收的东西。"), code="nothing_chosen")
    with transaction.atomic():
        things = _known(actor, _held(thing_ids))
        for thing in things:
            if thing.holder_id == taker:
                continue
            giver, given = thing.holder_id, thing.fen
            found = _counted(thing, counted or {})
            sign(thing, Slip(K.TAKEN, giver, taker, found, where), actor=actor, at=at)
            if found != given:
                letters.tell_difference(thing, giver, given, actor=actor, at=at)
    return things


def _counted(thing: Thing, counted: Mapping[UUID, int]) -> int:
    found = counted.get(thing.pk, thing.fen)
    if found != thing.fen and (not thing.money or not 0 <= found <= MOST_FEN):
        raise Invalid(_("金额不对：写到分，不小于 0，不超过 10 万元。"), code="bad_amount", field="counted")
    return found


def report(*, actor: Actor, at: datetime, thing_id: UUID, kind: str, note: str) -> Thing:
    """Report a thing lost, found, or replaced by a new one that the resident has: whoever holds it, or the desk."""
    if kind not in (K.LOST, K.FOUND, K.REPLACED):
        raise NotFound
    if kind == K.REPLACED and Thing.objects.filter(pk=thing_id, kind=Thing.Kind.PAID).exists():
        raise Invalid(_("收的药费不能补办：找到了、或由经手人补上，就记“找到”。"), code="not_replaceable")
    if kind == K.LOST and not note.strip():
        raise Invalid(_("请写最后在哪里、什么时候见到。"), code="no_words", field="note")
    with transaction.atomic():
        thing = _mine(actor, thing_id)
        sign(
            thing,
            Slip(
                kind, thing.holder_id, thing.holder_id if kind != K.REPLACED else None, thing.fen, note=note
            ),
            actor=actor,
            at=at,
        )
    return thing


def _mine(actor: Actor, thing_id: UUID) -> Thing:
    """A thing that the actor holds, or that lies in the part they manage."""
    thing = next(iter(_held([thing_id])), None)
    if thing is None:
        raise NotFound
    if actor.person_id is not None and thing.holder_id == actor.person_id:
        return thing
    if not actor.may(queries.MANAGE, thing.order.unit.path):
        if actor.may(queries.RUN, thing.order.unit.path):
            raise NotPermitted(_("只有代管的人或值班台能这样做。"))
        raise NotFound
    return thing


def _known(actor: Actor, things: list[Thing]) -> list[Thing]:
    """The same, if the actor may know of each: nobody learns by guessing who holds what."""
    for thing in things:
        if actor.person_id not in (thing.holder_id, thing.offered_to_id) and not queries.may_see(
            actor, thing.order
        ):
            raise NotFound
    return things


def _held(thing_ids: Sequence[UUID]) -> list[Thing]:
    rows = Thing.objects.filter(pk__in=thing_ids)
    locks.hold(*[f"medicine:thing:{one.kind}:{one.key}" for one in rows])
    found = list(
        Thing.objects.filter(pk__in=thing_ids).select_related("holder", "order__unit").order_by("kind", "key")
    )
    if len(found) != len(set(thing_ids)):
        raise NotFound
    return found
