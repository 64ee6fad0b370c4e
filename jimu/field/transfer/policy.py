"""Numbers of a place: of the playbook in force there, else the schema's own."""

from functools import lru_cache

from jimu.core.errors import Invalid
from jimu.grid.models import Unit
from jimu.incidents.queries import active_in
from jimu.playbooks.reading import parse
from jimu.playbooks.schema import Transfer


def of_place(unit: Unit) -> Transfer:
    """The numbers in force at a place; of several incidents the newest counts."""
    found = active_in(unit)
    return _of_text(found[0].playbook_text) if found else Transfer()


@lru_cache(maxsize=16)
def _of_text(text: str) -> Transfer:
    try:
        return parse(text).transfer
    except Invalid:
        # A text of an older kind: nobody is left without a clock for it.
        return Transfer()


def visit_hours(unit: Unit, kind: str) -> int:
    """By how many hours after somebody left, and again after each visit, one of a kind is looked in on."""
    hours = of_place(unit).visit_hours
    return next((number for code, number in hours.items() if code == kind), 24)
