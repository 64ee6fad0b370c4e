"""Who is the same person: the one rule, for intakes and for people registered by hand.

The same valid ID number is the same person. Otherwise the same name and phone is (the present phone, else one of before),
unless both have ID numbers, which then differ.
"""

from typing import Protocol, TypeVar


class Identified(Protocol):
    """Anything with a blind index of its ID number; '' when it has none."""

    id_number_index: str


T = TypeVar("T", bound=Identified)


def same_person(*, id_number_index: str, by_id: T | None, twin: T | None) -> T | None:
    """Whom a registration tells of. `by_id` has its ID number, `twin` its name and phone; None when it is somebody new."""
    if id_number_index and by_id is not None:
        return by_id
    if twin is not None and id_number_index and twin.id_number_index:
        return None
    return twin
