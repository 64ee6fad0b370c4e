"""Classes and limits of a place: of the playbook in force there, else the schema's own."""

from functools import lru_cache

from jimu.core.errors import Invalid
from jimu.grid.models import Unit
from jimu.incidents.queries import active_in
from jimu.playbooks.reading import parse
from jimu.playbooks.schema import NeedClass, Needs


def of_place(unit: Unit) -> Needs:
    """The numbers in force at a place; of several incidents the newest counts."""
    found = active_in(unit)
    return _of_text(found[0].playbook_text) if found else Needs()


def class_of(needs: Needs, code: str) -> NeedClass:
    """A class by its code; the last one, the widest, for a code that is none."""
    return next((one for one in needs.classes if one.code == code), needs.classes[-1])


def keep_days(text: str) -> int:
    """For how many days what tells of people is kept under a playbook's text; '' is none in force."""
    return (_of_text(text) if text else Needs()).keep_days


@lru_cache(maxsize=16)
def _of_text(text: str) -> Needs:
    try:
        return parse(text).needs
    except Invalid:
        # A text of an older kind: a need must not fail for it.
        return Needs()
