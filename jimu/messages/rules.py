"""Decisions about messages that need no database: pauses, quiet hours, what is joined, what a group may read. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from jimu.core.errors import Invalid
from jimu.core.redaction import redact

LONGEST = 1500
FIRST_PAUSE, LONGEST_PAUSE = 15, 900
MOST_ATTEMPTS = 14
# Names of one character, or single letters, would be found in every text.
SHORTEST_NAME = 2
SEPARATOR = "\n————\n"


class PersonalInGroup(Invalid):
    """A text to a group holds what only a person may read."""

    code = "personal_in_group"


def pause(attempts: int, *, dice: float) -> int:
    """Seconds to wait after a failed try: doubling from 15 s to 15 min, ±20 % by `dice` (0 to 1), so that not all come back at once."""
    whole: int = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts - 1, 10))
    return max(1, round(whole * (0.8 + 0.4 * dice)))


def quiet_end(at: datetime, quiet_from: int, quiet_until: int) -> datetime | None:
    """When the quiet hours end in which `at` (local time) lies; None when it lies in none."""
    minute = at.hour * 60 + at.minute
    over_midnight = quiet_from > quiet_until
    inside = (minute >= quiet_from or minute < quiet_until) if over_midnight else quiet_from <= minute < quiet_until
    if not inside:
        return None
    day = at + timedelta(days=1) if over_midnight and minute >= quiet_from else at
    return day.replace(hour=quiet_until // 60, minute=quiet_until % 60, second=0, microsecond=0)


def joined(texts: Sequence[str], most_bytes: int) -> list[list[int]]:
    """Which texts travel together: runs of their numbers, each run within the bytes of one post, in order."""
    runs: list[list[int]] = []
    size = 0
    for number, text in enumerate(texts):
        length = len(text.encode()) + len(SEPARATOR.encode())
        if runs and size + length <= most_bytes:
            runs[-1].append(number)
            size += length
        else:
            runs.append([number])
            size = length
    return runs


def fitting(text: str, most_bytes: int) -> str:
    """The text, cut at a whole character with a mark when it is longer than one post takes."""
    raw = text.encode()
    if len(raw) <= most_bytes:
        return text
    return raw[: most_bytes - 3].decode(errors="ignore") + "…"


def checked_text(text: str) -> str:
    """A text that can be sent. Raises Invalid."""
    words = text.strip()
    if not words:
        raise Invalid(_("请写要告知的内容。"), code="no_text")
    if len(words) > LONGEST:
        raise Invalid(_("内容最多 {most} 字，现在 {n} 字。").format(most=LONGEST, n=len(words)), code="text_too_long")
    return words


def refuse_numbers(text: str) -> None:
    """Raise PersonalInGroup for a text with a phone number or an ID number, which the error does not repeat."""
    if redact(text) != text:
        raise PersonalInGroup(_("很多人会看到这段文字，不能有手机号或身份证号。请删去，改为“打开积木查看”。"))


def refuse_names(text: str, names: Iterable[str], *, places: Iterable[str] = ()) -> None:
    """Raise PersonalInGroup for a text with the name of somebody registered. Names of places in it are not names of people."""
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(place, "　")
    for name in names:
        if len(name) >= SHORTEST_NAME and name in text and (not name.isascii() or re.search(rf"\b{re.escape(name)}\b", text)):
            raise PersonalInGroup(_("发到群里的文字不能有姓名（“{name}”）。请改用职务，例如“3号楼楼组长”。").format(name=name))


def masked(address: str) -> str:
    """What of a secret address may be shown: how it begins, and its last four characters."""
    head = address.split("://", 1)[0] if "://" in address else ""
    return f"{head}://…{address[-4:]}" if len(address) > 12 else "…"
