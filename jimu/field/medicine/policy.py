"""Numbers of a place: of the playbook in force there, else the schema's own."""

from functools import lru_cache

from jimu.core.errors import Invalid
from jimu.grid.models import Unit
from jimu.incidents.queries import active_in
from jimu.playbooks.reading import parse
from jimu.playbooks.schema import Medicine


def of_place(unit: Unit) -> Medicine:
    """The numbers in force at a place; of several incidents the newest counts."""
    found = active_in(unit)
    return _of_text(found[0].playbook_text) if found else Medicine()


@lru_cache(maxsize=16)
def _of_text(text: str) -> Medicine:
    try:
        return parse(text).medicine
    except Invalid:
        # A text of an older kind: medicine must not fail for it.
        return Medicine()
