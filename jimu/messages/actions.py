"""Writes of the outbox. `enqueue` is the one door for the whole house."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import bulk, clock, jobs, journal, live, locks
from jimu.core.errors import Conflict
from jimu.core.permissions import SYSTEM, Actor
from jimu.grid.models import Unit
from jimu.messages import guard, queries, rules
from jimu.messages.models import Channel, Message, Preference, Urgency
from jimu.messages.rules import quiet_end

KIND, SUBJECT = "messages.send", "outbox"
TOPIC = "messages"
LONGEST_KEY = Message._meta.get_field("key").max_length or 0
State = Message.State
WAITING = (State.QUEUED, State.FAILED, State.BY_HAND)


@dataclass(frozen=True)
class Letter:
    """One thing to tell: to a person, or (without one) to the group of the unit or of the nearest unit above it.

    `key` names it for ever: the same key is never sent again. `unit_id` is the place it is about.
    """

    key: str
    unit_id: UUID
    text: str
    person_id: UUID | None = None
    urgency: str = Urgency.ROUTINE


@dataclass(frozen=True)
class Queued:
    """What became of letters: how many are new, how many had been written before, how many a person must tell by hand."""

    fresh: int
    repeated: int
    by_hand: int


def enqueue(*, actor: Actor, at: datetime, letters: Sequence[Letter], subject: str = "") -> Queued:
    """Put letters into the outbox, in the caller's transaction; they go out after its commit.

    The caller has checked that the actor may tell these people. `subject` (such as order:<id>) lists them together.
    Raises Invalid for an empty or overlong text, PersonalInGroup for a text to a group that names a person or a number, ValueError for
    a key that the outbox cannot hold (the embedded database would take it, PostgreSQL not).
    """
    if any(len(letter.key) > LONGEST_KEY for letter in letters):
        raise ValueError("a letter's key is too long")
    texts = [rules.checked_text(letter.text) for letter in letters]
    guard.check_group_texts([text for letter, text in zip(letters, texts, strict=True) if letter.person_id is None])
    with transaction.atomic():
        routes = queries.routes_for(letters)
        rows = [
            _row(letter, text, routes, actor, at, subject) for letter, text in zip(letters, texts, strict=True)
        ]
        bulk.insert_missing(rows)
        made = queries.standing([row.pk for row in rows])
        fresh = [row for row in rows if row.pk in made]
        if any(row.state == State.QUEUED for row in fresh):
            transaction.on_commit(wake, robust=True)
        if fresh:
            live.beat(TOPIC)
    return Queued(len(fresh), len(rows) - len(fresh), sum(row.state == State.BY_HAND for row in fresh))


def _row(letter: Letter, text: str, routes: queries.Routes, actor: Actor, at: datetime, subject: str) -> Message:
    channel = routes.channel(letter)
    return Message(
        key=letter.key, urgency=letter.urgency, person_id=letter.person_id, channel=channel, unit_id=letter.unit_id, subject=subject,
        text=text, state=State.QUEUED if channel else State.BY_HAND, created_at=at, created_by=actor.name,
        not_before=_not_before(letter, routes.preferences, at),
    )  # fmt: skip


def _not_before(letter: Letter, preferences: Mapping[UUID, Preference], at: datetime) -> datetime | None:
    """Routine messages to a person wait for the end of their quiet hours."""
    if letter.urgency == Urgency.URGENT or letter.person_id is None:
        return None
    chosen = preferences.get(letter.person_id) or Preference()
    return quiet_end(timezone.localtime(at), chosen.quiet_from, chosen.quiet_until)


def wake() -> None:
    """Have the outbox looked at now. One look at a time is enough; what it misses the timer finds."""
    with suppress(Conflict):
        jobs.enqueue(actor=SYSTEM, at=clock.now(), kind=KIND, subject=SUBJECT, args={})


def withdraw(*, subject: str, at: datetime, by: str, people: Collection[UUID] | None = None) -> int:
    """Take back what has not gone out of a subject, to everybody or to some `people`; returns how many."""
    found = Message.objects.filter(subject=subject, state__in=WAITING)
    if people is not None:
        found = found.filter(person__in=people)
    count = found.update(state=State.WITHDRAWN, settled_at=at, settled_by=by)
    if count:
        live.beat(TOPIC)
    return count


def mark_told(*, actor: Actor, at: datetime, message_ids: Sequence[UUID]) -> int:
    """Note that people were told by hand. What went out meanwhile stays as it is; returns how many were marked."""
    with transaction.atomic():
        locks.hold(SUBJECT)
        ids = [message.pk for message in queries.messages_among(actor, "messages.tell", message_ids)]
        open_states = (*WAITING, State.DEAD)
        found = Message.objects.filter(pk__in=ids, state__in=open_states)
        scopes = sorted(found.values_list("unit__path", flat=True).distinct())
        marked = found.update(state=State.TOLD, settled_at=at, settled_by=actor.name)
        if marked:
            scope = scopes[0] if len(scopes) == 1 else min(scopes, key=len)
            journal.record(actor=actor, at=at, verb="messages.told", target="messages", scope=scope, data={"count": marked})
            live.beat(TOPIC)
    return marked


def send_again(*, actor: Actor, at: datetime, message_ids: Sequence[UUID]) -> int:
    """Queue dead messages, or those that waited for a hand, once more, through the channel that they have now.

    Raises Conflict when none of them has a channel. Whoever asks knows that one whose fate is unsure may come twice.
    """
    with transaction.atomic():
        locks.hold(SUBJECT)
        found = queries.messages_among(actor, "messages.tell", message_ids)
        again = [message for message in found if message.state in (State.DEAD, State.BY_HAND)]
        letters = [Letter(m.key, m.unit_id, m.text, m.person_id, m.urgency) for m in again]
        routes = queries.routes_for(letters)
        ready = []
        for message, letter in zip(again, letters, strict=True):
            message.channel = routes.channel(letter)
            message.state, message.attempts, message.due, message.error, message.delivery = State.QUEUED, 0, 0, "", None
            if message.channel is not None:
                ready.append(message)
        if not ready:
            raise Conflict(_("还没有可用的发送渠道。请先在“渠道”里添加，或人工告知。"), code="no_channel")
        Message.objects.bulk_update(ready, ["channel", "state", "attempts", "due", "error", "delivery"], batch_size=200)
        scope = min((message.unit.path for message in ready), key=len)
        journal.record(actor=actor, at=at, verb="messages.sent_again", target="messages", scope=scope, data={"count": len(ready)})
        transaction.on_commit(wake, robust=True)
        live.beat(TOPIC)
    return len(ready)


def send_test(*, actor: Actor, at: datetime, channel_id: UUID, person_id: UUID | None = None) -> Message:
    """Send a test through one channel; to the asker's own address where it is a gateway to persons."""
    with transaction.atomic():
        channel = queries.channel_for(actor, channel_id)
        persons = channel.reach == Channel.Reach.PERSONS
        if persons and person_id is None:
            raise Conflict(_("这个渠道发给个人：请先把您的账号与您在人员名单里的记录关联，再试。"), code="no_person")
        text = _("这是积木的测试消息，收到即表示渠道可用。")
        unit: Unit = channel.unit
        message = Message.objects.create(
            key=f"test:{channel.pk}:{at.timestamp():.6f}", urgency=Urgency.URGENT, channel=channel, unit=unit,
            person_id=person_id if persons else None, subject=f"channel:{channel.pk}", text=text, created_at=at, created_by=actor.name,
        )  # fmt: skip
        journal.record(actor=actor, at=at, verb="messages.tested", target=f"channel:{channel.pk}", scope=unit.path)
        transaction.on_commit(wake, robust=True)
    return message
