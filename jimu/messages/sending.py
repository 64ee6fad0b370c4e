"""Sending: claim what is due, hand it over, write down what came of it. Any number of processes may do it at once.

What holds, whatever dies and when (docs/decisions/0009-messages.md): a message is claimed by one delivery at a time; a
delivery is marked as handed over before the service is spoken to, so one that was not is safe to send again; one that was,
and whose answer nobody heard, is repeated only where the service drops repeats of its key, and waits for a person elsewhere.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from jimu.core import bulk, clock, live, locks, sealed, steady
from jimu.core.jobs import JobRun
from jimu.messages import rules, transports
from jimu.messages.actions import SUBJECT, TOPIC
from jimu.messages.models import Channel, Delivery, Message, Preference, Urgency
from jimu.messages.services import LIMITS, filled
from jimu.messages.transports import SENT, Answer, Parcel

State, Outcome = Message.State, Delivery.Outcome
LEASE = 60
# The count of seconds moves in steps of a few: a minute is counted with a margin.
MINUTE = 64
MOST_AT_ONCE, MOST_POSTS = 1000, 20
RUN_SECONDS = 25.0
MOST_REFUSALS = 4
LONGEST_REST = 300


def run(job: JobRun) -> dict[str, Any]:
    """The job: send until nothing is due, for at most half a minute; the timer has it called again."""
    return {"sent": send_due(seconds=RUN_SECONDS)}


def send_due(*, seconds: float = RUN_SECONDS) -> int:
    """Send what is due now; returns how many deliveries a service took."""
    end, sent = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        claimed = claim()
        if claimed is None:
            break
        sent += deliver(claimed)
        live.beat(TOPIC)
    return sent


def anything_due() -> bool:
    """Whether the outbox has work: something due, or a delivery that its process left behind."""
    tick = steady.now()
    return _due(tick).exists() or Delivery.objects.filter(outcome=Outcome.OPEN, lease__lt=tick).exists()


def _due(tick: int) -> "QuerySet[Message]":
    awake = Q(not_before=None) | Q(not_before__lte=clock.now())
    return Message.objects.filter(
        awake, state__in=(State.QUEUED, State.FAILED), due__lte=tick, channel__active=True, channel__rests_until__lte=tick
    )


@dataclass(frozen=True)
class Claimed:
    """Deliveries of one channel that this process may hand over."""

    channel: Channel
    parcels: Sequence[Parcel]
    # Handed over once before by a process that is gone: only where the service drops repeats.
    again: bool = False

    @property
    def keyed(self) -> bool:
        """Whether the service drops a repeat of a key."""
        return LIMITS[self.channel.service].keyed


def claim() -> Claimed | None:
    """Take what is due of one channel, within its limit. None when there is nothing to do now."""
    with transaction.atomic():
        locks.hold(SUBJECT)
        tick = steady.now()
        left = _take_over(tick)
        if left is not None:
            return left
        for channel in Channel.objects.filter(pk__in=_due(tick).values("channel")).order_by("pk"):
            room = _room(channel, tick)
            if room > 0:
                claimed = _claim(channel, room, tick)
                if claimed.parcels:
                    return claimed
    return None


def _room(channel: Channel, tick: int) -> int:
    if channel.service == Channel.Service.LOCAL:
        return MOST_AT_ONCE
    if not channel.per_minute:
        return MOST_POSTS
    lately = Delivery.objects.filter(channel=channel, began__gt=tick - MINUTE).exclude(outcome=Outcome.ABANDONED).count()
    return min(MOST_POSTS, channel.per_minute - lately)


def _claim(channel: Channel, room: int, tick: int) -> Claimed:
    waiting = list(_due(tick).filter(channel=channel).select_related("person").order_by("-urgency", "pk")[:MOST_AT_ONCE])
    addresses = _addresses(channel, waiting)
    unreachable = [message.pk for message in waiting if message.person_id not in addresses]
    Message.objects.filter(pk__in=unreachable).update(state=State.BY_HAND, error="no address")
    packed = _packed([message for message in waiting if message.person_id in addresses], LIMITS[channel.service].bytes, room)
    at = clock.now()
    deliveries, parcels = [], []
    for together in packed:
        delivery = Delivery(channel=channel, lease=tick + LEASE, began=tick, at=at)
        deliveries.append(delivery)
        for message in together:
            message.delivery = delivery
        parcels.append(_parcel(delivery.pk, together, addresses[together[0].person_id], channel))
    bulk.insert(deliveries)
    taken = [message for together in packed for message in together]
    for message in taken:
        message.state, message.attempts = State.SENDING, message.attempts + 1
    bulk.update(taken, ("delivery", "state", "attempts"))
    return Claimed(channel, parcels)


def _packed(waiting: Sequence[Message], most_bytes: int, room: int) -> list[list[Message]]:
    """What travels together: routine messages to one address are joined, urgent ones only when the limit is too narrow."""
    urgent = [message for message in waiting if message.urgency == Urgency.URGENT]
    routine = [message for message in waiting if message.urgency != Urgency.URGENT]
    singles = [[message] for message in urgent] if len(urgent) <= room else _together(urgent, most_bytes)
    return [*singles, *_together(routine, most_bytes)][:room]


def _together(messages: Sequence[Message], most_bytes: int) -> list[list[Message]]:
    by_address: dict[UUID | None, list[Message]] = {}
    for message in messages:
        by_address.setdefault(message.person_id, []).append(message)
    runs = []
    for listed in by_address.values():
        runs += [[listed[n] for n in run] for run in rules.joined([message.text for message in listed], most_bytes)]
    return runs


def _addresses(channel: Channel, messages: Sequence[Message]) -> dict[UUID | None, str]:
    """The address for each person; for a group the one of the channel. People without one are left out."""
    address = sealed.unseal(channel.address_sealed)
    if channel.reach == Channel.Reach.GROUP or channel.service == Channel.Service.LOCAL:
        return {message.person_id: address for message in messages}
    people = {message.person_id: message.person for message in messages if message.person}
    chosen = {row.person_id: row for row in Preference.objects.filter(person__in=people)}
    found: dict[UUID | None, str] = {}
    for person_id, person in people.items():
        own = chosen.get(person_id) if person_id else None
        to = _own_address(own, channel) if own else ""
        to = to or (person.phone if person else "")
        if to:
            found[person_id] = filled(address, to)
    return found


def _own_address(own: Preference, channel: Channel) -> str:
    if own.urgent_channel_id == channel.pk and own.urgent_to_sealed:
        return sealed.unseal(own.urgent_to_sealed)
    return sealed.unseal(own.routine_to_sealed) if own.routine_channel_id == channel.pk else ""


def _parcel(key: UUID, together: Sequence[Message], address: str, channel: Channel) -> Parcel:
    text = rules.SEPARATOR.join(message.text for message in together)
    return Parcel(key, address, rules.fitting(text, LIMITS[channel.service].bytes))


def _take_over(tick: int) -> Claimed | None:
    """Deliveries whose process is gone. What was not handed over is queued again, what was handed over is repeated under its
    key or, where the service would not know the key, waits for a person."""
    left = list(Delivery.objects.filter(outcome=Outcome.OPEN, lease__lt=tick).select_related("channel").order_by("pk")[:MOST_AT_ONCE])
    if not left:
        return None
    _release([delivery.pk for delivery in left if not delivery.handed])
    handed = [delivery for delivery in left if delivery.handed]
    unsure = [d.pk for d in handed if not LIMITS[d.channel.service].keyed]
    _write_unsure(unsure)
    keyed = [d for d in handed if LIMITS[d.channel.service].keyed]
    mine = [delivery for delivery in keyed if delivery.channel_id == keyed[0].channel_id][:MOST_POSTS * 25]
    if not mine:
        return None
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in mine]).update(lease=tick + LEASE)
    held: dict[UUID | None, list[Message]] = {}
    for message in Message.objects.filter(delivery__in=mine).select_related("person").order_by("-urgency", "pk"):
        held.setdefault(message.delivery_id, []).append(message)
    channel = mine[0].channel
    addresses = _addresses(channel, [message for listed in held.values() for message in listed])
    parcels = [
        _parcel(pk, listed, addresses[listed[0].person_id], channel) for pk, listed in held.items() if pk and listed[0].person_id in addresses
    ]
    return Claimed(channel, parcels, again=True)


def _release(deliveries: Sequence[UUID]) -> None:
    """Give back what was never handed over; the try does not count."""
    if not deliveries:
        return
    Delivery.objects.filter(pk__in=deliveries, handed=False, outcome=Outcome.OPEN).update(outcome=Outcome.ABANDONED)
    given_back = Message.objects.filter(delivery__in=deliveries, delivery__outcome=Outcome.ABANDONED, state=State.SENDING)
    given_back.update(state=State.QUEUED, attempts=F("attempts") - 1)


def deliver(claimed: Claimed) -> int:
    """Hand over what was claimed; returns how many the service took."""
    if claimed.channel.service == Channel.Service.LOCAL:
        mine = hand([parcel.key for parcel in claimed.parcels], again=claimed.again)
        transports.keep(claimed.channel, [parcel for parcel in claimed.parcels if parcel.key in mine])
        settle(claimed, dict.fromkeys(mine, SENT))
        return len(mine)
    send, sent = transports.transport(claimed.channel.service), 0
    for number, parcel in enumerate(claimed.parcels):
        if not hand([parcel.key], again=claimed.again):
            continue
        answer = _answer(send, parcel)
        settle(claimed, {parcel.key: answer})
        sent += answer.sent
        if answer.down:
            rest(claimed, [later.key for later in claimed.parcels[number + 1 :]])
            return sent
    if sent and claimed.channel.failures:
        Channel.objects.filter(pk=claimed.channel.pk).update(failures=0, rests_until=0)
    return sent


def _answer(send: Callable[[Parcel], Answer], parcel: Parcel) -> Answer:
    try:
        return send(parcel)
    except Exception as error:
        # A library's surprise; its words may hold the address, so only its kind is kept.
        return Answer(False, f"unsure {type(error).__name__}"[:60], down=True)


def hand(keys: Sequence[UUID], *, again: bool = False) -> set[UUID]:
    """Mark deliveries as handed over, before the service is spoken to; returns those that are still this process's to send."""
    with transaction.atomic():
        locks.hold(SUBJECT)
        mine = Delivery.objects.filter(pk__in=keys, handed=again, outcome=Outcome.OPEN)
        found = set(mine.values_list("pk", flat=True))
        Delivery.objects.filter(pk__in=found).update(handed=True, lease=steady.now() + LEASE)
    return found


def settle(claimed: Claimed, answers: Mapping[UUID, Answer]) -> None:
    """Write down what came of deliveries."""
    sent = [key for key, answer in answers.items() if answer.sent]
    with transaction.atomic():
        locks.hold(SUBJECT)
        _write_sent(sent)
        for key, answer in answers.items():
            if answer.sent:
                continue
            if not answer.error.startswith("unsure"):
                _write_failed(key, answer)
            elif not claimed.keyed:
                _write_unsure([key])
            # A keyed service is asked again under the same key when the lease ends.


def _write_sent(keys: Sequence[UUID]) -> None:
    if keys:
        Delivery.objects.filter(pk__in=keys, outcome__in=(Outcome.OPEN, Outcome.UNSURE)).update(outcome=Outcome.SENT, error="")
        told = Message.objects.filter(delivery__in=keys, state__in=(State.SENDING, State.DEAD))
        told.update(state=State.SENT, settled_at=clock.now(), error="")


def _write_failed(key: UUID, answer: Answer) -> None:
    if not Delivery.objects.filter(pk=key, outcome=Outcome.OPEN).update(outcome=Outcome.FAILED, error=answer.error):
        return
    tick = steady.now()
    for pk, attempts in Message.objects.filter(delivery=key, state=State.SENDING).values_list("pk", "attempts"):
        given_up = attempts >= (rules.MOST_ATTEMPTS if answer.down else MOST_REFUSALS)
        again = tick + rules.pause(attempts, dice=random.random())
        Message.objects.filter(pk=pk).update(state=State.DEAD if given_up else State.FAILED, due=again, error=answer.error)


def _write_unsure(keys: Sequence[UUID]) -> None:
    if keys:
        Delivery.objects.filter(pk__in=keys, outcome=Outcome.OPEN).update(outcome=Outcome.UNSURE)
        lost = Message.objects.filter(delivery__in=keys, delivery__outcome=Outcome.UNSURE, state=State.SENDING)
        lost.update(state=State.DEAD, error="unsure")


def rest(claimed: Claimed, later: Sequence[UUID]) -> None:
    """The service is down or wants a pause: the channel rests, longer each time, and the rest of the claim goes back."""
    with transaction.atomic():
        locks.hold(SUBJECT)
        failures = claimed.channel.failures + 1
        until = steady.now() + min(LONGEST_REST, rules.pause(failures, dice=random.random()))
        Channel.objects.filter(pk=claimed.channel.pk).update(failures=failures, rests_until=until)
        _release(later)
