"""One's own shifts as a calendar (RFC 5545), read at a private address."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from jimu.core import journal, locks
from jimu.core.errors import NotFound
from jimu.core.permissions import Actor
from jimu.people.models import Person
from jimu.relay import seats
from jimu.relay.models import CalendarFeed
from jimu.roster.models import Assignment

LOOK_BACK = timedelta(days=31)
REMIND = timedelta(hours=-1)


def digest_of(secret: str) -> str:
    """What is kept of a private address."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_feed(*, actor: Actor, at: datetime) -> str:
    """A new private address for one's own shifts; the one before stops working. Returns its secret, shown once."""
    if actor.person_id is None:
        raise NotFound
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        locks.hold(f"calendar:{actor.person_id}")
        CalendarFeed.objects.filter(person=actor.person_id, revoked_at=None).update(revoked_at=at)
        made = CalendarFeed.objects.create(person_id=actor.person_id, digest=digest_of(secret), made_at=at)
        journal.record(actor=actor, at=at, verb="calendar.made", target=f"calendar:{made.pk}", scope=actor.ground)
    return secret


def revoke_feed(*, actor: Actor, at: datetime) -> None:
    """Stop one's own address from working. The same again changes nothing."""
    if actor.person_id is None:
        raise NotFound
    with transaction.atomic():
        ended = CalendarFeed.objects.filter(person=actor.person_id, revoked_at=None).update(revoked_at=at)
        if ended:
            journal.record(actor=actor, at=at, verb="calendar.revoked", target=f"person:{actor.person_id}", scope=actor.ground)


def calendar_of(person: Person, at: datetime) -> bytes:
    """Somebody's shifts of the last month and to come. Names of others, and the person's own, stay out of it."""
    found = Calendar()
    found.add("prodid", "-//Jimu//Shifts//ZH")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", _("我的班次"))
    found.add("refresh-interval", timedelta(minutes=30), parameters={"value": "DURATION"})
    rows = seats.in_force().filter(person=person, shift__ends_at__gt=at - LOOK_BACK)
    for row in rows.order_by("shift__starts_at"):
        found.add_component(_event(row, at))
    return bytes(found.to_ical())


def _event(row: Assignment, at: datetime) -> Event:
    shift = row.shift
    event = Event()
    # By post and day: a newer roster in force moves the event instead of doubling it.
    event.add("uid", f"{shift.post_id}-{shift.day:%Y%m%d}@jimu")
    event.add("dtstamp", at)
    event.add("dtstart", shift.starts_at)
    event.add("dtend", shift.ends_at)
    title = _("%(post)s（待命）") % {"post": shift.post.title} if row.standby else shift.post.title
    event.add("summary", f"{title} · {shift.unit.name}")
    event.add("location", shift.unit.name)
    event.add("description", _("请提前 15 分钟到岗。来不了请尽早在“我的”里请假或找人代班。"))
    reminder = Alarm()
    reminder.add("action", "DISPLAY")
    reminder.add("trigger", REMIND)
    reminder.add("description", shift.post.title)
    event.add_component(reminder)
    return event
