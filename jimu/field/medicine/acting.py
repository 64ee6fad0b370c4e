"""One act on an order: who may, from where, what it wants, where it leads; and undoing the last one before the next signature."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import journal, sealed
from jimu.core.errors import JimuError, NotFound, NotNow, NotPermitted
from jimu.core.permissions import Actor
from jimu.field.medicine import custody, queries, rules, words
from jimu.field.medicine.models import Fact, Item, Order
from jimu.field.medicine.moving import Told, held, write
from jimu.field.medicine.rules import Standing
from jimu.field.medicine.scenes import Given, Scene
from jimu.field.medicine.steps import AFTERWARDS, STEPS, restore

MANAGE, RUN = queries.MANAGE, queries.RUN
#: The right that each act wants at the order's place; on a trip its people may run it.
RIGHTS: Mapping[str, str] = {
    **dict.fromkeys(("triage", "no_card", "assign", "unassign", "retry", "refer", "refund", "exchange", "settle", "cancel", "raise", "again"), MANAGE),
    **dict.fromkeys(("collect", "take", "drop", "missing", "represcribe", "fetch", "check", "mismatch", "witness", "deliver", "sign", "hold", "return", "note"), RUN),
}  # fmt: skip
#: At the door without a network: the same said twice by one person is one.
DOOR_ACTS = frozenset({"collect", "witness", "deliver", "sign", "hold", "return", "take"})
NOTHING = Given()


def act(*, actor: Actor, at: datetime, order_id: UUID, name: str, given: Given = NOTHING) -> Order:
    """Do one act. Raises NotFound beyond the actor's part, NotPermitted, NotNow with what is missing, Invalid, SamePerson, InOtherHands."""
    if name not in STEPS:
        raise NotFound
    with transaction.atomic():
        order = held(order_id)
        _permit(actor, order, RIGHTS[name])
        if given.op_id and Fact.objects.filter(id=given.op_id, order=order).exists():
            return order
        now = queries.standing(order)
        if not rules.allowed(name, now.state):
            if _again(actor, order, name):
                return order
            raise _refusal(order, now, name)
        scene = Scene(order, now, given, actor, at)
        step = STEPS[name](scene)
        told = Told(
            name, rules.after(name, now, kept=[str(pk) for pk in step.kept], out=step.out), [str(pk) for pk in step.items], step.data, given.note, given.where,
            given.op_id, given.recorded_at,
        )  # fmt: skip
        fact = write(order, told, actor=actor, at=at)
        if name in AFTERWARDS:
            AFTERWARDS[name](scene, fact)
    return order


def undo(*, actor: Actor, at: datetime, order_id: UUID) -> Order:
    """Take the last act back, before the next signature: by who did it, or the desk. Raises NotNow when there is nothing to take back."""
    with transaction.atomic():
        order = held(order_id)
        _permit(actor, order, RUN)
        now = queries.standing(order)
        if now.last is None:
            raise NotNow(_("没有可以撤销的上一步。"))
        fact = Fact.objects.get(pk=now.last.key)
        if not own_fact(actor, fact) and not actor.may(MANAGE, order.unit.path):
            raise NotPermitted(_("上一步是 {who} 做的，只有本人或值班台能撤销。").format(who=fact.by))
        rest = [one for one in queries.said(order.facts.all()) if one.key != fact.pk]
        if "was" in fact.data:
            restore(order, fact.data["was"])
        write(order, Told("undo", rules.replay(rest).state, undoes=fact.pk), actor=actor, at=at)
        if fact.act == "represcribe":
            _restore(fact, at)
        custody.reverse(fact, actor=actor, at=at)
    return order


def own_fact(actor: Actor, fact: Fact) -> bool:
    """Whether the actor did it."""
    if actor.person_id is not None and fact.person_id is not None:
        return actor.person_id == fact.person_id
    return actor.account_id == fact.account_id


def reveal(*, actor: Actor, at: datetime, order_id: UUID) -> list[tuple[Item, str]]:
    """The drugs by name, for those who may read them. Who looked stands in the journal."""
    with transaction.atomic():
        order = queries.order_for(actor, order_id)
        if not queries.may_read_drugs(actor, order):
            raise NotPermitted(_("药名只给初审的人和去取、核对的人看。"))
        journal.record(
            actor=actor, at=at, verb="medicine.revealed", target=order.target, scope=order.unit.path
        )
    return [(item, item.words) for item in queries.items_of(order)]


def reveal_phone(*, actor: Actor, at: datetime, order_id: UUID) -> str:
    """The resident's number in full, for a call: whoever has the order in hand, or who may reveal numbers there."""
    with transaction.atomic():
        order = queries.order_for(actor, order_id)
        if not queries.on_trip(actor, order) and order.runner_id != actor.person_id:
            actor.require("people.reveal", order.unit.path)
        journal.record(
            actor=actor,
            at=at,
            verb="medicine.revealed",
            target=order.target,
            scope=order.unit.path,
            data={"fields": ["phone"]},
        )
    return sealed.unseal(order.phone_sealed)


def read_history(*, actor: Actor, at: datetime, order_id: UUID) -> list[Order]:
    """Other orders of the same resident, for those who may read drugs. Who looked stands in the journal."""
    with transaction.atomic():
        order = queries.order_for(actor, order_id, queries.READ)
        journal.record(
            actor=actor, at=at, verb="medicine.history_read", target=order.target, scope=order.unit.path
        )
        return queries.history(order, at)


def _permit(actor: Actor, order: Order, right: str) -> None:
    if not queries.may_see(actor, order):
        raise NotFound
    if right == RUN and queries.on_trip(actor, order):
        return
    actor.require(right, order.unit.path)


def _again(actor: Actor, order: Order, name: str) -> bool:
    """Whether the same person did the same already: a button pressed twice, or a phone that told of one visit twice."""
    if name not in DOOR_ACTS:
        return False
    last = next(
        (one for one in reversed(rules.live(queries.said(order.facts.all()))) if one.act == name), None
    )
    if last is None:
        return False
    return last.person == actor.person_id if actor.person_id is not None else last.by == actor.name


def _refusal(order: Order, now: Standing, name: str) -> JimuError:
    """What is missing, in one sentence; of what somebody else did already, who and when."""
    if name == "take" and order.runner is not None:
        return NotNow(_("{who} 已经去取这一单了。").format(who=order.runner.name))
    done = (
        Fact.objects.filter(order=order, act=name, seq__in=[now.last.key] if now.last else [])
        .select_related("person")
        .first()
    )
    if done is not None:
        clock = timezone.localtime(done.at).strftime("%m-%d %H:%M")
        sentence = _("{who} 在 {clock} 已经记过“{act}”。如果不是同一次，请打电话问清。")
        return NotNow(sentence.format(who=done.who, clock=clock, act=words.act_words(name)))
    state = Order.State(now.state).label
    return NotNow(_("现在是“{state}”。{wants}").format(state=state, wants=words.WANTS[name]), state=now.state)


def _restore(fact: Fact, at: datetime) -> None:
    """Put the drug back that a new prescription replaced."""
    old, new = fact.items
    Item.objects.filter(pk=old).update(gone_at=None)
    Item.objects.filter(pk=new).update(gone_at=at)
