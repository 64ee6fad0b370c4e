"""Where a plan stands: history, what is published, what is drafted, what nobody planned yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jimu.incidents.models import Incident
from jimu.roster.models import Roster


@dataclass(frozen=True)
class Windows:
    """Where an incident's plan stands on a day: until when it is published and drafted; None: not at all."""

    today: date
    published_until: date | None
    draft: Roster | None

    @property
    def unplanned_from(self) -> date:
        """The first day that nobody planned yet."""
        ends = [self.published_until] if self.published_until else []
        ends += [last_day(self.draft)] if self.draft else []
        return max([*ends, self.today - timedelta(days=1)]) + timedelta(days=1)


def last_day(roster: Roster) -> date:
    """The last day of a roster."""
    return roster.first_day + timedelta(days=roster.days - 1)


def windows(incident: Incident, rosters: Sequence[Roster], today: date) -> Windows:
    """The windows of an incident, from its rosters."""
    mine = [one for one in rosters if one.incident_id == incident.pk]
    published = next((one for one in mine if one.state == Roster.State.PUBLISHED), None)
    drafts = [one for one in mine if one.state == Roster.State.DRAFT and last_day(one) >= today]
    newest = max(drafts, key=lambda one: one.created_at, default=None)
    return Windows(today, last_day(published) if published else None, newest)
