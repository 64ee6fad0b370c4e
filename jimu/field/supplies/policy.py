"""Numbers of a place: of the playbook in force there, else the schema's own."""

from jimu.incidents.sections import Section
from jimu.playbooks.schema import Playbook, Supplies

#: The parameter by which playbooks reckon how many people carry goods; the pace is one number, not two.
PACE = "bags_per_person_hour"


def _paced(playbook: Playbook) -> Supplies:
    pace = playbook.parameters.get(PACE)
    return playbook.supplies.model_copy(update={PACE: pace.value}) if pace and pace.value > 0 else playbook.supplies


SECTION = Section(_paced, Supplies())
of_place, keep_days = SECTION.of_place, SECTION.keep_days
