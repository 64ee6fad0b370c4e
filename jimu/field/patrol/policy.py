"""Numbers of a place: of the playbook in force there, else the schema's own."""

from jimu.incidents.sections import Section
from jimu.playbooks.schema import SEEN, SEEN_MINUTES, SEEN_NEEDS, Patrol

SECTION = Section(lambda playbook: playbook.patrol, Patrol())
of_place, keep_days = SECTION.of_place, SECTION.keep_days


def limit_of(numbers: Patrol, kind: str, *, danger: bool = False) -> tuple[str, int]:
    """The class of something seen and its minutes; whoever stands there may say that it is dangerous now."""
    found = "now" if danger else dict(SEEN, **numbers.seen)[kind]
    return found, dict(SEEN_MINUTES, **numbers.seen_minutes)[found]


def need_of(numbers: Patrol, kind: str) -> str:
    """The class of need that it becomes; '' leaves it to the widest."""
    return dict(SEEN_NEEDS, **numbers.seen_needs).get(kind, "")
