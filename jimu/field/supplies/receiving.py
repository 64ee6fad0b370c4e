"""What is done with goods at the store: taken in, disinfected, counted, packed, written off, sent back, thanked for."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, sealed
from jimu.core.errors import Conflict, Invalid
from jimu.core.permissions import Actor
from jimu.field.supplies import policy, rules
from jimu.field.supplies.errors import NotReady
from jimu.field.supplies.models import Lot, LotEvent
from jimu.field.supplies.queries import KEPT_IN, STORE, lot_for, stages_of
from jimu.field.supplies.stock import Carry, Place, Stock, carry, hold
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for
from jimu.organisations.models import Pledge
from jimu.organisations.queries import goods_pledge, registered
from jimu.people.intake import cells
from jimu.signup.rules import fresh_code, names_a_person

TOPIC = "supplies"
LONGEST_NOTE = 200
Kind = LotEvent.Kind
#: Corrections by hand: what the journal says, from where, to where.
CORRECTIONS = {
    "lost": ("supplies.lost", Place.STORE, Place.LOST),
    "found": ("supplies.found", Place.LOST, Place.STORE),
    "back": ("supplies.back", Place.STORE, Place.BACK),
    "spare": ("supplies.spare", Place.STORE, Place.OUT),
    # Never came: whoever wrote down the arrival wrote too many.
    "mistyped": ("supplies.mistyped", Place.STORE, Place.SOURCE),
}


@dataclass(frozen=True)
class Given:
    """What arrives: `person` says that the giver is a private person, whose name is sealed and never published.

    `rest_minutes`: None for those of the playbook in force at the store. With `pledge_id` it came of an organisation's promise, which says
    what it is, how it is counted and who gives it.
    """

    item: str
    measure: str
    number: int
    source: str
    giver: str = ""
    person: bool = False
    mark: str = ""
    use_by: date | None = None
    disinfect: bool = True
    rest_minutes: int | None = None
    note: str = ""
    pledge_id: UUID | None = None


def of_pledge(pledge: Pledge, number: int, **more: Any) -> Given:
    """What arrives of a promise: nothing that the promise says is typed again."""
    return Given(pledge.item, pledge.measure or _("份"), number, Lot.Source.DONATION, pledge.organisation.name, pledge_id=pledge.pk, **more)


def arrive(*, actor: Actor, at: datetime, unit_id: UUID, given: Given) -> Lot:
    """Take goods in. Raises NotFound beyond the actor's part, Invalid; Conflict for a promise that was taken back or is for elsewhere."""
    item, measure, giver = cells.text(given.item)[:40], cells.text(given.measure)[:10], cells.text(given.giver)[:80]
    if (given.pledge_id is None and (not item or not measure)) or not 0 < given.number <= rules.MOST:
        raise Invalid(_("请写清是什么、多少、按什么数。"), code="no_goods")
    if given.source not in Lot.Source.values or not 0 <= (given.rest_minutes or 0) <= 10_080:
        raise Invalid
    if given.source == Lot.Source.DONATION and not giver and given.pledge_id is None:
        raise Invalid(_("请写清是谁捐的；不愿留名的写“热心居民”，并勾选个人捐赠。"), code="no_giver", field="giver")
    if names_a_person(giver + given.note):
        raise Invalid(_("这里不要写手机号或身份证号。"), code="personal", field="giver")
    with transaction.atomic():
        hold(unit_id)
        unit = unit_for(actor, unit_id, STORE)
        if unit.kind not in KEPT_IN:
            raise Invalid(_("物资登记在居民区或街道的库里，不登记在楼里。"), code="not_a_store")
        pledge = goods_pledge(given.pledge_id, unit.path) if given.pledge_id else None
        if pledge is not None:
            said = of_pledge(pledge, given.number)
            given = replace(given, source=said.source, person=False)
            item, measure, giver = said.item, said.measure, said.giver
        organisation = pledge.organisation if pledge else None if given.person else registered(giver)
        lot = Lot.objects.create(
            unit=unit, item=item, measure=measure, source=given.source, giver="" if given.person else giver, organisation=organisation, pledge=pledge,
            giver_sealed=sealed.seal(giver) if given.person else "", mark=cells.text(given.mark)[:40], use_by=given.use_by,
            disinfect=given.disinfect, rest_minutes=rest_at(unit, given.rest_minutes), receipt=fresh_code(), arrived_at=at, arrived_by=actor.name,
            note=given.note.strip()[:LONGEST_NOTE],
        )  # fmt: skip
        carry([Carry(lot, given.number, Place.SOURCE, Place.STORE)], actor=actor, at=at)
        tell(actor, at, "supplies.arrived", lot, number=given.number)
    return lot


def rest_at(unit: Unit, minutes: int | None) -> int:
    """How long goods rest at a store: as said, else as the playbook there says."""
    return policy.of_place(unit).rest_minutes if minutes is None else minutes


def disinfect(*, actor: Actor, at: datetime, lot_id: UUID, note: str = "") -> LotEvent:
    """It was disinfected now; its rest begins. A second time begins it anew."""
    return _happened(actor, at, lot_id, Kind.DISINFECTED, "supplies.disinfected", None, note)


def pack(*, actor: Actor, at: datetime, lot_id: UUID, number: int, note: str = "") -> LotEvent:
    """So many bags were packed of it."""
    if not 0 < number <= rules.MOST:
        raise Invalid(_("请写分拣了多少份。"), field="number")
    return _happened(actor, at, lot_id, Kind.PACKED, "supplies.packed", number, note)


def thank(*, actor: Actor, at: datetime, lot_id: UUID, note: str = "") -> LotEvent:
    """The giver was thanked. Raises Conflict for what nobody gave."""
    with transaction.atomic():
        lot = lot_for(actor, lot_id, STORE)
        if lot.source != Lot.Source.DONATION:
            raise Conflict(_("这一批不是捐赠的。"), code="no_donation")
        return _happened(actor, at, lot_id, Kind.THANKED, "supplies.thanked", None, note)


def count(*, actor: Actor, at: datetime, lot_id: UUID, number: int, note: str = "") -> int:
    """What lies in the store was counted; the stock follows the count. Returns by how much it was off (negative: missing)."""
    if not 0 <= number <= rules.MOST:
        raise Invalid(_("请写点到多少。"), field="number")
    with transaction.atomic():
        lot = _held(actor, lot_id)
        stock = Stock([lot.pk])
        off = number - stock.at(lot.pk, Place.STORE)
        if off:
            ends = (Place.SOURCE, Place.STORE) if off > 0 else (Place.STORE, Place.LOST)
            carry([Carry(lot, abs(off), *ends, note=note or _("清点"))], actor=actor, at=at, stock=stock)
        LotEvent.objects.create(lot=lot, kind=Kind.COUNTED, number=number, at=at, by=actor.name, note=note[:LONGEST_NOTE])
        tell(actor, at, "supplies.counted", lot, number=number, off=off)
    return off


def correct(*, actor: Actor, at: datetime, lot_id: UUID, how: str, number: int, note: str) -> None:
    """Write off what is damaged, take it back in, send it back to where it came from, or give spare ones out at the store.

    Each needs its reason. Raises NotEnough, NotReady.
    """
    if how not in CORRECTIONS or not 0 < number <= rules.MOST:
        raise Invalid(_("请写数量。"), field="number")
    if not note.strip():
        raise Invalid(_("请写一句原因。"), code="no_words", field="note")
    with transaction.atomic():
        lot = _held(actor, lot_id)
        if how == "spare":
            require_ready([lot], at)
        verb, outof, into = CORRECTIONS[how]
        carry([Carry(lot, number, outof, into, note=note.strip())], actor=actor, at=at)
        tell(actor, at, verb, lot, number=number)


def require_ready(lots: list[Lot], at: datetime) -> None:
    """Raise NotReady for the first lot that may not leave the store."""
    stages = stages_of(lots, at)
    for lot in lots:
        if stages[lot.pk].code != "ready":
            raise NotReady(lot.item, stages[lot.pk].code, stages[lot.pk].until)


def tell(actor: Actor, at: datetime, verb: str, lot: Lot, **data: int) -> None:
    """An entry of the journal: what, how many; never from whom or to whom."""
    said = {"item": lot.item, "measure": lot.measure, **data}
    journal.record(actor=actor, at=at, verb=verb, target=lot.target, scope=lot.unit.path, data=said)
    live.beat(TOPIC)


def _held(actor: Actor, lot_id: UUID) -> Lot:
    lot = lot_for(actor, lot_id, STORE)
    hold(lot.unit_id)
    return lot


def _happened(actor: Actor, at: datetime, lot_id: UUID, kind: str, verb: str, number: int | None, note: str) -> LotEvent:
    with transaction.atomic():
        lot = _held(actor, lot_id)
        event = LotEvent.objects.create(lot=lot, kind=kind, number=number, at=at, by=actor.name, note=note.strip()[:LONGEST_NOTE])
        tell(actor, at, verb, lot, **({} if number is None else {"number": number}))
    return event
