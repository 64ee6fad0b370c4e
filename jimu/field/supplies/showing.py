"""What the pages of supplies show, put together from reads."""

import base64
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import F, Sum
from django.utils.crypto import salted_hmac

from jimu.core.errors import NotFound
from jimu.core.fetching import fetch, fetch_on_part
from jimu.core.permissions import Actor, visible
from jimu.field.households.models import Room
from jimu.field.supplies import homes, policy, queries, rules
from jimu.field.supplies.homes import Doors, Result
from jimu.field.supplies.models import Consignment, Delivery, Lot, Move, Plan, PlanItem, Receipt, Share
from jimu.field.supplies.stock import Place, Stock
from jimu.grid.models import Unit
from jimu.grid.splitting import natural

SALT, SEAL_BYTES = "supplies.door", 8
SHOWN_MOVES = 60


@dataclass(frozen=True)
class ShareLine:
    """A building's row on a plan's page."""

    doors: Doors
    sent: int
    signed: int
    off: int
    waiting_signature: int
    here: int

    @property
    def share(self) -> Share:
        """What the plan gives it."""
        return self.doors.share

    @property
    def to_send(self) -> int:
        """Portions still in the store for it: what was short on signing is to be sent again, what was over has come already."""
        return max(0, self.share.portions - self.sent - self.off)

    @property
    def missing(self) -> int:
        """Portions that were short when they were counted."""
        return max(0, -self.off)


@dataclass(frozen=True)
class PlanPage:
    """A plan with how far it is."""

    plan: Plan
    items: Sequence[PlanItem]
    portion: str
    lines: Sequence[ShareLine]
    in_store: int
    crew: rules.Crew
    hours: float

    def total(self, name: str) -> int:
        """A sum over the buildings."""
        return sum(getattr(line, name) for line in self.lines)

    @property
    def portions(self) -> int:
        """Portions for all buildings."""
        return sum(line.share.portions for line in self.lines)

    @property
    def sent(self) -> int:
        """Portions that left the store."""
        return self.total("sent")

    @property
    def to_send(self) -> int:
        """Portions that are still to leave the store."""
        return self.total("to_send")

    @property
    def done(self) -> int:
        """Doors that have theirs."""
        return sum(line.doors.done for line in self.lines)

    @property
    def doors(self) -> int:
        """Doors that get something from it."""
        return sum(len(line.doors.doors) for line in self.lines)

    @property
    def waiting(self) -> int:
        """Households for whom there was nothing this time."""
        return sum(line.doors.waiting for line in self.lines)

    @property
    def percent(self) -> int:
        """Doors served, in whole percent."""
        return self.done * 100 // self.doors if self.doors else 0


def plan_page(actor: Actor, plan_id: UUID) -> PlanPage:
    """A plan, its buildings, and the people it takes."""
    plan = queries.plan_for(actor, plan_id)
    items = queries.items_of(plan)
    shares = sorted(plan.shares.select_related("building"), key=lambda s: (s.building.path[:-4], natural(s.building.name)))
    stock = Stock(one.lot_id for one in items)
    sent, signed = sent_by_building(plan), signed_by_building(plan)
    here = queries.portions_by_building(items, stock, [s.building_id for s in shares])
    waiting: dict[UUID, int] = {}
    for building in Consignment.objects.filter(plan=plan, receipt=None).values_list("building", flat=True):
        waiting[building] = waiting.get(building, 0) + 1
    made = homes.doors_by_building(plan, shares) if shares else []
    lines = [
        ShareLine(doors, sent.get(b, 0), *signed.get(b, (0, 0)), waiting.get(b, 0), here[b]) for doors in made for b in [doors.share.building_id]
    ]  # fmt: skip
    left, numbers = sum(line.share.portions for line in lines), policy.of_place(plan.unit)
    return PlanPage(plan, items, queries.portion_words(items), lines, queries.portions_in(items, stock), rules.crew(left, numbers.hours, numbers), numbers.hours)


def sent_by_building(plan: Plan) -> Mapping[UUID, int]:
    """Portions that left the store, by building."""
    return dict(Consignment.objects.filter(plan=plan).values_list("building").annotate(n=Sum("portions")).order_by())


def signed_by_building(plan: Plan) -> Mapping[UUID, tuple[int, int]]:
    """Portions that were counted on signing, and by how many they were off, by building."""
    rows = Receipt.objects.filter(consignment__plan=plan).values_list("consignment__building")
    return {b: (counted, counted - sent) for b, counted, sent in rows.annotate(n=Sum("counted"), of=Sum("consignment__portions")).order_by()}


@dataclass(frozen=True)
class DoorsPage:
    """A building's doors under a plan, for who carries or leads there."""

    plan: Plan
    building: Unit
    portion: str
    doors: Doors
    here: int
    unsigned: list[Consignment] = field(default_factory=list)

    @property
    def finished(self) -> list[homes.Door]:
        """Doors that need no other visit."""
        return [door for door in self.doors.doors if not door.open]


def doors_page(actor: Actor, plan_id: UUID, building_id: UUID) -> DoorsPage:
    """Raises NotFound for a building outside the asker's part, or one without a share."""
    rows = Share.objects.filter(plan=plan_id, building=building_id).select_related("plan__unit", "plan__after", "building")
    share = fetch_on_part(actor, rows, seen=queries.DELIVER, at="building__path")
    items = queries.items_of(share.plan)
    stock = Stock(one.lot_id for one in items)
    unsigned = list(Consignment.objects.filter(plan=share.plan, building=share.building, receipt=None).order_by("at"))
    here = queries.portions_in(items, stock, Place.BUILDING, share.building_id)
    return DoorsPage(share.plan, share.building, queries.portion_words(items), homes.doors_of(share.plan, share), here, unsigned)


def to_sign(actor: Actor) -> list[Consignment]:
    """Consignments of the asker's buildings that nobody signed for."""
    rows = Consignment.objects.filter(visible(actor, queries.SIGN, "building__path"), receipt=None)
    return list(rows.select_related("plan", "building").order_by("at", "pk"))


def to_carry(actor: Actor) -> list[DoorsPage]:
    """Buildings of the asker's part where doors wait for what has come."""
    mine = Share.objects.filter(visible(actor, queries.DELIVER, "building__path"), plan__closed_at=None, building__consignments__plan=F("plan"))
    shares = mine.distinct().select_related("plan__unit", "plan__after", "building").order_by("plan__opened_at", "building__path")
    found = []
    for plan, many in homes.open_doors(shares):
        items = queries.items_of(plan)
        here = queries.portions_by_building(items, Stock(one.lot_id for one in items), [doors.share.building_id for doors in many])
        waiting: dict[UUID, list[Consignment]] = {}
        for one in Consignment.objects.filter(plan=plan, receipt=None).order_by("at"):
            waiting.setdefault(one.building_id, []).append(one)
        for doors in many:
            if doors.left and (there := here[doors.share.building_id]):
                page = DoorsPage(plan, doors.share.building, queries.portion_words(items), doors, there, waiting.get(doors.share.building_id, []))
                found.append(page)
    return found


def token_of(room_id: UUID) -> str:
    """What a household's label says: with it the household sees what its door got. Nobody else's, and no name."""
    return base64.urlsafe_b64encode(room_id.bytes + _seal(room_id.bytes)).decode()


def room_of(token: str) -> Room:
    """The door behind a label. Raises NotFound for one that was made up."""
    try:
        raw = base64.urlsafe_b64decode(token.encode())
    except ValueError:
        raise NotFound from None
    if len(raw) != 16 + SEAL_BYTES or not hmac.compare_digest(raw[16:], _seal(raw[:16])):
        raise NotFound
    return fetch(Room.objects.select_related("building").filter(pk=UUID(bytes=raw[:16])))


def _seal(room: bytes) -> bytes:
    # Short, since it is printed small on a wet bag: eight bytes are guessed once in 2 ** 64 tries.
    return salted_hmac(SALT, room, algorithm="sha256").digest()[:SEAL_BYTES]


@dataclass(frozen=True)
class Got:
    """Something that came to a door."""

    plan: Plan
    portion: str
    delivery: Delivery


def got_by(room: Room) -> list[Got]:
    """What came to a door, the newest first; slips of the finger that were taken back are left out, refusals are not."""
    rows = list(Delivery.objects.filter(room=room).select_related("plan").order_by("at", "pk"))
    kept: list[Delivery] = []
    for one in rows:
        if one.result == Result.UNDONE:
            kept = [d for d in kept if d.plan_id != one.plan_id or d.result != Result.DONE]
        else:
            kept.append(one)
    plans = {one.plan_id: queries.portion_words(queries.items_of(one.plan)) for one in kept}
    return [Got(one.plan, plans[one.plan_id], one) for one in reversed(kept)]


@dataclass
class Gift:
    """Donations of one giver of one thing, in sums; a private giver has no name here."""

    giver: str
    item: str
    measure: str
    arrived: int = 0
    out: int = 0
    left: int = 0
    lost: int = 0
    moved: int = 0


def gifts(unit: Unit, at: datetime) -> list[Gift]:
    """The published account of a store's donations: by organisation; private persons stand together."""
    lots = list(Lot.objects.filter(unit=unit, source=Lot.Source.DONATION).order_by("arrived_at"))
    sums: dict[tuple[str, str, str], Gift] = {}
    for line in queries.lot_lines(lots, at):
        key = (line.lot.giver, line.lot.item, line.lot.measure)
        gift = sums.setdefault(key, Gift(*key))
        gift.arrived += line.arrived - line.back
        gift.out += line.out
        gift.lost += line.lost
        gift.moved += line.moved
        gift.left += line.store + line.buildings + line.transit
    return sorted(sums.values(), key=lambda g: (not g.giver, g.giver, g.item))


@dataclass(frozen=True)
class LotPage:
    """A lot with its story."""

    line: queries.LotLine
    events: Sequence[object]
    moves: Sequence[Move]


def lot_page(actor: Actor, lot_id: UUID, at: datetime) -> LotPage:
    """A lot. Moves to single doors are summed on the plan's page, not listed here."""
    lot = queries.lot_for(actor, lot_id)
    moves = Move.objects.filter(lot=lot, delivery=None).select_related("building").order_by("-at", "-pk")
    return LotPage(queries.lot_lines([lot], at)[0], list(lot.events.all()), list(moves[:SHOWN_MOVES]))
