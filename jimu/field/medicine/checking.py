"""Recomputes every order and every thing out of what was signed, apart from the code that wrote it: used by the command and by tests."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from jimu.field.medicine import custody_queries, queries, rules
from jimu.field.medicine.models import Order, Signature, Thing
from jimu.field.medicine.rules import Said

K = Signature.Kind


def faults() -> list[str]:
    """Everything that does not agree, one line each; empty when all does."""
    found: list[str] = []
    for order in Order.objects.prefetch_related("facts").iterator(chunk_size=500):
        found += [f"{order.pk} {fault}" for fault in of_order(order)]
    for thing in Thing.objects.iterator(chunk_size=500):
        found += [f"{thing.pk} {fault}" for fault in of_thing(thing)]
    return found


def of_order(order: Order) -> list[str]:
    """Faults of one order: its columns against its facts, and its facts against the rules of the house."""
    facts = queries.said(order.facts.all())
    now = rules.replay(facts)
    wrong = [] if now.state == order.state else [f"state {order.state} is {now.state}"]
    wrong += [] if now.runner == order.runner_id else ["runner"]
    wrong += [] if str(order.trip_id) == str(now.trip) else ["trip"]
    wrong += [] if _paid_at_doors(order) == _said_at_doors(facts) else ["what was paid at the door is not what was signed for"]
    return wrong + list(_course(rules.live(facts)))


def _said_at_doors(facts: Sequence[Said]) -> int:
    return sum(one.data.get("cash", 0) for one in rules.live(facts) if one.act == "sign")


def _paid_at_doors(order: Order) -> int:
    """What was taken at its door, in fen, without what was undone. Every coin of it lies with one person, or was settled."""
    total = 0
    for thing in Thing.objects.filter(order=order, kind=Thing.Kind.PAID):
        kinds = [link.kind for link in custody_queries.links(thing)]
        first = custody_queries.links(thing)[0]
        total += 0 if thing.holder_id is None and K.SETTLED not in kinds else first.fen
    return total


def _course(facts: Iterable[Said]) -> Iterable[str]:
    """Each step from a state that allows it; two people before the door; money that adds up at the end."""
    hands: list[tuple[UUID | None, str]] = []
    state, money = "", {"cash": 0, "refund": 0, "given": 0, "own": 0}
    for one in facts:
        if one.act != "registered" and not rules.allowed(one.act, state):
            yield f"{one.act} from {state}"
        hands = (
            []
            if one.act in ("fetch", "mismatch", "exchange")
            else [*hands, (one.person, one.by)]
            if one.act == "check"
            else hands
        )
        if one.act == "deliver" and (len(hands) != 2 or rules.same_hand(hands[0], hands[1])):
            yield "delivered without two people at the check"
        for key in ("cash", "refund", "given"):
            money[key] += one.data.get(key, 0)
        if one.act == "fetch":
            money["own"] = one.data["total"] - one.data["insurance"]
        if one.act == "settle" and money["cash"] + money["refund"] != money["own"] + money["given"]:
            yield "settled although the money does not add up"
        state = one.leads_to


def of_thing(thing: Thing) -> list[str]:
    """Faults of one thing: its holder against its chain, and the numbers of the chain."""
    hands = custody_queries.replayed(thing)
    numbers = list(thing.signatures.values_list("number", flat=True))
    wrong = (
        []
        if (hands.holder, hands.offered_to, hands.lost, hands.fen)
        == (thing.holder_id, thing.offered_to_id, thing.lost, thing.fen)
        else ["holder"]
    )
    return wrong + ([] if numbers == list(range(1, thing.links + 1)) else ["chain"])
