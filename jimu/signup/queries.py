"""Reads of campaigns and applications, each within the asker's part of the grid; the public door sees one open campaign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from jimu.core import clock
from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, holding, under, visible
from jimu.grid.models import Unit
from jimu.people.models import Kind, Person
from jimu.people.queries import has
from jimu.playbooks.schema import Playbook
from jimu.signup import matching, rules
from jimu.signup.errors import NoCampaign
from jimu.signup.models import Application, Campaign

VOLUNTEERS = {Kind.VOLUNTEER.value, Kind.RESERVE_VOLUNTEER.value}


def posts_of(playbook: Playbook) -> list[dict[str, Any]]:
    """The posts of a playbook that a volunteer may take, once each."""
    found: dict[str, dict[str, Any]] = {}
    for post in playbook.posts:
        if not post.requested_only and (not post.kinds or VOLUNTEERS & set(post.kinds)):
            found.setdefault(post.code, {"code": post.code, "title": post.title, "suit": post.suit, "heavy": post.heavy})
    return list(found.values())


def campaigns_for(actor: Actor) -> "QuerySet[Campaign]":
    """Campaigns of the asker's part, and those of the units that hold it, which bring people to it too; with counts."""
    actor.require("signup.view")
    paths = actor.paths("signup.view")
    mine = Q() if "" in paths else under(paths, "applications__unit__path")
    waiting = Q(applications__state=Application.State.PENDING) & mine
    rows = Campaign.objects.filter(visible(actor, "signup.view", "unit__path") | holding(paths, "unit__path")).select_related("unit")
    return rows.annotate(
        waiting=Count("applications", filter=waiting, distinct=True), sent=Count("applications", filter=mine, distinct=True)
    )


def campaign_for(actor: Actor, campaign_id: UUID, right: str = "signup.view") -> Campaign:
    """One campaign. To review, one that holds the asker's part will do; to change it the right on its own unit is needed."""
    campaign = campaigns_for(actor).filter(pk=campaign_id).first()
    if campaign is None:
        raise NotFound
    if right == "signup.open":
        actor.require(right, campaign.unit.path)
    else:
        actor.require(right)
    return campaign


def applications_for(actor: Actor, campaign: Campaign, right: str = "signup.view") -> "QuerySet[Application]":
    """What was sent in for the asker's part, the oldest first."""
    rows = Application.objects.filter(visible(actor, right, "unit__path"), campaign=campaign)
    return rows.select_related("unit", "campaign__unit", "person").order_by("sent_at", "pk")


def application_for(actor: Actor, application_id: UUID, right: str = "signup.view") -> Application:
    """One application. Raises NotFound outside the asker's part."""
    actor.require(right)
    found = Application.objects.filter(visible(actor, right, "unit__path"), pk=application_id)
    row = found.select_related("unit", "campaign__unit", "person").first()
    if row is None:
        raise NotFound
    return row


def open_campaign(code: str, today: date) -> Campaign:
    """The campaign behind a public address. Raises NoCampaign for an unknown, closed, future or past one alike."""
    found = Campaign.objects.filter(code=code, closed_at=None, first_day__lte=today, last_day__gte=today)
    campaign = found.select_related("unit").first()
    if campaign is None:
        raise NoCampaign
    return campaign


def places_of(campaign: Campaign) -> list[Unit]:
    """The neighborhoods that somebody may say they live in."""
    units = Unit.objects.filter(under([campaign.unit.path]), kind=Unit.Kind.NEIGHBORHOOD, retired_at=None)
    return list(units.order_by("path"))


@dataclass(frozen=True)
class Row:
    """One application on the desk."""

    application: Application
    known: Person | None
    elsewhere: bool
    flags: Sequence[str]
    others: Sequence[Person]
    age: int

    @property
    def plain(self) -> bool:
        """Whether it can be confirmed without a second look."""
        return not self.flags and not self.elsewhere and not self.application.minor


def rows(actor: Actor, applications: Sequence[Application], today: date) -> list[Row]:
    """Applications with whom they tell of and what looks odd, in a fixed number of queries."""
    found = matching.matches(applications)
    return [
        Row(
            row, match.person, match.person is not None and not has(actor, "people.edit", match.person), match.flags,
            [person for person in match.others if has(actor, "people.edit", person)], rules.age_on(row.born_on, today),
        )
        for row, match in found.items()
    ]  # fmt: skip


def overdue(today: date) -> list[Campaign]:
    """Campaigns whose applications have been kept for as long as was said."""
    ended = Campaign.objects.filter(Q(last_day__lt=today) | ~Q(closed_at=None), purged_at=None).select_related("unit")
    return [c for c in ended if rules.erased_on(_ended_on(c), int(c.terms.get("keep_days", 30))) < today]


def _ended_on(campaign: Campaign) -> date:
    return min(campaign.last_day, timezone.localdate(campaign.closed_at)) if campaign.closed_at else campaign.last_day


def purge_due() -> bool:
    """Whether anything has to be deleted today; asked every few seconds by the timers."""
    return bool(overdue(clock.today()))
