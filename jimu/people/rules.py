"""Decisions about people that need no database: how names sort, what a search means, times as bars and as words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as hidden
from functools import cache

from django.utils.translation import gettext as _

from jimu.core.clock import MINUTES_PER_DAY
from jimu.core.errors import Invalid
from jimu.people.intake import cells
from jimu.people.intake.times import EVERY, Window, any_time, understand

SORT_NAME_LENGTH = 120
ANY_TIME_WORDS = "随时"
LETTERS = "一二三四五六日"


@cache
def _syllable(letter: str) -> str:
    # Letter by letter and remembered: an intake asks for eight thousand names.
    # Its dictionaries take half a second to load, which most commands do not need.
    from pypinyin import lazy_pinyin

    return str(lazy_pinyin(letter)[0])


def sort_name(name: str) -> str:
    """How a name is sorted and typed: full pinyin and initials, `wangwei ww`."""
    syllables = [name] if name.isascii() else [_syllable(letter) for letter in name if letter != " "]
    return f"{''.join(syllables)} {''.join(s[0] for s in syllables if s)}".lower()[:SORT_NAME_LENGTH]


@dataclass(frozen=True)
class Contact:
    """A phone or an ID number that somebody typed to find its owner. `field` is phone or id_number."""

    field: str
    number: str = hidden(repr=False)


def contact_in(words: str) -> Contact | None:
    """The number that a search is for, or None when it is for a name. A number never goes into an address."""
    digits = re.sub(r"[\s\-—+()]", "", words)
    number, fault = cells.id_number(digits)
    if number and not fault:
        return Contact("id_number", number)
    phone, fault = cells.phone(words)
    if phone and not fault:
        return Contact("phone", phone)
    return None


def looks_like_number(words: str) -> bool:
    """Whether words hold so many digits that they may be somebody's number, right or mistyped."""
    return len(re.sub(r"\D", "", words)) >= 7


Bar = tuple[int, int]


def week_bars(windows: Iterable[Window]) -> list[list[Bar]]:
    """Windows as bars (first, last minute) on each of seven days, Monday first: cut at midnight, joined where they touch."""
    days: list[list[Bar]] = [[] for _day in range(7)]
    for window in windows:
        for day in (d for d in range(7) if window.weekdays >> d & 1):
            days[day].append((window.start, min(window.end, MINUTES_PER_DAY)))
            if window.end > MINUTES_PER_DAY:
                days[(day + 1) % 7].append((0, window.end - MINUTES_PER_DAY))
    return [joined(bars) for bars in days]


def joined(bars: Sequence[Bar]) -> list[Bar]:
    """Bars in order, those that touch or overlap as one."""
    found: list[Bar] = []
    for start, end in sorted(bars):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def times_as_words(windows: Iterable[Window], *, known: bool) -> str:
    """Times as somebody would write them, so that reading them gives the same times again; '' when nothing is known."""
    said = [_window_as_words(window) for window in windows]
    return "；".join(said) if said else ANY_TIME_WORDS if known else ""


def _window_as_words(window: Window) -> str:
    days = "每天" if window.weekdays == EVERY else "周" + "".join(letter for d, letter in enumerate(LETTERS) if window.weekdays >> d & 1)
    later, end = ("次日", window.end - MINUTES_PER_DAY) if window.end > MINUTES_PER_DAY else ("", window.end)
    return f"{days} {_clock(window.start)}-{later}{_clock(end)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def times_from_words(words: str) -> tuple[bool, list[Window]]:
    """(whether anything is known, windows) from words such as 周一三五晚；周末 08:00-12:00. Raises Invalid for what is not understood."""
    found = understand(words)
    if found.rest or found.limits or (words.strip() and not found.known):
        left = found.rest or words
        raise Invalid(
            _("没有看懂“{words}”。请写成：周一三五晚；每天 18:00-22:00；周末；随时。限制请在下面勾选。").format(words=left[:40]), code="times_unclear"
        )
    windows = [] if any_time(words) else found.windows
    if any(not 0 <= w.start < w.end <= 2 * MINUTES_PER_DAY for w in windows):
        raise Invalid(_("时间段的起止不对，请检查。"), code="times_unclear")
    return found.known, list(dict.fromkeys(windows))
