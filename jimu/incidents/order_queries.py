"""Reads of orders, each within the asker's part of the grid: who gave it, whom it asks, who has answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jimu.core import live
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import Actor, reached, visible
from jimu.grid.models import Unit
from jimu.grid.paths import STEP
from jimu.incidents.models import Incident, Order, OrderQuestion, Receipt, ReceiptEvent
from jimu.incidents.order_rules import SILENCE_MINUTES, Standing, counted
from jimu.incidents.order_rules import Count as Tally
from jimu.playbooks.reading import parse

VIEW = "orders.view"
ANSWER = "orders.answer"
ANSWERING = ("commander", "secretary", "block_leader", "building_leader")


def silence_minutes(incident: Incident | None) -> int:
    """Minutes of silence after which the deputy is asked, as the incident's playbook says."""
    if incident is None:
        return SILENCE_MINUTES
    try:
        return parse(incident.playbook_text, file=incident.playbook).silence_minutes
    except Invalid:
        return SILENCE_MINUTES


def _concerning(actor: Actor) -> Q:
    """Orders given in the asker's part, or by a unit above it."""
    paths = actor.paths(VIEW)
    return Q() if "" in paths else reached(actor, VIEW, "unit__path")


def orders_for(actor: Actor) -> "QuerySet[Order]":
    """Orders that concern the asker, those under way first, with how many answered. Raises NotPermitted."""
    actor.require(VIEW)
    rows = Order.objects.filter(_concerning(actor)).select_related("unit")
    done = Count("receipts", filter=Q(receipts__state=Receipt.State.ACKNOWLEDGED))
    return rows.annotate(cells=Count("receipts"), done=done).order_by("state", "-issued_at")


def order_for(actor: Actor, right: str, order_id: UUID) -> Order:
    """One order. Raises NotFound outside the asker's part, NotPermitted without the right where it was given."""
    actor.require(VIEW)
    order = Order.objects.filter(_concerning(actor), pk=order_id).select_related("unit", "incident").first()
    if order is None:
        raise NotFound
    if right != VIEW:
        actor.require(right, order.unit.path)
    return order


@dataclass(frozen=True)
class Cell:
    """One receipt as the tree draws it."""

    unit_id: UUID
    path: str
    name: str
    standing: Standing


@dataclass
class Branch:
    """A neighborhood (or another unit right below the issuing one) with all its cells."""

    unit: Unit
    cells: list[Cell] = field(default_factory=list)
    whole: Tally = field(default_factory=Tally)
    levels: Mapping[str, Tally] = field(default_factory=dict)


@dataclass(frozen=True)
class Tree:
    """An order as one reader sees it."""

    order: Order
    version: int
    whole: Tally
    levels: Mapping[str, Tally]
    branches: Sequence[Branch]


def tree(actor: Actor, order: Order) -> Tree:
    """All receipts in the asker's part, counted by level and by neighborhood. A fixed number of reads."""
    version = live.versions([order.target])[order.target]
    rows = Receipt.objects.filter(visible(actor, VIEW, "unit__path"), order=order).order_by("unit__path").values_list(
        "unit_id", "unit__path", "unit__name", "unit__kind", "state", "questioned", "stuck", "here", "wanted", "office"
    )  # fmt: skip
    cells = [
        Cell(pk, path, name, Standing(kind, state, questioned, stuck, office in ("deputy", "above"), here, wanted))
        for pk, path, name, kind, state, questioned, stuck, here, wanted, office in rows
    ]
    whole, levels = counted(cell.standing for cell in cells)
    return Tree(order, version, whole, levels, _branches(order, cells))


def _branches(order: Order, cells: Sequence[Cell]) -> list[Branch]:
    """Cells by the neighborhood that they lie in; by the unit right below the issuing one where they lie in none."""
    wanted = {cell.path[:n] for cell in cells for n in range(len(order.unit.path) + STEP, len(cell.path) + 1, STEP)}
    units = list(Unit.objects.filter(path__in=wanted).order_by("path")) if wanted else []
    heads = {unit.path: Branch(unit) for unit in units if unit.kind == Unit.Kind.NEIGHBORHOOD or unit.depth == order.unit.depth + 1}
    for cell in cells:
        above = (cell.path[:n] for n in range(len(cell.path), 0, -STEP))
        head = next((heads[path] for path in above if path in heads), None)
        if head is not None:
            head.cells.append(cell)
    found = [branch for branch in heads.values() if branch.cells]
    for branch in found:
        branch.whole, branch.levels = counted(cell.standing for cell in branch.cells)
    return found


def receipts_in(actor: Actor, order: Order, unit_id: UUID) -> tuple[Unit, list[Receipt]]:
    """One unit of an order and the receipts at and below it, with whom they are asked of. Raises NotFound."""
    unit = Unit.objects.filter(visible(actor, VIEW), pk=unit_id, path__startswith=order.unit.path).first()
    if unit is None:
        raise NotFound
    rows = Receipt.objects.filter(order=order, unit__path__startswith=unit.path).select_related("unit", "person")
    return unit, list(rows.order_by("unit__path"))


def to_call(actor: Actor, order: Order, limit: int = 12) -> list[Receipt]:
    """Cells that nobody answers for and nobody is left to ask: somebody must ring or go there."""
    rows = Receipt.objects.filter(visible(actor, VIEW, "unit__path"), order=order, stuck=True)
    return list(rows.exclude(state=Receipt.State.ACKNOWLEDGED).select_related("unit", "person").order_by("unit__path")[:limit])


def questions_of(actor: Actor, order: Order) -> list[OrderQuestion]:
    """Open questions of the asker's part, and every answered one of the order: answers are for all."""
    rows = OrderQuestion.objects.filter(receipt__order=order).select_related("receipt__unit")
    own = visible(actor, VIEW, "receipt__unit__path") if not actor.is_system else Q()
    return list(rows.filter(Q(answered_at__isnull=False) | own).order_by("answered_at", "asked_at")[:100])


def events_of(receipt: Receipt) -> list[ReceiptEvent]:
    """What happened to one receipt, in order."""
    return list(receipt.events.select_related("person").order_by("at", "pk"))


@dataclass(frozen=True)
class Mine:
    """An order as its addressee sees it: the cells asked of them."""

    order: Order
    receipts: Sequence[Receipt]
    questions: Sequence[OrderQuestion]

    @property
    def unanswered(self) -> list[Receipt]:
        """The cells for which an answer is still wanted."""
        return [receipt for receipt in self.receipts if receipt.state != Receipt.State.ACKNOWLEDGED]

    @property
    def open(self) -> bool:
        """Whether an answer is still wanted."""
        return bool(self.unanswered)


def _asked_of(actor: Actor) -> Q:
    """Receipts asked of the actor: as a person, or as the account that holds just this unit."""
    units = [grant.path for grant in actor.granted if grant.role in ANSWERING and grant.path]
    own = Q(unit__path__in=units)
    if actor.person_id is None:
        return own
    # Whoever was passed over for silence may still answer.
    told = ReceiptEvent.objects.filter(person=actor.person_id, kind__in=(ReceiptEvent.Kind.SENT, ReceiptEvent.Kind.PASSED))
    return own | Q(person=actor.person_id) | Q(pk__in=told.values("receipt"))


def mine(actor: Actor, order_id: UUID | None = None) -> list[Mine]:
    """Orders under way that ask the actor for an answer, the most urgent first."""
    rows = Receipt.objects.filter(_asked_of(actor), order__state=Order.State.ACTIVE).exclude(state=Receipt.State.WAITING)
    if order_id is not None:
        rows = rows.filter(order=order_id)
    by_order: dict[UUID, list[Receipt]] = {}
    for receipt in rows.select_related("order__unit", "unit").order_by("order__deadline", "unit__path"):
        by_order.setdefault(receipt.order_id, []).append(receipt)
    answered = OrderQuestion.objects.filter(Q(answered_at__isnull=False) | Q(receipt__in=rows), receipt__order__in=by_order)
    questions: dict[UUID, list[OrderQuestion]] = {}
    for question in answered.select_related("receipt__unit").order_by("asked_at"):
        questions.setdefault(question.receipt.order_id, []).append(question)
    return [Mine(receipts[0].order, receipts, questions.get(pk, [])) for pk, receipts in by_order.items()]


def may_answer(actor: Actor, receipt: Receipt) -> bool:
    """Whether the actor may answer for a cell: it was asked of them, or they look after that part of the grid."""
    if actor.person_id is not None and str(actor.person_id) in receipt.asked:
        return True
    return actor.may(ANSWER, receipt.unit.path)


def receipt_for(actor: Actor, receipt_id: UUID) -> Receipt:
    """One receipt that the actor may answer. Raises NotFound for any other."""
    found = Receipt.objects.filter(pk=receipt_id).select_related("order__unit", "unit").first()
    if found is None or not may_answer(actor, found):
        raise NotFound
    return found


@dataclass(frozen=True)
class Lagging:
    """An order under way as the board tells it."""

    order: Order
    cells: int
    done: int
    stuck: int
    questions: int


def on_board(actor: Actor, limit: int = 4) -> list[Lagging]:
    """Orders under way with what is still missing, in the asker's part."""
    if not actor.may(VIEW):
        return []
    inside = visible(actor, VIEW, "unit__path")
    orders = list(Order.objects.filter(_concerning(actor), state=Order.State.ACTIVE).select_related("unit")[:limit])
    rows = Receipt.objects.filter(inside, order__in=orders).values_list("order_id").annotate(
        cells=Count("pk"), done=Count("pk", filter=Q(state="acknowledged")),
        stuck=Count("pk", filter=Q(stuck=True) & ~Q(state="acknowledged")), asking=Count("pk", filter=Q(questioned=True)),
    ).order_by()  # fmt: skip
    sums = {row[0]: row[1:] for row in rows} if orders else {}
    return [Lagging(order, *sums[order.pk]) for order in orders if order.pk in sums]
