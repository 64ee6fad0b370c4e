"""Decisions about orders, without a database: what may follow what, how urgent one is, what it costs, what goes on one trip. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from jimu.field.medicine.models import Colour, Order

S = Order.State
RUNNING = frozenset(S.values) - frozenset(Order.OVER)
BEFORE_THE_WAY = frozenset({S.TRIAGED, S.COLLECTED, S.ASSIGNED})
#: Nobody is on the way with it.
NOBODY_GOES = (S.REGISTERED, S.TRIAGED, S.COLLECTED, S.ASSIGNED, S.MISSING)
#: Names that mark a drug by themselves: insulin and the like, and the common narcotic and psychotropic drugs.
COLD = r"胰岛素|鲁肽|促红|生长激素|疫苗|人血白蛋白|免疫球蛋白|干扰素|阿达木|依那西普|特立帕肽"
CONTROLLED = r"吗啡|芬太尼|羟考酮|哌替啶|可待因|美沙酮|丁丙诺啡|哌甲酯|氯胺酮|西泮|唑仑|唑吡坦|佐匹克隆|苯巴比妥|曲马多|地佐辛"
URGENT_FIRST = (Colour.RED.value, Colour.YELLOW.value, Colour.GREEN.value)

#: Each act with the states it may start from, and the state it leads to; None leaves it (or `after` says more).
ACTS: Mapping[str, tuple[frozenset[str], str | None]] = {
    "triage": (frozenset({S.REGISTERED}), S.TRIAGED),
    "no_card": (frozenset({S.TRIAGED}), S.COLLECTED),
    "collect": (frozenset({S.TRIAGED}), S.COLLECTED),
    "assign": (frozenset({S.COLLECTED}), S.ASSIGNED),
    "unassign": (frozenset({S.ASSIGNED}), S.COLLECTED),
    "take": (frozenset({S.ASSIGNED}), S.FETCHING),
    "drop": (frozenset({S.FETCHING}), S.ASSIGNED),
    "missing": (frozenset({S.FETCHING}), None),
    "retry": (frozenset({S.MISSING}), S.COLLECTED),
    "represcribe": (frozenset({S.FETCHING, S.MISSING}), S.FETCHING),
    "refer": (BEFORE_THE_WAY | {S.FETCHING, S.MISSING}, None),
    "fetch": (frozenset({S.FETCHING}), S.FETCHED),
    "check": (frozenset({S.FETCHED}), None),
    "mismatch": (frozenset({S.FETCHED, S.CHECKED}), S.FETCHING),
    "witness": (frozenset({S.CHECKED}), None),
    "deliver": (frozenset({S.CHECKED}), S.DELIVERED),
    "sign": (frozenset({S.DELIVERED}), S.SIGNED),
    "hold": (frozenset({S.DELIVERED, S.SIGNED, S.RETURNED}), S.HELD),
    "refund": (frozenset({S.HELD}), None),
    "exchange": (frozenset({S.HELD}), S.FETCHING),
    "return": (frozenset({S.COLLECTED, S.ASSIGNED, S.MISSING, S.SIGNED}), None),
    "settle": (frozenset({S.SIGNED, S.RETURNED}), S.SETTLED),
    "cancel": (frozenset({S.REGISTERED, S.MISSING}) | BEFORE_THE_WAY, S.CANCELLED),
    "raise": (frozenset(Order.AWAITED), None),
    "note": (RUNNING, None),
    "again": (frozenset(S.values) - {S.REGISTERED}, None),
}
#: What cannot be taken back with a click, because it says nothing or another order hangs on it.
KEPT = frozenset({"registered", "raise", "note", "again"})


@dataclass(frozen=True)
class Said:
    """A fact as the rules see it."""

    key: Any
    act: str
    leads_to: str
    at: datetime
    person: UUID | None = None
    by: str = ""
    items: Sequence[str] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    undoes: Any = None


@dataclass
class Bill:
    """Money of an order, in fen."""

    total: int = 0
    insurance: int = 0
    cash: int = 0
    refund: int = 0
    given: int = 0

    @property
    def own(self) -> int:
        """What the resident pays."""
        return self.total - self.insurance

    @property
    def balance(self) -> int:
        """Still to give back to the resident; below zero what the resident owes."""
        return self.cash - self.own + self.refund - self.given


@dataclass
class Standing:
    """What the facts of an order lead to."""

    state: str = S.REGISTERED
    runner: UUID | None = None
    trip: str | None = None
    first: tuple[UUID | None, str] | None = None
    witness: tuple[UUID | None, str] | None = None
    collected: bool = False
    missing: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    before_held: str = ""
    ordered_again: set[str] = field(default_factory=set)
    bill: Bill = field(default_factory=Bill)
    fetched_at: datetime | None = None
    last: Said | None = None

    @property
    def half_checked(self) -> bool:
        """Whether one of two has checked it."""
        return self.state == S.FETCHED and self.first is not None


def live(facts: Sequence[Said]) -> list[Said]:
    """Facts that were not undone, without those that undo."""
    gone = {one.undoes for one in facts if one.undoes is not None}
    return [one for one in facts if one.key not in gone and one.undoes is None]


def replay(facts: Sequence[Said]) -> Standing:
    """The present of an order out of its facts, in the order in which they were written down."""
    now = Standing()
    for one in live(facts):
        _apply(now, one)
        now.state = one.leads_to
        if one.act not in KEPT:
            now.last = one
    return now


def _apply(now: Standing, one: Said) -> None:
    bill, data = now.bill, one.data
    bill.cash += data.get("cash", 0)
    bill.refund += data.get("refund", 0)
    bill.given += data.get("given", 0)
    if one.act in ("collect", "no_card"):
        now.collected = True
    elif one.act == "return" and one.leads_to == S.TRIAGED:
        now.collected, now.trip = False, None
    elif one.act == "assign":
        now.trip = data.get("trip")
    elif one.act in ("unassign", "cancel"):
        now.trip = None
    elif one.act == "take":
        now.runner = one.person
    elif one.act in ("drop", "retry", "refer"):
        now.runner = None
        if one.act != "drop":
            now.trip, now.missing = None, set()
    elif one.act == "missing":
        now.missing |= set(one.items)
    elif one.act == "represcribe":
        now.missing -= set(one.items)
    elif one.act == "again":
        now.ordered_again |= set(one.items)
    elif one.act == "fetch":
        # Fetched again after a mismatch: the newest bill is the bill.
        bill.total, bill.insurance, now.fetched_at, now.first, now.witness = (
            data.get("total", 0),
            data.get("insurance", 0),
            one.at,
            None,
            None,
        )
    elif one.act == "check" and now.first is None:
        now.first = (one.person, one.by)
    elif one.act in ("mismatch", "exchange"):
        now.first = now.witness = None
    elif one.act == "witness":
        now.witness = (one.person, one.by)
    if one.act == "hold":
        now.held, now.before_held = now.held | set(one.items), now.state
    elif one.act in ("refund", "exchange"):
        now.held = set()


def after(act: str, now: Standing, *, kept: Collection[str] = (), out: int = 0) -> str:
    """The state an allowed act leads to. `kept`: the drugs that are not missing once it is done; `out`: things still in other hands then."""
    plain = ACTS[act][1]
    if plain is not None:
        return plain
    if act == "missing":
        return S.FETCHING if kept else S.MISSING
    if act == "refer":
        return S.COLLECTED if now.collected else S.TRIAGED
    if act == "check":
        return S.FETCHED if now.first is None else S.CHECKED
    if act == "refund":
        return now.before_held
    if act == "return":
        return now.state if out else (S.RETURNED if now.state == S.SIGNED else S.TRIAGED)
    return now.state


def allowed(act: str, state: str) -> bool:
    """Whether an act may start from a state."""
    return act in ACTS and state in ACTS[act][0]


def same_hand(one: tuple[UUID | None, str], other: tuple[UUID | None, str]) -> bool:
    """Whether two signatures are one person's: two accounts of one person are one person."""
    return one[0] == other[0] if one[0] is not None and other[0] is not None else one[1] == other[1]


def days_now(days_left: int | None, since: datetime, at: datetime) -> int | None:
    """For how many days the medicine lasts now, if it lasted `days_left` when it was registered."""
    return None if days_left is None else max(0, days_left - max(0, (at - since).days))


def colour_of(days: int | None, red_days: int, yellow_days: int) -> str:
    """By how long the medicine lasts; what nobody said is taken for needed today."""
    if days is None:
        return Colour.YELLOW.value
    return (
        Colour.RED.value
        if days <= red_days
        else Colour.YELLOW.value
        if days <= yellow_days
        else Colour.GREEN.value
    )


def marks_of(name: str) -> tuple[bool, bool]:
    """Whether a drug's name suggests that it needs a fridge, and that it is controlled. A person may add either mark, never by accident remove one."""
    return bool(re.search(COLD, name)), bool(re.search(CONTROLLED, name))


def drug_of(line: str) -> tuple[str, int]:
    """A drug of a free line with its count: 氨氯地平片 2盒, 二甲双胍×3; one box when no count is said."""
    found = re.fullmatch(
        r"(.+?)[\s,，]*(?:[×xX*]\s*(\d{1,2})\s*[盒瓶支袋板]?|(?<!\d)(\d{1,2})\s*[盒瓶支袋板])", line.strip()
    )
    return (found.group(1).strip(), int(found.group(2) or found.group(3))) if found else (line.strip(), 1)


def minutes_of(colour: str, minutes: Mapping[Any, int]) -> int:
    """How long to wait between two levels that are told of an order of a colour."""
    return minutes.get(colour, 20)


def half(since: datetime, due_at: datetime) -> datetime:
    """When half of the time that an order has is over."""
    return since + max(timedelta(0), due_at - since) / 2


def stage_now(state: str, half_at: datetime | None, due_at: datetime, at: datetime) -> int:
    """2 when the limit passed and it is not at the door, 1 when half of the time is over and nobody is on the way, else 0."""
    if state not in Order.AWAITED:
        return 0
    if at >= due_at:
        return 2
    return 1 if half_at is not None and at >= half_at and state in NOBODY_GOES else 0


def next_level(levels: Sequence[Sequence[UUID]], told: Collection[UUID]) -> list[UUID]:
    """Those of the first level of whom nobody was told yet; empty when every level was."""
    return next((list(level) for level in levels if not set(level) & set(told)), [])


def worse(one: str, other: str) -> str:
    """The more urgent of two; '' is none."""
    return min((c for c in (one, other) if c), key=URGENT_FIRST.index, default=Colour.GREEN.value)


def within(colour: str, hours: Mapping[Any, int]) -> timedelta:
    """How long an order of a colour may take."""
    return timedelta(hours=hours.get(colour, 24))


def due(
    days_left: int | None, since: datetime, hours: Mapping[Any, int], red_days: int, yellow_days: int
) -> datetime:
    """Until when it has to be at the door: within its colour's hours, and not long after the medicine runs out."""
    limit = since + within(colour_of(days_left, red_days, yellow_days), hours)
    if days_left is None:
        return limit
    return min(limit, since + timedelta(days=days_left, hours=hours.get("red", 2)))


@dataclass(frozen=True)
class Waiting:
    """An order that could go on a trip."""

    key: UUID
    hospital: UUID | None
    window: str
    colour: str
    due_at: datetime
    household: str
    ready: bool = True


@dataclass(frozen=True)
class Proposal:
    """Orders that go well on one trip: one hospital, one window, no more households than one trip takes."""

    hospital: UUID | None
    window: str
    orders: tuple[Waiting, ...]

    @property
    def red(self) -> int:
        """How many of them are red."""
        return sum(one.colour == Colour.RED for one in self.orders)

    @property
    def ready(self) -> tuple[Waiting, ...]:
        """Those whose cards are here."""
        return tuple(one for one in self.orders if one.ready)

    @property
    def households(self) -> int:
        """Doors, not orders."""
        return len({one.household for one in self.orders})


def propose(waiting: Iterable[Waiting], households: int) -> list[Proposal]:
    """Trips out of what waits: by hospital and window, the most urgent first, filled up to `households` doors each; one door's orders stay together."""
    groups: dict[tuple[UUID | None, str], dict[str, list[Waiting]]] = {}
    for one in sorted(waiting, key=lambda w: (URGENT_FIRST.index(w.colour), w.due_at, str(w.key))):
        groups.setdefault((one.hospital, one.window), {}).setdefault(one.household, []).append(one)
    found = []
    for (hospital, window), doors in groups.items():
        rows = list(doors.values())
        for start in range(0, len(rows), households):
            found.append(
                Proposal(
                    hospital, window, tuple(one for door in rows[start : start + households] for one in door)
                )
            )
    return sorted(
        found,
        key=lambda p: (URGENT_FIRST.index(p.orders[0].colour), p.orders[0].due_at, str(p.hospital), p.window),
    )
