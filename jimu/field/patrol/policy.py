"""Numbers of a place: of the playbook in force there, else the schema's own."""

from jimu.incidents.sections import Section
from jimu.playbooks.schema import Patrol

SECTION = Section(lambda playbook: playbook.patrol, Patrol())
of_place = SECTION.of_place


def keep_days(text: str) -> int:
    """For how many days what tells of people is kept under a playbook's text; '' is none in force."""
    return SECTION.of_text(text).keep_days
