"""From the store to a building and back: a consignment leaves, the building leader signs, what is left over returns."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live
from jimu.core.errors import Conflict, Invalid
from jimu.core.fetching import fetch
from jimu.core.permissions import Actor
from jimu.field.supplies import queries, rules
from jimu.field.supplies.models import Consignment, Plan, PlanItem, Receipt, Share
from jimu.field.supplies.queries import STORE
from jimu.field.supplies.receiving import LONGEST_NOTE, TOPIC, require_ready
from jimu.field.supplies.signing import told_before
from jimu.field.supplies.stock import Carry, Place, Stock, carry, hold


def carries(plan: Plan, items: Sequence[PlanItem], portions: int, outof: str, into: str, building_id: UUID | None, note: str = "") -> list[Carry]:
    """Moves of whole portions."""
    return [Carry(one.lot, portions * one.each, outof, into, building_id, plan.pk, note=note) for one in items]


def issue(*, actor: Actor, at: datetime, plan_id: UUID, building_id: UUID, portions: int) -> Consignment:
    """Portions leave the store for a building, at most its share. Raises NotEnough, NotReady, Conflict."""
    if not 0 < portions <= rules.MOST:
        raise Invalid(_("请写发出多少份。"), field="portions")
    with transaction.atomic():
        plan = queries.plan_for(actor, plan_id, STORE)
        hold(plan.unit_id)
        _open(plan)
        share = fetch(Share.objects.filter(plan=plan, building=building_id).select_related("building"))
        sent = issued(plan).get(share.building_id, 0)
        if sent + portions > share.portions:
            raise Conflict(
                _("{building} 这次一共 {share} 份，已发出 {sent} 份，不能再发 {more} 份。").format(building=share.building.name, share=share.portions, sent=sent, more=portions),
                code="over_share",
            )  # fmt: skip
        items = queries.items_of(plan)
        require_ready([one.lot for one in items], at)
        carry(carries(plan, items, portions, Place.STORE, Place.BUILDING, share.building_id), actor=actor, at=at)
        made = Consignment.objects.create(plan=plan, building=share.building, portions=portions, at=at, by=actor.name)
        _tell(actor, at, "supplies.issued", made, portions)
    return made


def issued(plan: Plan) -> dict[UUID, int]:
    """Portions by building that are there or on their way: as counted where somebody signed, so that what was short is sent again."""
    sums: dict[UUID, int] = {}
    for building, portions, counted in Consignment.objects.filter(plan=plan).values_list("building", "portions", "receipt__counted"):
        sums[building] = sums.get(building, 0) + (portions if counted is None else counted)
    return sums


def issue_all(*, actor: Actor, at: datetime, plan_id: UUID) -> list[Consignment]:
    """Everything that is still due to buildings leaves at once, as it does when the carts set out together. All or nothing."""
    with transaction.atomic():
        plan = queries.plan_for(actor, plan_id, STORE)
        hold(plan.unit_id)
        sent = issued(plan)
        due = [(s.building_id, s.portions - sent.get(s.building_id, 0)) for s in plan.shares.order_by("building__path")]
        made = [issue(actor=actor, at=at, plan_id=plan.pk, building_id=b, portions=n) for b, n in due if n > 0]
        if not made:
            raise Conflict(_("各楼的份数都已发出。"), code="all_issued")
    return made


def sign(*, actor: Actor, at: datetime, consignment_id: UUID, counted: int, note: str = "", receipt_id: UUID | None = None) -> Receipt:
    """The building leader's signature with what was counted; the stock follows the count.

    Short: what is missing is written down as lost on the way. Over: it came out of the store uncounted. `receipt_id` makes signing
    twice from one phone harmless. Raises Signed when somebody signed, NotEnough when the store had not so many to put too much on a cart.
    """
    if not 0 <= counted <= rules.MOST:
        raise Invalid(_("请写点到多少份。"), field="counted")
    with transaction.atomic():
        found = queries.consignment_for(actor, consignment_id)
        hold(found.plan.unit_id)
        before = told_before(Receipt.objects.filter(consignment=found).first(), receipt_id)
        if before is not None:
            return before
        off = counted - found.portions
        if off:
            _settle(found, off, actor, at)
        more = {"pk": receipt_id} if receipt_id is not None else {}
        receipt = Receipt.objects.create(consignment=found, counted=counted, note=note.strip()[:LONGEST_NOTE], at=at, by=actor.name, **more)
        _tell(actor, at, "supplies.signed", found, counted, off=off)
    return receipt


def _settle(found: Consignment, off: int, actor: Actor, at: datetime) -> None:
    """Goods follow the count; of what reached doors before the signature no more than is left can be short."""
    items = queries.items_of(found.plan)
    stock = Stock(one.lot_id for one in items)
    short = min(-off, queries.portions_in(items, stock, Place.BUILDING, found.building_id)) if off < 0 else 0
    if off > 0:
        many = carries(found.plan, items, off, Place.STORE, Place.BUILDING, found.building_id, _("签收时多出"))
    else:
        many = carries(found.plan, items, short, Place.BUILDING, Place.LOST, found.building_id, _("签收时短少")) if short else []
    carry(many, actor=actor, at=at, stock=stock)


def bring_back(*, actor: Actor, at: datetime, plan_id: UUID, building_id: UUID, portions: int) -> None:
    """What a building did not need goes back to the store. Raises NotEnough."""
    if not 0 < portions <= rules.MOST:
        raise Invalid(_("请写退回多少份。"), field="portions")
    with transaction.atomic():
        plan = queries.plan_for(actor, plan_id, STORE)
        hold(plan.unit_id)
        share = fetch(Share.objects.filter(plan=plan, building=building_id).select_related("building"))
        carry(carries(plan, queries.items_of(plan), portions, Place.BUILDING, Place.STORE, share.building_id, _("退回库里")), actor=actor, at=at)
        data = {"title": plan.title, "building": share.building.name, "portions": portions}
        journal.record(actor=actor, at=at, verb="supplies.brought_back", target=plan.target, scope=share.building.path, data=data)
        live.beat(TOPIC)


def _open(plan: Plan) -> None:
    plan.refresh_from_db(fields=["closed_at"])
    if plan.closed_at is not None:
        raise Conflict(_("这个计划已经结束。"), code="plan_closed")


def _tell(actor: Actor, at: datetime, verb: str, found: Consignment, portions: int, **more: int) -> None:
    data = {"title": found.plan.title, "building": found.building.name, "portions": portions, **more}
    journal.record(actor=actor, at=at, verb=verb, target=f"consignment:{found.pk}", scope=found.building.path, data=data)
    live.beat(TOPIC)


