"""Writes of channels and of people's choices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, sealed
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.messages import queries, services
from jimu.messages.actions import TOPIC
from jimu.messages.models import Channel, Preference, Urgency

RIGHT = "messages.channels"
MINUTES = 1440


def add_channel(
    *, actor: Actor, at: datetime, name: str, service: str, reach: str, unit_id: UUID, address: str, usual_for: Sequence[str] = ()
) -> Channel:
    """Open a way out. The address is sealed as a whole. Raises Invalid, and Conflict for a second group of one unit."""
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None or not actor.may(RIGHT, unit.path):
        raise NotFound
    if service not in Channel.Service.values or reach not in Channel.Reach.values or not name.strip():
        raise Invalid
    persons = reach == Channel.Reach.PERSONS
    given = services.checked_address(service, address, persons=persons)
    try:
        with transaction.atomic():
            channel = Channel.objects.create(
                name=name.strip()[:40], service=service, reach=reach, unit=unit, address_sealed=sealed.seal(given), created_at=at,
                per_minute=services.LIMITS[service].per_minute,
                usual_for=[code for code in Urgency.values if persons and code in usual_for],
            )  # fmt: skip
            data = {"name": channel.name, "service": service}
            journal.record(actor=actor, at=at, verb="messages.channel_added", target=f"channel:{channel.pk}", scope=unit.path, data=data)
            live.beat(TOPIC)
    except IntegrityError as error:
        raise Conflict(_("{unit}已经有一个群渠道，请先停用它。").format(unit=unit.name), code="group_taken") from error
    return channel


def close_channel(*, actor: Actor, at: datetime, channel_id: UUID) -> Channel:
    """Use a channel no more. What still waits in it waits for another or for a hand."""
    with transaction.atomic():
        channel = queries.channel_for(actor, channel_id)
        channel.active = False
        channel.save(update_fields=["active"])
        waiting = channel.messages.filter(state__in=["queued", "failed"]).update(state="by_hand")
        data = {"name": channel.name, "waiting": waiting}
        journal.record(actor=actor, at=at, verb="messages.channel_closed", target=f"channel:{channel.pk}", scope=channel.unit.path, data=data)
        live.beat(TOPIC)
    return channel


@dataclass(frozen=True)
class Choice:
    """How somebody wants to be told: a channel of each tier (None: the usual one), an address there (empty: the phone)."""

    urgent_channel: UUID | None = None
    urgent_to: str = ""
    routine_channel: UUID | None = None
    routine_to: str = ""
    quiet_from: int = 1320
    quiet_until: int = 420


def choose(*, actor: Actor, at: datetime, choice: Choice) -> Preference:
    """Save what the asker chose for themselves. Raises Conflict for an account that belongs to nobody on the lists."""
    if actor.person_id is None:
        raise Conflict(_("您的账号还没有和人员名单关联，请联系指挥长。"), code="no_person")
    wanted = {pk for pk in (choice.urgent_channel, choice.routine_channel) if pk}
    if queries.gateways().filter(pk__in=wanted).count() != len(wanted):
        raise Invalid(_("这个渠道已经停用，请重新选择。"), code="channel_gone")
    if not (0 <= choice.quiet_from < MINUTES and 0 <= choice.quiet_until < MINUTES):
        raise Invalid(_("免打扰时间写成 22:00 这样。"), code="quiet_hours")
    with transaction.atomic():
        saved, _made = Preference.objects.update_or_create(
            person_id=actor.person_id,
            defaults={
                "urgent_channel_id": choice.urgent_channel, "urgent_to_sealed": sealed.seal(choice.urgent_to.strip()[:200]),
                "routine_channel_id": choice.routine_channel, "routine_to_sealed": sealed.seal(choice.routine_to.strip()[:200]),
                "quiet_from": choice.quiet_from, "quiet_until": choice.quiet_until,
            },
        )  # fmt: skip
        journal.record(actor=actor, at=at, verb="messages.chosen", target=f"person:{actor.person_id}", scope=actor.ground)
    return saved
