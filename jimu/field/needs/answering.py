"""The word of those a need belongs to: the resident by receipt, the finder, or somebody who called the resident back. Never the handler's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core.errors import Conflict, NotFound
from jimu.core.permissions import Actor
from jimu.field.needs import queries, rules
from jimu.field.needs.errors import OwnWork
from jimu.field.needs.models import Need
from jimu.field.needs.moving import By, Done, Kind, held, move, write
from jimu.field.needs.reporting import knock, resident

ACTS = ("confirm", "reopen", "withdraw", "appeal")


def acts_on(need: Need) -> list[str]:
    """What those it belongs to may say of it as it is now."""
    return [act for act in ACTS if rules.allowed(act, need.state, need.decision)]


@dataclass(frozen=True)
class Word:
    """Who says so in which role, when, with which words."""

    actor: Actor
    role: str
    at: datetime
    note: str = ""


def by_receipt(*, at: datetime, address: str, receipt: str, act: str, note: str = "") -> Need:
    """The resident's own word; of a merged need it counts for the one that goes on. Raises NoReceipt, TooMany, NotNow."""
    with transaction.atomic():
        knock(at=at, address=address)
        found = queries.by_receipt(receipt)
        return _do(held(found.merged_into_id or found.pk), act, Word(resident(), By.RESIDENT, at, note))


def by_household(*, at: datetime, sent: Need, act: str, note: str = "") -> Need:
    """The same by the household's own list, on which the caller found it. Called inside a transaction."""
    return _do(held(sent.merged_into_id or sent.pk), act, Word(resident(), By.RESIDENT, at, note))


def by_account(*, actor: Actor, at: datetime, need_id: UUID, act: str, note: str = "") -> Need:
    """The word of the finder, or of who may dispatch there and called the resident. Raises OwnWork for the handler's own confirmation."""
    with transaction.atomic():
        need = held(need_id)
        if not queries.may_read(actor, need):
            raise NotFound
        if act == "confirm" and actor.person_id is not None and need.handler_id == actor.person_id:
            raise OwnWork
        role = By.FINDER if queries.found_by(actor, need) else By.CALLBACK
        if role == By.CALLBACK:
            actor.require(queries.DISPATCH, need.unit.path)
        return _do(need, act, Word(actor, role, at, note))


def _do(need: Need, act: str, word: Word) -> Need:
    chosen = DOING.get(act)
    if chosen is None:
        raise NotFound
    done = chosen(need, word)
    write(need, done, actor=word.actor, at=word.at)
    return need


def _confirm(need: Need, word: Word) -> Done:
    move(need, "confirm", word.at)
    return Done(Kind.CONFIRMED, word.role, verb="needs.confirmed", note=word.note)


def _reopen(need: Need, word: Word) -> Done:
    move(need, "reopen", word.at)
    return Done(Kind.REOPENED, word.role, verb="needs.reopened", note=word.note)


def _withdraw(need: Need, word: Word) -> Done:
    move(need, "withdraw", word.at)
    return Done(Kind.WITHDRAWN, word.role, verb="needs.withdrawn", note=word.note)


def _appeal(need: Need, word: Word) -> Done:
    upper = rules.above(need.decide_path)
    if need.state == Need.State.REFUSED and not upper:
        raise Conflict(_("这已经是街道一级的决定。病情危急请直接拨打 120；也可以向区里反映。"), code="top_reached")
    move(need, "appeal", word.at)
    need.decision, need.decide_path = Need.Decision.PENDING, upper
    return Done(Kind.APPEALED, word.role, verb="needs.appealed", note=word.note)


DOING: dict[str, Callable[[Need, Word], Done]] = {"confirm": _confirm, "reopen": _reopen, "withdraw": _withdraw, "appeal": _appeal}
