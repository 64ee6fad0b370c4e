"""Decisions of sign-up, without a database: codes, ages, what is offered to whom, times as windows."""

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jimu.people.intake.entries import Entry, Role
from jimu.people.intake.times import EVERY, WEEKEND, WORKDAYS, Window
from jimu.people.models import Kind

# Letters and digits that nobody mistakes for each other when read from paper; 31 ** 12 is about 2 ** 59.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 12
ADULT, YOUNGEST = 18, 16

#: Parts of the week to tick: a mask of weekdays and minutes from midnight.
SLOTS: Mapping[str, tuple[int, int, int]] = {
    "work_day": (WORKDAYS, 8 * 60, 18 * 60),
    "work_evening": (WORKDAYS, 18 * 60, 22 * 60),
    "weekend_day": (WEEKEND, 8 * 60, 18 * 60),
    "weekend_evening": (WEEKEND, 18 * 60, 22 * 60),
    "night": (EVERY, 22 * 60, 30 * 60),
}
SLOT_WORDS: Mapping[str, str | Promise] = {
    "work_day": _("工作日白天 8–18 点"),
    "work_evening": _("工作日晚上 18–22 点"),
    "weekend_day": _("周末白天 8–18 点"),
    "weekend_evening": _("周末晚上 18–22 点"),
    "night": _("夜里 22–6 点"),
}


@dataclass(frozen=True)
class Given:
    """What somebody sent in, cleaned. `unwell`: a long illness or a weak body, no more is asked."""

    name: str
    born_on: date
    phone: str = field(repr=False)
    id_number: str = field(default="", repr=False)
    guardian: str = field(default="", repr=False)
    address: str = ""
    posts: Sequence[str] = ()
    skills: Sequence[str] = ()
    slots: Sequence[str] = ()
    limits: Sequence[str] = ()
    unwell: bool = False


def fresh_code() -> str:
    """An address that cannot be guessed and can be typed."""
    return "".join(secrets.choice(LETTERS) for _letter in range(CODE_LENGTH))


def age_on(born: date, day: date) -> int:
    """Whole years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def may_sign_up(age: int, terms: Mapping[str, Any]) -> str:
    """'' when somebody of this age may, else why not: too_young, or no_duties_for_minors."""
    if age < YOUNGEST:
        return "too_young"
    return "no_duties_for_minors" if age < ADULT and not terms.get("minors") else ""


def limits_of(given: Given, age: int, terms: Mapping[str, Any]) -> list[str]:
    """Their own limits, and no suit for those whom a suit would harm: the old and the ill."""
    spared = given.unwell or age >= int(terms.get("no_suit_from_age", 60))
    return sorted({*given.limits, *(["no_suit"] if spared else []), *(["no_heavy"] if given.unwell else [])})


def posts_open(wished: Collection[str], posts: Sequence[Mapping[str, Any]], limits: Collection[str], *, minor: bool) -> list[str]:
    """Of the posts wished for, those that these limits allow. Minors take no post."""
    if minor:
        return []
    barred = [("no_suit", "suit"), ("no_heavy", "heavy")]
    return [p["code"] for p in posts if p["code"] in wished and not any(limit in limits and p.get(key) for limit, key in barred)]


def windows(slots: Collection[str]) -> list[Window]:
    """The ticked parts of the week."""
    return [Window(*SLOTS[code]) for code in SLOTS if code in slots]


def entry_of(given: Given, *, place: str, limits: Sequence[str], source: str) -> Entry:
    """A confirmed application as an intake's row: from here on the same rules as for every list."""
    entry = Entry(name=given.name, phone=given.phone, id_number=given.id_number, born_on=given.born_on, birth_year=given.born_on.year)
    entry.address, entry.place = given.address, place
    entry.roles = [Role(Kind.VOLUNTEER.value, place=place, source=source)]
    entry.skills = dict.fromkeys(given.skills, "")
    entry.windows, entry.times_known = windows(given.slots), bool(given.slots)
    entry.limits = set(limits)
    return entry


def erased_on(last_day: date, keep_days: int) -> date:
    """The day on which what was sent in is deleted."""
    return last_day + timedelta(days=keep_days)


def names_a_person(words: str) -> bool:
    """Whether words meant for a poster hold a mobile number or an ID number, which belong to somebody."""
    return bool(re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)|\d{15,}", re.sub(r"[\s-]", "", words)))
