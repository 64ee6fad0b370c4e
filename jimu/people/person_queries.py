"""Reads for the page of one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jimu.core.clock import MINUTES_PER_DAY
from jimu.core.models import JournalEntry
from jimu.core.permissions import Actor
from jimu.people import rules
from jimu.people.intake.times import EVERY, Window
from jimu.people.leader_queries import led_by
from jimu.people.models import Affiliation, Person, Skill, UnitLeader
from jimu.people.queries import has, shown_name
from jimu.people.words import FIELD_WORDS, PAUSED, VERB_WORDS, WEEKDAY_WORDS, limit_words, skill_words

TOLD = 20


@dataclass(frozen=True)
class Bar:
    """A stretch of a day, in percent of its width, with its clock times."""

    left: float
    width: float
    words: str


@dataclass(frozen=True)
class Day:
    """One day of the week with the stretches in which somebody can come."""

    label: str
    bars: Sequence[Bar]

    @property
    def words(self) -> str:
        """The stretches as clock times."""
        return "，".join(bar.words for bar in self.bars)


@dataclass(frozen=True)
class Portrait:
    """Everything that the page of a person shows, as the asker may see it."""

    person: Person
    name: str
    affiliations: Sequence[Affiliation]
    skills: Sequence[str]
    limits: Sequence[str]
    state: str
    week: Sequence[Day]
    times_words: str
    leads: Sequence[UnitLeader]


def windows_of(person: Person) -> list[Window]:
    """When somebody can come; empty means any time when their times are known."""
    rows = person.times.order_by("weekdays", "start_minute").values_list("weekdays", "start_minute", "end_minute")
    return [Window(*row) for row in rows]


def state_of(person: Person) -> str:
    """active, paused or left."""
    return "left" if not person.active else PAUSED if PAUSED in person.limits else "active"


def portrait(actor: Actor, person: Person) -> Portrait:
    """A person's page."""
    windows = windows_of(person)
    skills = Skill.objects.filter(person=person).order_by("code")
    return Portrait(
        person=person,
        name=shown_name(actor, person),
        affiliations=list(person.affiliations.select_related("organisation", "unit").order_by("kind")),
        skills=[skill_words(skill.code, skill.words) for skill in skills],
        limits=[limit_words(code) for code in person.limits if code != PAUSED],
        state=state_of(person),
        week=week(windows or ([Window(EVERY, 0, MINUTES_PER_DAY)] if person.times_known else [])),
        times_words=_times_shown(windows, known=person.times_known),
        leads=led_by(person),
    )


def _times_shown(windows: Sequence[Window], *, known: bool) -> str:
    """Times in the reader's language; in Chinese as they would be typed."""
    if (get_language() or "").startswith("zh"):
        return rules.times_as_words(windows, known=known)
    said = [", ".join(str(day) for d, day in enumerate(WEEKDAY_WORDS) if w.weekdays >> d & 1) + " " + _span(w.start, w.end) for w in windows]
    return "; ".join(said) or str(_("随时"))


def week(windows: Sequence[Window]) -> list[Day]:
    """Seven days of bars to draw, Monday first."""
    return [
        Day(str(label), [Bar(start * 100 / MINUTES_PER_DAY, (end - start) * 100 / MINUTES_PER_DAY, _span(start, end)) for start, end in bars])
        for label, bars in zip(WEEKDAY_WORDS, rules.week_bars(windows), strict=True)
    ]


def _span(start: int, end: int) -> str:
    end = end if end <= MINUTES_PER_DAY else end - MINUTES_PER_DAY
    return f"{start // 60:02d}:{start % 60:02d}–{end // 60:02d}:{end % 60:02d}"


def history(person: Person) -> list[dict[str, Any]]:
    """What happened to somebody's record, newest first, in words."""
    entries = JournalEntry.objects.filter(target=f"person:{person.pk}")[:TOLD]
    return [{"at": entry.at, "who": entry.actor_name, "what": str(VERB_WORDS.get(entry.verb, entry.verb)), "change": _change(entry)} for entry in entries]


def _change(entry: JournalEntry) -> str:
    before, after = entry.data.get("before", {}), entry.data.get("after", {})
    said = []
    for name in entry.data.get("fields", []):
        label = str(FIELD_WORDS.get(name, name))
        said.append(f"{label} {before.get(name) or '–'}→{after.get(name) or '–'}" if name in after else label)
    return "；".join(said)


def editable(actor: Actor, person: Person) -> bool:
    """Whether the asker may change this record."""
    return has(actor, "people.edit", person)
