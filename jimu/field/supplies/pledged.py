"""What became of goods that organisations gave, for whoever may see the organisation; and what is still to come of promises to a store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from jimu.core.permissions import Actor
from jimu.field.supplies.models import Lot, Transfer
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
    """An organisation's goods in sums; goods that moved to another store are counted where they are. Raises NotFound. As many reads for one lot as for hundreds.

    Its contact sees all of them, others what was promised or brought to their part.
    """
    organisation = organisations.organisation_for(actor, organisation_id)
    lots = Lot.objects.filter(organisations.of_their_part(actor, organisation, "unit__path"), organisation=organisation, source=Lot.Source.DONATION)
    # What is moved keeps its giver: each move of the organisation's goods is among these.
    moves = {move.made_id: move for move in Transfer.objects.filter(made__organisation=organisation).select_related("lot")}
    return _sums(list(lots.order_by("arrived_at", "pk")), moves)


def _sums(rows: Sequence[Lot], moves: Mapping[UUID | None, Transfer]) -> list[Became]:
    """Rows in sums; `moves` are those by which lots came from other stores, by the lot that they made."""
    stock = Stock(lot.pk for lot in rows)
    shown = {lot.pk for lot in rows}
    sums: dict[tuple[UUID | None, str, str], Became] = {}
    for lot in rows:
        first, move = _first(lot, moves), moves.get(lot.pk)
        one = sums.setdefault((first.pledge_id, lot.item, lot.measure), Became(lot.item, lot.measure, first.pledge_id))
        # What moved on is counted where it arrived, where the asker sees that; else it is on its way out of their sight.
        moved_here = move.counted or 0 if move is not None and move.lot_id in shown else 0
        one.received += stock.arrived(lot.pk) - moved_here
        one.doors += stock.at(lot.pk, Place.OUT)
        one.buildings += stock.in_buildings(lot.pk)
        one.way += stock.at(lot.pk, Place.TRANSIT) + stock.at(lot.pk, Place.MOVED) - moved_here
        one.left += stock.at(lot.pk, Place.STORE)
        one.back += stock.at(lot.pk, Place.BACK)
        one.lost += stock.at(lot.pk, Place.LOST)
    return list(sums.values())


def _first(lot: Lot, moves: Mapping[UUID | None, Transfer]) -> Lot:
    """The lot as it came from the giver: goods move from store to store."""
    while (move := moves.get(lot.pk)) is not None:
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
