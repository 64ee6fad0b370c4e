"""From store to store: sent under one signature, on the way counted as such, signed for there by another hand; what is short is lost and told."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.field.supplies import queries, rules, transfer_queries
from jimu.field.supplies.models import Lot, LotEvent, Transfer
from jimu.field.supplies.queries import STORE
from jimu.field.supplies.receiving import LONGEST_NOTE, TOPIC
from jimu.field.supplies.stock import Carry, Place, carry, hold
from jimu.signup.rules import fresh_code, names_a_person


def send(*, actor: Actor, at: datetime, lot_id: UUID, to_id: UUID, number: int, note: str = "") -> Transfer:
    """So many of a lot leave for another store: the sender's signature. Raises NotEnough, Conflict, Invalid, NotFound."""
    if not 0 < number <= rules.MOST:
        raise Invalid(_("请写调出多少。"), field="number")
    if names_a_person(note):
        raise Invalid(_("这里不要写手机号或身份证号。"), code="personal", field="note")
    with transaction.atomic():
        lot = queries.lot_for(actor, lot_id, STORE)
        hold(lot.unit_id)
        to = transfer_queries.other_stores(lot).filter(pk=to_id).first()
        if to is None:
            raise NotFound(_("请选一个别的库。"))
        if lot.buy_item_id:
            raise Conflict(_("团购的东西只交给下单的人，不能调走。"), code="group_goods")
        if queries.stages_of([lot], at)[lot.pk].code == "expired":
            raise Conflict(_("过了保质期的不能调走，请登记缺损或退回来处。"), code="expired")
        made = Transfer.objects.create(lot=lot, to=to, number=number, note=note.strip()[:LONGEST_NOTE], sent_at=at, sent_by=actor.name, sent_account=actor.account_id)
        carry([Carry(lot, number, Place.STORE, Place.TRANSIT, note=_("调往{place}").format(place=to.name))], actor=actor, at=at)
        _tell(actor, at, "supplies.transfer_sent", made, lot.unit.path, number=number)
    return made


def sign(*, actor: Actor, at: datetime, transfer_id: UUID, counted: int, note: str = "") -> Transfer:
    """The other signature, with what was counted; the stock follows the count and what is short is lost on the way.

    Over: it left the first store uncounted. Raises Conflict for who sent it themselves, and for one that is signed for or taken back.
    """
    if not 0 <= counted <= rules.MOST:
        raise Invalid(_("请写点到多少。"), field="counted")
    with transaction.atomic():
        found = _held(actor, transfer_id, "to")
        if found.sent_account is not None and found.sent_account == actor.account_id:
            raise Conflict(_("调出的是您自己，请由收的库另一个人点数签收。"), code="own_signature")
        lot, off = found.lot, counted - found.number
        over = [Carry(lot, off, Place.STORE, Place.TRANSIT, note=_("签收时多出"))] if off > 0 else []
        lost = [Carry(lot, -off, Place.TRANSIT, Place.LOST, note=_("调拨路上短少"))] if off < 0 else []
        gone = [Carry(lot, counted, Place.TRANSIT, Place.MOVED, note=_("调往{place}").format(place=found.to.name))] if counted else []
        carry([*over, *lost, *gone], actor=actor, at=at)
        found.made = _made(found, counted, actor, at) if counted else None
        found.counted, found.counted_note, found.counted_at, found.counted_by = counted, note.strip()[:LONGEST_NOTE], at, actor.name
        found.save(update_fields=["made", "counted", "counted_note", "counted_at", "counted_by"])
        for path in {lot.unit.path, found.to.path}:
            _tell(actor, at, "supplies.transfer_signed", found, path, number=counted, off=off)
    return found


def cancel(*, actor: Actor, at: datetime, transfer_id: UUID) -> Transfer:
    """The cart turned back: what was on the way lies in the first store again."""
    with transaction.atomic():
        found = _held(actor, transfer_id, "lot__unit")
        carry([Carry(found.lot, found.number, Place.TRANSIT, Place.STORE, note=_("没有送走，收回"))], actor=actor, at=at)
        found.cancelled_at, found.cancelled_by = at, actor.name
        found.save(update_fields=["cancelled_at", "cancelled_by"])
        _tell(actor, at, "supplies.transfer_cancelled", found, found.lot.unit.path, number=found.number)
    return found


def _made(found: Transfer, counted: int, actor: Actor, at: datetime) -> Lot:
    """The lot in the other store: of the same goods, as far disinfected as they were. A private giver's name stays where it was given."""
    lot = found.lot
    made = Lot.objects.create(
        unit=found.to, item=lot.item, measure=lot.measure, source=lot.source, giver=lot.giver, organisation=lot.organisation, mark=lot.mark, use_by=lot.use_by, disinfect=lot.disinfect,
        rest_minutes=lot.rest_minutes, receipt=fresh_code(), arrived_at=at, arrived_by=actor.name, note=_("从{place}调来").format(place=lot.unit.name),
    )  # fmt: skip
    done = lot.events.filter(kind=LotEvent.Kind.DISINFECTED).last()
    if done is not None:
        LotEvent.objects.create(lot=made, kind=done.kind, at=done.at, by=done.by, note=_("随货带来"))
    carry([Carry(made, counted, Place.SOURCE, Place.STORE)], actor=actor, at=at)
    return made


def _held(actor: Actor, transfer_id: UUID, side: str) -> Transfer:
    """One that is on its way, for who keeps the store of a side; both stores are held. Raises NotFound, Conflict."""
    found = transfer_queries.transfer_for(actor, transfer_id, side)
    hold(found.lot.unit_id, found.to_id)
    found.refresh_from_db(fields=["counted_at", "counted_by", "cancelled_at"])
    if found.counted_at is not None:
        raise Conflict(_("{who} 已经签收过了。").format(who=found.counted_by), code="signed")
    if found.cancelled_at is not None:
        raise Conflict(_("这一批已经收回，没有送走。"), code="cancelled")
    return found


def _tell(actor: Actor, at: datetime, verb: str, found: Transfer, path: str, **data: int) -> None:
    said = {"item": found.lot.item, "measure": found.lot.measure, "place": found.to.name, **data}
    journal.record(actor=actor, at=at, verb=verb, target=found.target, scope=path, data=said)
    live.beat(TOPIC)
