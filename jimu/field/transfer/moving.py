"""How a transfer moves: under the one lock of transfers, a fact appended, its columns and clocks kept as the fact says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jimu.core import journal, live, locks, sealed
from jimu.core.fetching import fetch
from jimu.core.ids import new_id
from jimu.core.permissions import Actor
from jimu.field.transfer import policy, queries, rules
from jimu.field.transfer.models import Clock, Dependant, Fact, Transfer
from jimu.field.transfer.rules import Left

TOPIC = "transfer"
# Vehicles, beds and caretakers tie transfers of several places together, and writes are few: one lock keeps them whole.
LOCK = "transfer"
LONGEST_NOTE = 500
VERBS: Mapping[str, str] = {
    "listed": "transfer.listed", "told": "transfer.told", "unreachable": "transfer.unreachable", "refuse": "transfer.refused", "wants": "transfer.wants",
    "left": "transfer.left", "prepare": "transfer.prepared", "seat": "transfer.seated", "unseat": "transfer.unseated", "down": "transfer.down",
    "inside": "transfer.inside", "board": "transfer.boarded", "turned": "transfer.turned", "hand": "transfer.handed", "release": "transfer.released",
    "home": "transfer.home", "close": "transfer.closed", "cancel": "transfer.cancelled", "note": "transfer.noted", "lost_run": "transfer.run_lost",
    "undo": "transfer.undone",
}  # fmt: skip
#: Columns that a step may change, kept with its fact so that it can be taken back.
KEPT = (
    "state", "run_id", "destination_id", "gone_at", "arrived_at", "back", "expected_at", "home_at", "limits_until", "closed_at", "alarm_at",
)  # fmt: skip
S = Transfer.State


@dataclass(frozen=True)
class Told:
    """A fact to write: what, in which words, with which data; as a phone told of it, when it did."""

    act: str
    note: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    op_id: UUID | None = None
    recorded_at: datetime | None = None


def hold() -> None:
    """Take the lock of transfers. Called inside a transaction, before anything is read."""
    locks.hold(LOCK)


def held(transfer_id: UUID) -> Transfer:
    """One transfer under the lock, as it is now; who may is the caller's to check."""
    hold()
    return fetch(Transfer.objects.select_related(*queries.WITH).filter(pk=transfer_id))


def snapshot(transfer: Transfer) -> dict[str, Any]:
    """What a step may change, as JSON keeps it."""
    return {name: _plain(getattr(transfer, name)) for name in KEPT}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else str(value) if isinstance(value, UUID) else value


def restore(transfer: Transfer, was: Mapping[str, Any]) -> None:
    """Put back what `snapshot` kept."""
    for name in KEPT:
        value = was.get(name)
        if value is not None and name.endswith("_at"):
            value = datetime.fromisoformat(value)
        elif value is not None and name == "limits_until":
            value = date.fromisoformat(value)
        elif value is not None and name.endswith("_id"):
            value = UUID(value)
        setattr(transfer, name, value)


def write(transfer: Transfer, told: Told, *, actor: Actor, at: datetime, was: Mapping[str, Any] | None = None, undoes: int | None = None) -> Fact:
    """Append a fact and keep the transfer as its columns now are. Nothing of whom it is about reaches the journal."""
    fact = Fact.objects.create(
        id=told.op_id or new_id(), transfer=transfer, act=told.act, leads_to=transfer.state, at=at, recorded_at=told.recorded_at or at, by=actor.name[:80],
        account_id=actor.account_id, person_id=actor.person_id, data={**told.data, **({"was": dict(was)} if was else {})},
        note_sealed=sealed.seal(told.note.strip()[:LONGEST_NOTE]), undoes_id=undoes,
    )  # fmt: skip
    transfer.save()
    reckon(transfer.dependants.all())
    journal.record(actor=actor, at=at, verb=VERBS[told.act], target=transfer.target, scope=transfer.unit.path)
    live.beat(TOPIC, "board")
    return fact


def move(transfer: Transfer, act: str, at: datetime) -> None:
    """Lead a transfer to where an act leads, with the clock of the step that is next. The caller writes it."""
    state = rules.after(act, transfer.state)
    if state != transfer.state or act in ("release", "unreachable", "refuse"):
        transfer.state = state
        numbers = policy.of_place(transfer.unit)
        if transfer.run is not None and state == S.SEATED:
            set_clock(transfer, rules.seat_limit(transfer.run.leaves_at, numbers))
        else:
            set_clock(transfer, rules.limit(state, at, numbers, transfer.expected_at))
    if transfer.state not in Transfer.ON_RUN and not transfer.away:
        transfer.run = None
    if transfer.state in Transfer.OVER:
        transfer.closed_at = at


def set_clock(row: Clock, moment: datetime | None) -> None:
    """A new moment begins anew; the same one lets its alarm go on."""
    if row.alarm_at == moment:
        return
    row.alarm_at, row.alarmed_at, row.told, row.next_tick, row.stuck = moment, None, [], None, False


def left_of(dependant: Dependant, transfer: Transfer) -> Left:
    """A dependant as the rules see it."""
    return Left(dependant.ended_at is None, transfer.gone_since, dependant.cared, dependant.until, dependant.next_due, dependant.trouble_at)


def reckon(dependants: Iterable[Dependant]) -> None:
    """Set the clocks of those left behind by what is so now: who left is away, or not; who looks after them, or nobody."""
    for one in dependants:
        moment = rules.alarm_at(left_of(one, one.transfer))
        # Somebody found later was alone before that, but nobody could have been told of it.
        if moment is not None and not one.cared:
            moment = max(moment, one.alone_since)
        before = one.alarm_at
        set_clock(one, moment)
        if one.alarm_at != before:
            one.save(update_fields=["alarm_at", "alarmed_at", "told", "next_tick", "stuck"])
