"""What became of goods that organisations gave, for whoever may see the organisation; and what is still to come of promises to a store."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from jimu.core.permissions import Actor
from jimu.field.supplies.models import Lot
from jimu.field.supplies.queries import STORE
from jimu.field.supplies.stock import Place, Stock
from jimu.organisations import queries as organisations
from jimu.organisations.queries import PledgeView

SEEN = organisations.VIEW


@dataclass
class Became:
    """Goods of one promise, or of one kind that came without any: how many came, and where they are. What came is the sum of the rest."""

    item: str
    measure: str
    pledge_id: UUID | None
    received: int = 0
    doors: int = 0
    buildings: int = 0
    way: int = 0
    left: int = 0
    back: int = 0
    lost: int = 0

    def figures(self) -> dict[str, int | UUID | None]:
        """The figures by name."""
        return {name: getattr(self, name) for name in ("pledge_id", "received", "doors", "buildings", "way", "left", "back", "lost")}


def what_became(actor: Actor, organisation_id: UUID) -> list[Became]:
    """An organisation's goods in sums; goods that moved to another store are counted where they are. Raises NotFound. Four reads however many lots.

    Its contact sees all of them, others what was promised or brought to their part.
    """
    organisation = organisations.organisation_for(actor, organisation_id)
    lots = Lot.objects.filter(organisations.of_their_part(actor, organisation, "unit__path"), organisation=organisation, source=Lot.Source.DONATION)
    return _sums(lots.select_related("pledge", "came_by__lot").order_by("arrived_at", "pk"))


def _sums(lots: Iterable[Lot]) -> list[Became]:
    rows = list(lots)
    stock = Stock(lot.pk for lot in rows)
    shown = {lot.pk for lot in rows}
    sums: dict[tuple[UUID | None, str, str], Became] = {}
    for lot in rows:
        first = _first(lot)
        one = sums.setdefault((first.pledge_id, lot.item, lot.measure), Became(lot.item, lot.measure, first.pledge_id))
        # What moved on is counted where it arrived, where the asker sees that; else it is on its way out of their sight.
        moved_here = lot.came_by.counted or 0 if first.pk != lot.pk and lot.came_by.lot_id in shown else 0
        one.received += stock.arrived(lot.pk) - moved_here
        one.doors += stock.at(lot.pk, Place.OUT)
        one.buildings += stock.in_buildings(lot.pk)
        one.way += stock.at(lot.pk, Place.TRANSIT) + stock.at(lot.pk, Place.MOVED) - moved_here
        one.left += stock.at(lot.pk, Place.STORE)
        one.back += stock.at(lot.pk, Place.BACK)
        one.lost += stock.at(lot.pk, Place.LOST)
    return list(sums.values())


def _first(lot: Lot) -> Lot:
    """The lot as it came from the giver: goods move from store to store."""
    while (move := getattr(lot, "came_by", None)) is not None:
        lot = move.lot
    return lot


def sees_giver(actor: Actor, lot: Lot) -> bool:
    """Whether a lot leads to the page of who gave it."""
    return lot.organisation_id is not None and organisations.sees(actor, lot.organisation_id)


def to_come(actor: Actor) -> list[PledgeView]:
    """Open promises of goods to the asker's stores of which something is still to come."""
    return organisations.goods_to_come(actor.paths(STORE))


def promise(actor: Actor, asked: str) -> PledgeView | None:
    """An open promise of goods to one of the asker's stores, by its id; all of it may have come, and more."""
    return next((view for view in organisations.goods_promised(actor.paths(STORE)) if str(view.pledge.pk) == asked), None)
