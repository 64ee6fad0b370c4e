"""Whether somebody of whom a sheet tells is on the ledger of that door already: one person is never two by themselves. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID


@dataclass(frozen=True)
class Known:
    """Somebody on the ledger of a door; `names` are what they are called, and what they were called when the sheet was begun."""

    id: UUID
    names: frozenset[str]
    birth_year: int | None = None
    id_number: str = ""
    phone: str = ""
    left_at: datetime | None = None


@dataclass(frozen=True)
class Named:
    """Somebody of whom a sheet tells, as far as it does."""

    key: str
    name: str
    birth_year: int | None = None
    id_number: str = ""
    phone: str = ""


class Way(Enum):
    """How it stands with somebody who is named."""

    SAME = "same"
    BACK = "back"
    NEW = "new"
    DOUBT = "doubt"


@dataclass(frozen=True)
class Found:
    """Who it is: one of the ledger (lives there, or is back), somebody new, or perhaps one of `perhaps`, which a person decides. `sure` is False where
    the year of birth speaks against it: nothing of theirs changes by itself."""

    way: Way
    id: UUID | None = None
    perhaps: Sequence[UUID] = ()
    sure: bool = True


def who(named: Sequence[Named], known: Sequence[Known], begun: datetime) -> Mapping[str, Found]:
    """For each who is named, by key."""
    found: dict[str, Found] = {}
    claimed: set[UUID] = set()
    for one in named:
        answer = _match(one, known, claimed, begun)
        if answer is not None:
            found[one.key] = answer
            claimed |= {answer.id} if answer.id else set()
    for one in named:
        if one.key not in found:
            near = [each.id for each in known if each.id not in claimed and each.left_at is None and _near(one, each)]
            found[one.key] = Found(Way.DOUBT, perhaps=near) if near else Found(Way.NEW)
    return found


def _match(one: Named, known: Sequence[Known], claimed: Collection[UUID], begun: datetime) -> Found | None:
    """The same ID number, else the same name and no other ID number; None for nobody of that name."""
    numbered = [each for each in known if one.id_number and each.id_number == one.id_number]
    called = numbered or [each for each in known if one.name in each.names]
    if not called:
        return None
    here = [each for each in called if each.left_at is None] or called
    if len(here) > 1:
        here = [each for each in here if one.birth_year is not None and each.birth_year == one.birth_year] or here
    first = here[0]
    other_number = bool(one.id_number and first.id_number and one.id_number != first.id_number)
    # Who left after the sheet was begun did so by somebody else's word.
    if len(here) > 1 or first.id in claimed or other_number or (first.left_at is not None and first.left_at > begun):
        return Found(Way.DOUBT, perhaps=[each.id for each in here])
    sure = bool(numbered) or None in (one.birth_year, first.birth_year) or one.birth_year == first.birth_year
    if first.left_at is not None and not sure:
        return Found(Way.DOUBT, perhaps=[first.id])
    return Found(Way.SAME if first.left_at is None else Way.BACK, first.id, sure=sure)


def _near(one: Named, each: Known) -> bool:
    """Whether somebody of another name may be the same person, written down differently."""
    return any(name[:1] == one.name[:1] for name in each.names) or (one.birth_year is not None and one.birth_year == each.birth_year) or bool(one.phone and one.phone == each.phone)
