"""A call's numbers, from the playbook of its incident; the schema's defaults where the playbook says nothing."""

from functools import lru_cache
from typing import Any

from jimu.core.errors import Invalid
from jimu.incidents.models import Incident
from jimu.playbooks.reading import parse
from jimu.playbooks.schema import Calls

LONGEST_NOTE = 120
# A seat that somebody was taken off by hand: the lead may be about to fill it.
SETTLE_SECONDS = 20
MOST_SHIFTS = 2000


def numbers_of(incident: Incident) -> dict[str, Any]:
    """The numbers, as plain values to be kept with a call."""
    return _numbers(incident.playbook_text)


@lru_cache(maxsize=16)
def _numbers(text: str) -> dict[str, Any]:
    if not text:
        return Calls().model_dump()
    try:
        return parse(text).calls.model_dump()
    except Invalid:
        # A text of an older kind: the call must not fail for it.
        return Calls().model_dump()
