"""Numbers of a place: of the playbook in force there, else the schema's own."""

from jimu.incidents.sections import Section
from jimu.playbooks.schema import Playbook, Supplies

#: The parameter by which playbooks reckon how many people carry goods; the pace is one number, not two.
PACE = "bags_per_person_hour"


def _paced(playbook: Playbook) -> Supplies:
    pace = playbook.parameters.get(PACE)
    return playbook.supplies.model_copy(update={PACE: pace.value}) if pace and pace.value > 0 else playbook.supplies


SECTION = Section(_paced, Supplies())
of_place = SECTION.of_place


def keep_days(text: str) -> int:
    """For how many days what tells of people is kept under a playbook's text; '' is none in force."""
    return SECTION.of_text(text).keep_days
