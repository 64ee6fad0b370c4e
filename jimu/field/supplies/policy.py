"""Numbers of a place: of the playbook in force there, else the schema's own."""

from functools import lru_cache

from jimu.core.errors import Invalid
from jimu.grid.models import Unit
from jimu.incidents.queries import active_in
from jimu.playbooks.reading import parse
from jimu.playbooks.schema import Supplies

#: The parameter by which playbooks reckon how many people carry goods; the pace is one number, not two.
PACE = "bags_per_person_hour"


def of_place(unit: Unit | None) -> Supplies:
    """The numbers in force at a place; of several incidents the newest counts."""
    found = active_in(unit) if unit is not None else []
    return _of_text(found[0].playbook_text) if found else Supplies()


def keep_days(text: str) -> int:
    """For how many days what tells of people is kept under a playbook's text; '' is none in force."""
    return (_of_text(text) if text else Supplies()).keep_days


@lru_cache(maxsize=16)
def _of_text(text: str) -> Supplies:
    try:
        playbook = parse(text)
    except Invalid:
        # A text of an older kind: goods must not wait for it.
        return Supplies()
    pace = playbook.parameters.get(PACE)
    return playbook.supplies.model_copy(update={PACE: pace.value}) if pace and pace.value > 0 else playbook.supplies
