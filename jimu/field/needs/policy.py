"""Classes and limits of a place: of the playbook in force there, else the schema's own."""

from jimu.incidents.sections import Section
from jimu.playbooks.schema import NeedClass, Needs

SECTION = Section(lambda playbook: playbook.needs, Needs())
of_place, keep_days = SECTION.of_place, SECTION.keep_days


def class_of(needs: Needs, code: str) -> NeedClass:
    """A class by its code; the last one, the widest, for a code that is none."""
    return next((one for one in needs.classes if one.code == code), needs.classes[-1])
