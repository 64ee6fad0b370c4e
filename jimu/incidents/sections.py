"""A brick's section of the playbook in force at a place; where none is in force, or its text is of an older kind, the schema's own numbers."""

from collections.abc import Callable
from functools import lru_cache
from typing import Generic, TypeVar

from jimu.core.errors import Invalid
from jimu.grid.models import Unit
from jimu.incidents.queries import active_in
from jimu.playbooks.reading import parse
from jimu.playbooks.schema import Keeping, Playbook, Strict

Numbers = TypeVar("Numbers", bound=Strict)
Kept = TypeVar("Kept", bound=Keeping)


class Section(Generic[Numbers]):
    """One section: `pick` takes it out of a playbook, `usual` holds where there is none to take it from."""

    def __init__(self, pick: Callable[[Playbook], Numbers], usual: Numbers) -> None:
        self._pick, self.usual = pick, usual

    def of_place(self, unit: Unit | None) -> Numbers:
        """The numbers in force at a place; of several incidents the newest counts."""
        found = active_in(unit) if unit is not None else []
        return self.of_text(found[0].playbook_text) if found else self.usual

    def of_text(self, text: str) -> Numbers:
        """The numbers of a playbook's text; '' is none in force. A text that cannot be read any more stops no work."""
        playbook = playbook_of(text)
        return self._pick(playbook) if playbook is not None else self.usual

    def keep_days(self: "Section[Kept]", text: str) -> int:
        """For how many days a playbook's text lets what tells of people be kept; '' is none in force."""
        return self.of_text(text).keep_days


@lru_cache(maxsize=16)
def playbook_of(text: str) -> Playbook | None:
    """A text as a playbook; None for '' and for a text that today's rules no longer read.

    One reading for all bricks: a playbook is long, and each asks for its section of the same text.
    """
    try:
        return parse(text) if text else None
    except Invalid:
        return None
