"""What goes with an act, the scene it is done in, what it keeps, and what many acts want alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core.errors import Invalid
from jimu.core.permissions import Actor
from jimu.field.medicine import queries
from jimu.field.medicine.models import Item, Order
from jimu.field.medicine.registering import ItemGiven
from jimu.field.medicine.rules import Standing

MOST_FEN = 100_000_00


@dataclass(frozen=True)
class Given:
    """What goes with an act; each takes what it wants. Money in fen."""

    note: str = ""
    where: str = ""
    items: Sequence[UUID] = ()
    things: Sequence[str] = ()
    total: int = 0
    insurance: int = 0
    cash: int = 0
    refund: int = 0
    given: int = 0
    days_left: int | None = None
    window: str = ""
    hospital_id: UUID | None = None
    colour: str = ""
    trip_id: UUID | None = None
    drug: ItemGiven | None = None
    op_id: UUID | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True)
class Scene:
    """An order under its lock, with who acts on it, when, with what."""

    order: Order
    now: Standing
    given: Given
    actor: Actor
    at: datetime

    @property
    def hand(self) -> tuple[UUID | None, str]:
        return self.actor.person_id, self.actor.name


@dataclass(frozen=True)
class Step:
    """What an act keeps: drugs it is about, money; drugs that stay wanted, things still out afterwards."""

    items: Sequence[UUID] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    kept: Sequence[UUID] = ()
    out: int = 0


def want_words(scene: Scene, sentence: str) -> None:
    if not scene.given.note.strip():
        raise Invalid(sentence, code="no_words", field="note")


def want_fen(*amounts: int) -> None:
    if any(not 0 <= one <= MOST_FEN for one in amounts):
        raise Invalid(_("金额不对：写到分，不小于 0，不超过 10 万元。"), code="bad_amount", field="money")


def chosen_drugs(scene: Scene) -> list[Item]:
    wanted = {item.pk: item for item in queries.items_of(scene.order)}
    found = [wanted[pk] for pk in dict.fromkeys(scene.given.items) if pk in wanted]
    if not found or len(found) != len(set(scene.given.items)):
        raise Invalid(_("请勾选是哪几种药。"), code="no_items", field="items")
    return found
