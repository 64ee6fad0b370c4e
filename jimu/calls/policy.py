"""A call's numbers, from the playbook of its incident; the schema's defaults where the playbook says nothing."""

from typing import Any

from jimu.incidents.models import Incident
from jimu.incidents.sections import Section
from jimu.playbooks.schema import Calls

SECTION = Section(lambda playbook: playbook.calls, Calls())
LONGEST_NOTE = 120
# A seat that somebody was taken off by hand: the lead may be about to fill it.
SETTLE_SECONDS = 20
MOST_SHIFTS = 2000


def numbers_of(incident: Incident) -> dict[str, Any]:
    """The numbers, as plain values to be kept with a call."""
    return SECTION.of_text(incident.playbook_text).model_dump()
