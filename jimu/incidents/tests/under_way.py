"""An incident under way at a place by a playbook's text, for tests of what a playbook's numbers decide."""

from datetime import datetime

from jimu.core import clock
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit
from jimu.playbooks.library import find


def text_with(more: str) -> str:
    """The shipped playbook of an epidemic, with another section."""
    return f"{find('epidemic-lockdown')[1]}\n{more}\n"


def begin(unit: Unit, text: str, at: datetime | None = None, *, hazard: str = "epidemic") -> Incident:
    """Begun there, without posts."""
    at = at or clock.now()
    made = Incident.objects.create(
        playbook="p", playbook_version=1, playbook_text=text, level="lockdown", title="演练", legal_basis="通告", scope=unit.path,
        starts_at=at, ends_on=at.date(), activated_at=at, activated_by="system",
    )  # fmt: skip
    IncidentUnit.objects.create(incident=made, unit=unit, hazard=hazard)
    return made
