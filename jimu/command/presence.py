"""Who of some people is on duty now, as the reader may know it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.command.rules import GRACE
from jimu.core import clock
from jimu.core.permissions import STEP, Actor
from jimu.relay.seats import in_force, with_mark
from jimu.roster.models import CheckIn
from jimu.roster.queries import RIGHT
from jimu.roster.words import duty_time

#: Of a night, who comes in the morning.
AHEAD = timedelta(hours=12)
Mark = CheckIn.Mark


class Turn(IntEnum):
    """How somebody stands to the roster now; who has to be asked after comes first."""

    MISSING = 0
    UNSEEN = 1
    ON = 2
    LEFT = 3
    COMING = 4
    FREE = 5


@dataclass(frozen=True)
class Presence:
    """What is said of one: in words, with the post and its place where the reader may know them (`here`), and when the shift begins."""

    turn: Turn = Turn.FREE
    words: str = ""
    post: str = ""
    since: datetime | None = None
    here: bool = False

    @property
    def tone(self) -> str:
        return {Turn.MISSING: "bad", Turn.UNSEEN: "warn", Turn.ON: "good"}.get(self.turn, "")

    @property
    def asks(self) -> bool:
        """Whether somebody has to ask after them."""
        return self.here and self.turn in (Turn.MISSING, Turn.UNSEEN)

    @property
    def on(self) -> bool:
        """Whether their shift is on and they are not known to be gone."""
        return self.turn in (Turn.UNSEEN, Turn.ON)


def presence_of(actor: Actor, people: Collection[UUID], at: datetime) -> dict[UUID, Presence]:
    """By person: the shift that is on, else the next one of the day; nothing of who has none. One query."""
    midnight = clock.at_minute(timezone.localtime(at).date() + timedelta(days=1), 0)
    rows = with_mark(in_force().filter(person__in=people, shift__ends_at__gt=at, shift__starts_at__lt=max(midnight, at + AHEAD)))
    found: dict[UUID, Presence] = {}
    for row in rows.order_by("shift__starts_at", "pk"):
        told = _told(actor, row, at)
        # Who has left an early shift may have another one to come.
        if row.person_id not in found or found[row.person_id].turn == Turn.LEFT:
            found[row.person_id] = told
    return found


def _told(actor: Actor, row: Any, at: datetime) -> Presence:
    shift = row.shift
    turn = _turn(row.newest or "", shift.starts_at, at)
    until = f"{timezone.localtime(shift.ends_at):%H:%M}"
    said: Mapping[Turn, str] = {
        Turn.MISSING: _("没有来"), Turn.UNSEEN: _("到点了，还没签到"), Turn.LEFT: _("已离岗"),
        Turn.ON: (_("待命，到 {until}") if row.standby else _("当班，到 {until}")).format(until=until),
        Turn.COMING: _("{when} 来").format(when=duty_time(shift.starts_at, shift.ends_at, timezone.localtime(at).date())),
    }  # fmt: skip
    if not _within(actor, shift.unit.path):
        return Presence(turn, said[turn], _("在别处"), shift.starts_at)
    return Presence(turn, said[turn], f"{shift.post.title} · {shift.unit.name}", shift.starts_at, here=True)


def _turn(mark: str, starts_at: datetime, at: datetime) -> Turn:
    if mark in (Mark.ABSENT, Mark.LEFT):
        return Turn.MISSING if mark == Mark.ABSENT else Turn.LEFT
    if starts_at > at:
        return Turn.COMING
    return Turn.UNSEEN if not mark and at - starts_at > GRACE else Turn.ON


def _within(actor: Actor, path: str) -> bool:
    """Whether a shift there is for the reader to see: on their part, or of the neighborhood around it."""
    return actor.may(RIGHT, path) or any(part.startswith(path) for part in actor.paths(RIGHT) if len(path) >= STEP)
