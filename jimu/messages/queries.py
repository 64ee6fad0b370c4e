"""Reads of messages, each within the asker's part of the grid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db.models import Count, QuerySet

from jimu.core import sealed
from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit
from jimu.grid.paths import STEP
from jimu.messages import rules
from jimu.messages.models import Channel, LocalLine, Message, Preference, Urgency

RIGHT = "messages.view"
State = Message.State
CHUNK = 900


class Addressed(Protocol):
    """What a route is found for."""

    @property
    def unit_id(self) -> UUID: ...
    @property
    def person_id(self) -> UUID | None: ...
    @property
    def urgency(self) -> str: ...


@dataclass(frozen=True)
class Routes:
    """Which channel a letter takes: the person's choice, else the usual one of the place or of a place above it."""

    paths: Mapping[UUID, str]
    preferences: Mapping[UUID, Preference]
    groups: Mapping[str, Channel]
    gateways: Sequence[Channel]

    def channel(self, letter: Addressed) -> Channel | None:
        """None where nobody set one up: then a person tells by hand."""
        path = self.paths[letter.unit_id]
        if letter.person_id is None:
            above = (path[:length] for length in range(len(path), 0, -STEP))
            return next((self.groups[part] for part in above if part in self.groups), None)
        chosen = self.preferences.get(letter.person_id)
        if chosen is not None:
            own = chosen.urgent_channel if letter.urgency == Urgency.URGENT else chosen.routine_channel
            if own is not None and own.active:
                return own
        usual = [c for c in self.gateways if letter.urgency in c.usual_for and path.startswith(c.unit.path)]
        return max(usual, key=lambda channel: len(channel.unit.path), default=None)


def routes_for(letters: Sequence[Addressed]) -> Routes:
    """What is needed to route letters, in a fixed number of reads for each 900 of them. Raises NotFound for an unknown unit."""
    paths: dict[UUID, str] = {}
    preferences: dict[UUID, Preference] = {}
    for chunk in _chunks({letter.unit_id for letter in letters}):
        paths |= dict(Unit.objects.filter(pk__in=chunk).values_list("pk", "path"))
    for chunk in _chunks({letter.person_id for letter in letters if letter.person_id}):
        rows = Preference.objects.filter(person__in=chunk).select_related("urgent_channel", "routine_channel")
        preferences |= {row.person_id: row for row in rows}
    if len(paths) < len({letter.unit_id for letter in letters}):
        raise NotFound
    channels = list(Channel.objects.filter(active=True).select_related("unit").order_by("created_at"))
    groups = {channel.unit.path: channel for channel in channels if channel.reach == Channel.Reach.GROUP}
    return Routes(paths, preferences, groups, [c for c in channels if c.reach == Channel.Reach.PERSONS])


def _chunks(ids: Iterable[UUID]) -> Iterable[list[UUID]]:
    listed = sorted(ids)
    return (listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK))


def standing(ids: Sequence[UUID]) -> set[UUID]:
    """Which of these messages are there: the others had a key that was used before."""
    return {pk for chunk in _chunks(ids) for pk in Message.objects.filter(pk__in=chunk).values_list("pk", flat=True)}


def messages_for(actor: Actor, *, state: str = "", subject: str = "") -> "QuerySet[Message]":
    """Messages about the asker's part, newest first. Raises NotPermitted without the right anywhere."""
    actor.require(RIGHT)
    found = Message.objects.filter(visible(actor, RIGHT, "unit__path")).select_related("person", "channel", "unit")
    if state:
        found = found.filter(state=state)
    if subject:
        found = found.filter(subject=subject)
    return found.order_by("-created_at", "-id")


def counts_for(actor: Actor, *, subject: str = "") -> dict[str, int]:
    """How many messages of the asker's part are in each state; every state is there."""
    actor.require(RIGHT)
    found = Message.objects.filter(visible(actor, RIGHT, "unit__path"))
    rows = (found.filter(subject=subject) if subject else found).values_list("state").annotate(n=Count("pk")).order_by()
    return {**dict.fromkeys(State.values, 0), **dict(rows)}


def messages_among(actor: Actor, right: str, ids: Sequence[UUID]) -> list[Message]:
    """Those of these messages that lie in the asker's part. Raises NotFound when none does."""
    rows = Message.objects.filter(visible(actor, right, "unit__path"), pk__in=list(ids)[:5000]).select_related("unit", "channel")
    found = list(rows)
    if not found:
        raise NotFound
    return found


def channels_for(actor: Actor) -> "QuerySet[Channel]":
    """Channels of the asker's part."""
    actor.require("messages.channels")
    return Channel.objects.filter(visible(actor, "messages.channels", "unit__path")).select_related("unit").order_by("unit__path", "name")


def channel_for(actor: Actor, channel_id: UUID) -> Channel:
    """One channel. Raises NotFound outside the asker's part."""
    found = channels_for(actor).filter(pk=channel_id).first()
    if found is None:
        raise NotFound
    return found


def masked_address(channel: Channel) -> str:
    """What may be shown of a channel's secret address."""
    address = sealed.unseal(channel.address_sealed)
    return rules.masked(address) if address else ""


def gateways() -> "QuerySet[Channel]":
    """Channels that a person may choose for themselves."""
    return Channel.objects.filter(active=True, reach=Channel.Reach.PERSONS).order_by("name")


def preference_of(person_id: UUID) -> Preference:
    """What a person chose; an unsaved row with the house's defaults when they chose nothing."""
    rows = Preference.objects.select_related("urgent_channel", "routine_channel")
    return rows.filter(person=person_id).first() or Preference(person_id=person_id)


def kept_lines(channel: Channel) -> "QuerySet[LocalLine]":
    """What a local channel took, newest first."""
    return LocalLine.objects.filter(channel=channel).order_by("-id")
