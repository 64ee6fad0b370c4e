"""Distribution plans: reckoned from the ledger, written down, closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.field.supplies import homes, policy, queries, rules
from jimu.field.supplies.models import Lot, Plan, PlanItem, Share
from jimu.field.supplies.queries import STORE
from jimu.field.supplies.receiving import TOPIC
from jimu.field.supplies.stock import Place, Stock, hold
from jimu.grid.models import Unit

MOST_EACH, MOST_LIMIT = 1000, 9


@dataclass(frozen=True)
class Wish:
    """What a plan should be: so many of each lot in a portion, the limit, what is kept spare in percent (None: as the playbook says)."""

    title: str
    each: Mapping[UUID, int]
    limit: int = 1
    per_people: int | None = None
    spare_percent: float | None = None
    after_id: UUID | None = None


@dataclass(frozen=True)
class Line:
    """A building in a plan that is not written yet."""

    building: Unit
    households: int
    priority: int
    wanted: int
    portions: int
    on_ledger: bool


@dataclass(frozen=True)
class Draft:
    """A plan as it would be: `there` whole portions in the store, of which `spare` are kept."""

    store: Unit
    lots: Sequence[Lot]
    lines: Sequence[Line]
    there: int
    spare: int
    after: Plan | None = field(default=None)

    @property
    def wanted(self) -> int:
        """Portions that all should get together."""
        return sum(line.wanted for line in self.lines)

    @property
    def given(self) -> int:
        """Portions that go to buildings."""
        return sum(line.portions for line in self.lines)

    @property
    def short(self) -> int:
        """Portions that wait for the next batch."""
        return self.wanted - self.given


def draft(*, actor: Actor, wish: Wish) -> Draft:
    """Reckon a plan without writing it. Raises Invalid, NotFound."""
    if not wish.each or not all(1 <= n <= MOST_EACH for n in wish.each.values()):
        raise Invalid(_("请至少选一种物资，并写每份几件。"), code="no_items")
    if not 1 <= wish.limit <= MOST_LIMIT or not 0 <= (wish.spare_percent or 0) <= 50 or (wish.per_people is not None and wish.per_people < 1):
        raise Invalid(_("每户限额在 1 到 {n} 份之间，备用在 0% 到 50% 之间。").format(n=MOST_LIMIT), code="bad_limit")
    lots = [queries.lot_for(actor, lot_id, STORE) for lot_id in wish.each]
    if any(lot.buy_item_id for lot in lots):
        raise Invalid(_("团购的东西只交给下单的人，不能放进发放计划。"), code="group_goods")
    if len({lot.unit_id for lot in lots}) > 1:
        raise Invalid(_("一个计划里的物资要在同一个库里。"), code="two_stores")
    store = lots[0].unit
    after = queries.plan_for(actor, wish.after_id) if wish.after_id else None
    if after is not None and after.unit_id != store.pk:
        raise NotFound
    stock = Stock(wish.each)
    there = min(stock.at(lot.pk, Place.STORE) // wish.each[lot.pk] for lot in lots)
    found = homes.wants_of(store, per_people=wish.per_people, limit=wish.limit, after=after)
    wants = {b.path: want for b, want, *_rest in found}
    percent = policy.of_place(store).spare_percent if wish.spare_percent is None else wish.spare_percent
    spare = min(there, rules.spare_of(min(there, sum(w.priority + w.others for w in wants.values())), percent))
    given = rules.shared(wants, there - spare)
    lines = [Line(b, households, priority, want.priority + want.others, given[b.path], known) for b, want, households, priority, known in found]
    return Draft(store, lots, lines, there, spare, after)


def make_plan(*, actor: Actor, at: datetime, wish: Wish) -> Plan:
    """Write a plan down. Raises Conflict when there is nothing to give or nobody to give it to."""
    with transaction.atomic():
        first = queries.lot_for(actor, next(iter(wish.each)), STORE) if wish.each else None
        if first is not None:
            hold(first.unit_id)
        made = draft(actor=actor, wish=wish)
        if not made.given:
            raise Conflict(_("库里凑不出一份，或台账里没有在家的户。请先登记到货、导入住户台账。"), code="nothing_to_give")
        plan = Plan.objects.create(
            unit=made.store, title=wish.title.strip()[:60] or _("物资发放"), limit=wish.limit, per_people=wish.per_people, spare=made.spare,
            after=made.after, opened_at=at, opened_by=actor.name,
        )  # fmt: skip
        PlanItem.objects.bulk_create(PlanItem(plan=plan, lot=lot, each=wish.each[lot.pk]) for lot in made.lots)
        Share.objects.bulk_create(
            Share(plan=plan, building=one.building, households=one.households, priority=one.priority, portions=one.portions, on_ledger=one.on_ledger)
            for one in made.lines if one.wanted
        )  # fmt: skip
        data = {"title": plan.title, "portions": made.given, "buildings": sum(1 for line in made.lines if line.portions)}
        journal.record(actor=actor, at=at, verb="supplies.planned", target=plan.target, scope=plan.unit.path, data=data)
        live.beat(TOPIC)
    return plan


def close_plan(*, actor: Actor, at: datetime, plan_id: UUID) -> Plan:
    """Nothing leaves the store for it any more; what phones still hold from before counts when it arrives."""
    with transaction.atomic():
        plan = queries.plan_for(actor, plan_id, STORE)
        hold(plan.unit_id)
        plan.refresh_from_db(fields=["closed_at"])
        if plan.closed_at is not None:
            raise Conflict
        plan.closed_at = at
        plan.save(update_fields=["closed_at"])
        journal.record(actor=actor, at=at, verb="supplies.plan_closed", target=plan.target, scope=plan.unit.path, data={"title": plan.title})
        live.beat(TOPIC)
    return plan
