"""Decisions of incidents that need no database: when an order may end, what a change of level changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core.errors import Invalid
from jimu.playbooks.headcount import PostNeed

LONGEST_DAYS = 180
MOST_PEOPLE = 500
Key = tuple[UUID, str, str]


@dataclass(frozen=True)
class PostNow:
    """A post as it stands: its headcount, and whether a person set it."""

    title: str
    start_minute: int
    end_minute: int
    needed: int
    by_hand: bool


@dataclass(frozen=True)
class Change:
    """One post before and after, with the reason of the new number; `need` is None where the level drops it."""

    key: Key
    title: str
    start_minute: int
    end_minute: int
    before: int
    after: int
    need: PostNeed | None


def checked_end(ends_on: date, *, today: date) -> date:
    """An end that an order may have. Raises Invalid."""
    if ends_on < today:
        raise Invalid(_("结束日期不能早于今天。"), code="ends_in_the_past")
    if ends_on > today + timedelta(days=LONGEST_DAYS):
        raise Invalid(_("结束日期最远到 {days} 天以后，需要更久时到期前再延长。").format(days=LONGEST_DAYS), code="ends_too_far")
    return ends_on


def checked_reason(reason: str, *, example: str) -> str:
    """A reason that says something. Raises Invalid with an example of one."""
    words = reason.strip()
    if not words:
        raise Invalid(_("请写明理由，例如“{example}”。").format(example=example), code="no_reason")
    return words[:200]


def checked_headcount(needed: int) -> int:
    """A headcount that one post may have. Raises Invalid."""
    if not 0 <= needed <= MOST_PEOPLE:
        raise Invalid(_("人数应在 0 到 {most} 之间。").format(most=MOST_PEOPLE), code="headcount_range")
    return needed


def overdue(ends_on: date, *, today: date) -> bool:
    """Whether an order has run past its end and waits to be prolonged or stood down."""
    return ends_on < today


def changes(now: Mapping[Key, PostNow], then: Mapping[Key, PostNeed]) -> list[Change]:
    """What a new level changes. A number set by a person stays for as long as its post stays on."""
    found = []
    for key, need in then.items():
        present = now.get(key)
        before = present.needed if present else 0
        after = before if present and present.by_hand else need.needed
        if after != before:
            found.append(Change(key, need.rule.title, need.start_minute, need.end_minute, before, after, need))
    for key, present in now.items():
        if key not in then and present.needed:
            found.append(Change(key, present.title, present.start_minute, present.end_minute, present.needed, 0, None))
    return found


def common_path(paths: Iterable[str], step: int) -> str:
    """The path of the deepest unit that holds all of these; `step` is the length of one level's part."""
    first, *others = sorted(set(paths))
    length = len(first)
    while length and not all(path.startswith(first[:length]) for path in others):
        length -= step
    return first[:length]
