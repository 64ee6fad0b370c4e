"""How a need moves: held under its lock, moved by the rules, its story and the journal written beside it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jimu.core import journal, live, locks, sealed
from jimu.core.events import announce
from jimu.core.fetching import fetch
from jimu.core.permissions import Actor
from jimu.field.households.events import NeedTurned
from jimu.field.needs import rules
from jimu.field.needs.errors import NotNow
from jimu.field.needs.models import Need, NeedEvent
from jimu.field.needs.queries import WITH

TOPIC = "needs"
LONGEST_NOTE = 500
Kind, By = NeedEvent.Kind, NeedEvent.By


@dataclass(frozen=True)
class Done:
    """An entry of a need's story: what, by whom in which role, about whom, in which words; `verb` is the journal's."""

    kind: str
    role: str
    verb: str
    about: str = ""
    note: str = ""


def held(need_id: UUID) -> Need:
    """One need under its lock, as it is now. Called inside a transaction; who may is the caller's to check."""
    locks.hold(f"need:{need_id}")
    return fetch(Need.objects.select_related(*WITH).filter(pk=need_id))


def move(need: Need, act: str, at: datetime) -> None:
    """Change the state by the rules, in memory. Raises NotNow."""
    if not rules.allowed(act, need.state, need.decision):
        taken = need.handler.name if act == "accept" and need.handler and need.state == Need.State.ACCEPTED else ""
        raise NotNow(need.get_state_display(), taken)
    need.state = rules.ACTS[act][1] or need.state
    if act in ("reopen", "appeal"):
        need.half_at, need.due_at = rules.limits(at, need.limit_minutes)
        need.stage, need.told = 0, []
    if act in ("recall", "give_back", "reopen", "appeal"):
        need.handler = need.team = None
    need.closed_at = None if need.running or need.state == Need.State.DONE else need.closed_at or at
    if not need.running or act in ("reopen", "appeal") or (need.stage == 1 and act in ("accept", "grant")):
        need.next_tick = None


def write(need: Need, done: Done, *, actor: Actor, at: datetime) -> None:
    """Keep the need as it is in memory, add to its story and to the journal. No names, no words, of restricted ones no class."""
    need.save()
    NeedEvent.objects.create(
        need=need, at=at, kind=done.kind, by=actor.name, role=done.role, about=done.about[:80],
        note_sealed=sealed.seal(done.note.strip()[:LONGEST_NOTE]),
    )  # fmt: skip
    data = {} if need.restricted else {"class": need.kind}
    journal.record(actor=actor, at=at, verb=done.verb, target=need.target, scope=need.unit.path, data=data)
    live.beat(TOPIC, "board")
    tell_origin(need, at=at, by=actor.name)


def tell_origin(need: Need, *, at: datetime, by: str) -> None:
    """Where a need came from elsewhere in the field, it is told how it stands."""
    if need.origin:
        closed = not need.running and need.state != Need.State.DONE
        number = "" if need.restricted else need.receipt
        announce(NeedTurned(need.origin, need.pk, number, closed, str(need.get_state_display()), at, by))
