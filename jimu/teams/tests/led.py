"""A confirmed team with a leader, for tests of what who leads it sees."""

from uuid import UUID

from jimu.grid.models import Unit
from jimu.grid.tests.town import AT
from jimu.incidents.models import Incident
from jimu.teams.models import Membership, Seat, Team


def led_by(lead: UUID, *people: UUID, unit: Unit, deputy: UUID | None = None) -> Team:
    """A team of a unit: its leader, a deputy if one is named, and members, by their people's ids."""
    incident = Incident.objects.create(
        playbook="p", playbook_version=1, playbook_text="", level="l", title="t", legal_basis="b", scope=unit.path, starts_at=AT, ends_on=AT.date(),
        activated_at=AT, activated_by="a",
    )  # fmt: skip
    team = Team.objects.create(
        incident=incident, unit=unit, template="t", template_version=1, shape="s", title="保障组", purpose="p", state="confirmed", created_at=AT
    )
    for number, one in enumerate([lead, *([deputy] if deputy else []), *people]):
        seat = Seat.objects.create(team=team, code="m", number=number, title="组员", duty="d", leads=one == lead, deputy=one == deputy)
        Membership.objects.create(seat=seat, person_id=one, incident=incident, team=team, origin="hand", since=AT)
    return team
