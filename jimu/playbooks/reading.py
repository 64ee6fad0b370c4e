"""A playbook's text to a playbook; every fault with its line and a sentence that says how to mend it."""

from jimu.core import datafiles
from jimu.playbooks.checks import faults
from jimu.playbooks.schema import Playbook

LARGEST = datafiles.LARGEST


def parse(text: str, *, file: str = "playbook.yaml") -> Playbook:
    """A playbook from its text. Raises Invalid (`bad_playbook`) naming the line of every fault."""

    def contradictions(playbook: Playbook) -> list[tuple[tuple[str | int, ...], str]]:
        return [(fault.place, fault.sentence) for fault in faults(playbook)]

    return datafiles.parse(text, Playbook, file=file, code="bad_playbook", check=contradictions)
