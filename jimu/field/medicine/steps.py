"""What each act wants and keeps: the conditions beyond the state, the money, the two people, the things in other hands."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core import sealed
from jimu.core.errors import Invalid, NotFound, NotNow, NotPermitted, SamePerson
from jimu.field.medicine import custody, policy, queries, registering, rules
from jimu.field.medicine.closing import cancel, give_back, hold, refund, settle
from jimu.field.medicine.custody import person_of
from jimu.field.medicine.models import Colour, Fact, Hospital, Item, Order, Thing, Trip, Window
from jimu.field.medicine.scenes import Scene, Step, chosen_drugs, want_fen, want_words


def triage(scene: Scene) -> Step:
    """Somebody who may read the drugs checks days, window and hospital. Less urgent than registered needs a reason."""
    order, given = scene.order, scene.given
    scene.actor.require(queries.READ, order.unit.path)
    numbers = policy.of_place(order.unit)
    was = _was(order)
    if given.days_left is not None:
        if not 0 <= given.days_left <= registering.MOST_DAYS:
            raise Invalid(
                _("还够几天写 0 到 {n}；已经断药写 0。").format(n=registering.MOST_DAYS), field="days_left"
            )
        days = given.days_left + max(0, (scene.at - order.registered_at).days)
        before, after = (
            rules.colour_of(d, numbers.red_days, numbers.yellow_days) for d in (order.days_left, days)
        )
        if rules.worse(before, after) != after:
            want_words(scene, _("改得不那么急，要写明理由（例如：家里又找到一盒）。"))
        order.days_left = days
        limit = rules.due(days, order.registered_at, numbers.hours, numbers.red_days, numbers.yellow_days)
        # What a person raised is not let go by a number.
        order.due_at = min(limit, order.due_at) if order.raised else limit
    _goes_to(scene)
    return Step(data={"was": was, "days": order.days_left})


def _was(order: Order) -> dict[str, Any]:
    """Where it went and until when, so that undoing brings it back. The window stays sealed."""
    hospital = str(order.hospital_id) if order.hospital_id else None
    return {
        "window": order.window_sealed,
        "hospital": hospital,
        "days": order.days_left,
        "due": order.due_at.isoformat(),
    }


def restore(order: Order, was: Mapping[str, Any]) -> None:
    """Put back what `_was` kept."""
    order.window_sealed, order.hospital_id, order.days_left = (
        was["window"],
        was["hospital"] and UUID(was["hospital"]),
        was["days"],
    )
    order.due_at = datetime.fromisoformat(was["due"])


def _goes_to(scene: Scene) -> None:
    """Put the window and hospital that were chosen into the order."""
    order, given = scene.order, scene.given
    if given.window:
        if given.window not in Window.values:
            raise Invalid(_("请选择窗口。"), field="window")
        order.window_sealed = sealed.seal(given.window)
    if given.hospital_id is not None:
        found = next((h for h in queries.hospitals_for(order.unit) if h.pk == given.hospital_id), None)
        if found is None:
            raise NotFound(_("没有这家医院，请先登记它。"))
        order.hospital = found
    if order.hospital is not None and not _has_window(order.hospital, order.window):
        raise Invalid(
            _("{hospital}没有这个窗口，请换一家医院。").format(hospital=order.hospital.name),
            code="no_window",
            field="hospital",
        )


def _has_window(hospital: Hospital, window: str) -> bool:
    return window == Window.GENERAL or window in hospital.windows


def no_card(scene: Scene) -> Step:
    """Nothing has to be collected."""
    want_words(scene, _("请写为什么不用收卡（例如：用医保电子凭证；卡已在我们手里）。"))
    return Step()


def collect(scene: Scene) -> Step:
    """The resident's card, book, cash come into somebody's hands."""
    given = scene.given
    person_of(scene.actor)
    want_fen(given.cash)
    if not given.things or set(given.things) - set(Thing.Kind.values):
        raise Invalid(_("请勾选收了什么：医保卡、病历本、现金。"), code="nothing_chosen", field="things")
    if (Thing.Kind.CASH in given.things) != (given.cash > 0):
        raise Invalid(_("收了现金请写金额；没收现金不要写金额。"), code="bad_amount", field="cash")
    return Step(data={"cash": given.cash} if given.cash else {})


def assign(scene: Scene) -> Step:
    """Onto a trip that goes to its hospital and window."""
    order = scene.order
    wanted = [scene.given.trip_id] if scene.given.trip_id else []
    trip = Trip.objects.filter(pk__in=wanted, closed_at=None).select_related("unit", "hospital").first()
    if trip is None or not order.unit.path.startswith(trip.unit.path):
        raise NotFound(_("没有这个批次，或它已经结束。"))
    if order.hospital_id not in (None, trip.hospital_id) or order.window != trip.window:
        raise Invalid(_("这一单要去的医院或窗口和这个批次不同。"), code="other_window")
    return Step(data={"trip": str(trip.pk)})


def nothing(scene: Scene) -> Step:
    """An act that wants nothing else."""
    return Step()


def take(scene: Scene) -> Step:
    """Somebody of the trip goes for it."""
    person_of(scene.actor)
    if not queries.on_trip(scene.actor, scene.order) and not scene.actor.may(
        queries.MANAGE, scene.order.unit.path
    ):
        raise NotNow(_("您不在这个批次里。请值班台先把您排进批次。"))
    return Step()


def drop(scene: Scene) -> Step:
    """Who went for it gives it back with the reason."""
    want_words(scene, _("请写为什么退回。"))
    return Step()


def missing(scene: Scene) -> Step:
    """Some drugs cannot be had there; when none is left the order itself is stuck."""
    chosen = chosen_drugs(scene)
    gone = scene.now.missing | {str(item.pk) for item in chosen}
    return Step(
        [i.pk for i in chosen], kept=[i.pk for i in queries.items_of(scene.order) if str(i.pk) not in gone]
    )


def retry(scene: Scene) -> Step:
    """Another hospital is tried."""
    was = _was(scene.order)
    _goes_to(scene)
    return Step(data={"was": was})


def represcribe(scene: Scene) -> Step:
    """The doctor writes another drug in place of one."""
    chosen = chosen_drugs(scene)
    if len(chosen) != 1 or scene.given.drug is None:
        raise Invalid(_("请勾选被换掉的一种药，并写医生改开的药。"), code="one_drug", field="items")
    new = registering.replacement(scene.given.drug, scene.order, scene.at)
    Item.objects.filter(pk=chosen[0].pk).update(gone_at=scene.at)
    items = [i for i in scene.order.items.all() if i.gone_at is None]
    scene.order.cold, scene.order.controlled = any(i.cold for i in items), any(i.controlled for i in items)
    return Step([chosen[0].pk, new.pk])


def refer(scene: Scene) -> Step:
    """To a special window."""
    was = _was(scene.order)
    if not scene.given.window or scene.given.window == scene.order.window:
        raise Invalid(_("请选择转到哪个窗口。"), code="same_window", field="window")
    if (
        scene.given.hospital_id is None
        and scene.order.hospital is not None
        and not _has_window(scene.order.hospital, scene.given.window)
    ):
        scene.order.hospital = None
    _goes_to(scene)
    return Step(data={"was": was})


def fetch(scene: Scene) -> Step:
    """The drugs are in hand; what they cost stands with it."""
    given = scene.given
    want_fen(given.total, given.insurance)
    if given.insurance > given.total:
        raise Invalid(_("医保支付不能比总价多。"), code="bad_amount", field="money")
    return Step(data={"total": given.total, "insurance": given.insurance})


def check(scene: Scene) -> Step:
    """One half of the double check: two different people, whatever account they use."""
    person_of(scene.actor)
    # Who cannot see what was asked for has nothing to check against.
    if not queries.may_read_drugs(scene.actor, scene.order):
        raise NotPermitted
    first = scene.now.first
    if first is not None and rules.same_hand(first, scene.hand):
        raise SamePerson(_("核对要两个人：您已经签过一次，请另一个人来核对。"))
    return Step()


def mismatch(scene: Scene) -> Step:
    """What is in the bag is not what the list says."""
    want_words(scene, _("请写哪里不符：药名、规格、厂家还是盒数。"))
    return Step()


def witness(scene: Scene) -> Step:
    """The second of two who carry a controlled drug."""
    person_of(scene.actor)
    if not scene.order.controlled:
        raise Invalid(_("这一单没有管制药，不用见证。"), code="not_controlled")
    return Step()


def deliver(scene: Scene) -> Step:
    """At the door. A controlled drug is carried by two people."""
    if scene.order.controlled:
        person_of(scene.actor)
        if scene.now.witness is None:
            raise NotNow(_("这一袋要两个人送：请同行的人先签“同行见证”。"))
        if rules.same_hand(scene.now.witness, scene.hand):
            raise SamePerson(_("同行见证和送达要两个人：您已经签了见证，请另一个人记送达。"))
    return Step()


def sign(scene: Scene) -> Step:
    """The resident has it; what they pay at the door is signed for by who takes it."""
    want_fen(scene.given.cash)
    if scene.given.cash:
        person_of(scene.actor)
    return Step(data={"cash": scene.given.cash} if scene.given.cash else {})


def raise_it(scene: Scene) -> Step:
    """More urgent than the days say. Never less."""
    order, colour = scene.order, scene.given.colour
    want_words(scene, _("请写为什么提高。"))
    numbers = policy.of_place(order.unit)
    now = queries.colour_now(order, scene.at, numbers)
    if colour not in Colour.values or colour == now or rules.worse(now, colour) != colour:
        raise Invalid(
            _("只能提高，不能降低。还够的天数记错了，请在初审时改并写明理由。"),
            code="not_higher",
            field="colour",
        )
    order.raised = colour
    order.due_at = min(order.due_at, scene.at + rules.within(colour, numbers.hours))
    return Step(data={"colour": colour})


def note(scene: Scene) -> Step:
    """A word on how far it is."""
    want_words(scene, _("请写一句话说明。"))
    return Step()


def again(scene: Scene) -> Step:
    """Another order for what was missing."""
    left = [
        item
        for item in queries.items_of(scene.order)
        if str(item.pk) in scene.now.missing - scene.now.ordered_again
    ]
    if not left:
        raise NotNow(_("没有缺的药。"))
    registering.again(scene.order, left, actor=scene.actor, at=scene.at)
    return Step([item.pk for item in left])


def _collected(scene: Scene, fact: Fact) -> None:
    custody.collect(
        scene.order, list(scene.given.things), scene.given.cash, fact, actor=scene.actor, at=scene.at
    )


def _spent(scene: Scene, fact: Fact) -> None:
    bill = rules.replay(queries.said(scene.order.facts.all())).bill
    custody.spend(scene.order, bill.own - scene.now.bill.own, fact, actor=scene.actor, at=scene.at)


def _given_back(scene: Scene, fact: Fact) -> None:
    things = [one for one in custody.things_of(scene.order) if not one.lost and one.kind != Thing.Kind.PAID]
    custody.give_back(scene.order, fact, things, actor=scene.actor, at=scene.at)


def _paid(scene: Scene, fact: Fact) -> None:
    if scene.given.cash:
        custody.pay(scene.order, scene.given.cash, fact, actor=scene.actor, at=scene.at)


def _paid_in(scene: Scene, fact: Fact) -> None:
    custody.pay_in(scene.order, fact, actor=scene.actor, at=scene.at)


STEPS: Mapping[str, Callable[[Scene], Step]] = {
    "triage": triage, "no_card": no_card, "collect": collect, "assign": assign, "unassign": nothing, "take": take, "drop": drop, "missing": missing,
    "retry": retry, "represcribe": represcribe, "refer": refer, "fetch": fetch, "check": check, "mismatch": mismatch, "witness": witness,
    "deliver": deliver, "sign": sign, "hold": hold, "refund": refund, "exchange": drop, "return": give_back, "settle": settle, "cancel": cancel,
    "raise": raise_it, "note": note, "again": again,
}  # fmt: skip
#: What follows once the fact stands: signatures of what changes hands.
AFTERWARDS: Mapping[str, Callable[[Scene, Fact], None]] = {
    "collect": _collected,
    "fetch": _spent,
    "sign": _paid,
    "return": _given_back,
    "settle": _paid_in,
}
