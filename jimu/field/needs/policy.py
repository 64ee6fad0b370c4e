"""Classes and limits of a place: of the playbook in force there, else the schema's own."""

from jimu.incidents.sections import Section
from jimu.playbooks.schema import NeedClass, Needs

SECTION = Section(lambda playbook: playbook.needs, Needs())
of_place = SECTION.of_place


def keep_days(text: str) -> int:
    """For how many days what tells of people is kept under a playbook's text; '' is none in force."""
    return SECTION.of_text(text).keep_days


def class_of(needs: Needs, code: str) -> NeedClass:
    """A class by its code; the last one, the widest, for a code that is none."""
    return next((one for one in needs.classes if one.code == code), needs.classes[-1])
