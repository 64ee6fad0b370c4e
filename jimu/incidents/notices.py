"""The letter to residents that a playbook carries, with the incident's words in it."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from jimu.playbooks.schema import Playbook


def day_words(day: date) -> str:
    """4月6日, as letters write it."""
    return _("{month}月{day}日").format(month=day.month, day=day.day)


def letter(playbook: Playbook, *, level: str, unit: str, starts_on: date, ends_on: date, basis: str) -> str:
    """The letter; empty when the playbook has none."""
    chosen = playbook.levels[level]
    words: Mapping[str, str] = {
        "unit": unit, "start": day_words(starts_on), "end": day_words(ends_on), "level": chosen.title,
        "movement": chosen.movement, "basis": basis,
    }  # fmt: skip
    return playbook.notice.format_map(words).strip()
