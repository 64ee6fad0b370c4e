"""Numbers of a place: of the playbook in force there, else the schema's own."""

from jimu.grid.models import Unit
from jimu.incidents.sections import Section
from jimu.playbooks.schema import Transfer

SECTION = Section(lambda playbook: playbook.transfer, Transfer())
of_place, keep_days = SECTION.of_place, SECTION.keep_days


def visit_hours(unit: Unit, kind: str) -> int:
    """By how many hours after somebody left, and again after each visit, one of a kind is looked in on."""
    hours = of_place(unit).visit_hours
    return next((number for code, number in hours.items() if code == kind), 24)
