"""Decisions about orders that need no database: what an order must say, whom to ask next, what the tree counts. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core.errors import Invalid
from jimu.incidents.rules import checked_end

KINDS = ("zone", "neighborhood", "block", "building")
LONGEST_TITLE, LONGEST_TEXT = 60, 1000
#: Minutes without an answer after which the deputy is asked, where the playbook says nothing.
SILENCE_MINUTES = 10
SHORTEST_SILENCE, LONGEST_SILENCE = 1, 720
MOST_HERE = 9999


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be asked for a cell, as leader, deputy or from the level above."""

    person_id: UUID
    office: str
    reachable: bool


def next_asked(chain: Sequence[Candidate], asked: Collection[str]) -> Candidate | None:
    """The first of a chain who can be reached and was not asked yet; None when nobody is left."""
    return next((c for c in chain if c.reachable and str(c.person_id) not in asked), None)


@dataclass(frozen=True)
class Words:
    """What an order says, checked."""

    title: str
    text: str
    legal_basis: str
    ends_on: date
    deadline: datetime
    silence_minutes: int


def checked_words(
    *, title: str, text: str, legal_basis: str, ends_on: date | None, deadline: datetime | None, silence_minutes: int, at: datetime, today: date
) -> Words:
    """An order that may be given. Raises Invalid with the first thing that is missing: no order without basis or end."""
    title, text, legal_basis = title.strip(), text.strip(), legal_basis.strip()
    if not title or not text:
        raise Invalid(_("请写清标题和要做什么。"), code="no_words")
    if len(title) > LONGEST_TITLE or len(text) > LONGEST_TEXT:
        raise Invalid(_("标题最多 {title} 字，内容最多 {text} 字。").format(title=LONGEST_TITLE, text=LONGEST_TEXT), code="too_long")
    if not legal_basis:
        raise Invalid(_("请写明法律依据或上级指令，没有依据的指令不能下达。"), code="no_basis")
    if ends_on is None:
        raise Invalid(_("请填写指令到哪一天结束，没有期限的指令不能下达。"), code="no_end")
    checked_end(ends_on, today=today)
    if deadline is None or deadline <= at:
        raise Invalid(_("请填写回复的最晚时间，要在现在以后。"), code="no_deadline")
    if not SHORTEST_SILENCE <= silence_minutes <= LONGEST_SILENCE:
        raise Invalid(_("无回音的分钟数应在 {least} 到 {most} 之间。").format(least=SHORTEST_SILENCE, most=LONGEST_SILENCE), code="silence_range")
    return Words(title, text, legal_basis[:200], ends_on, deadline, silence_minutes)


def checked_kinds(kinds: Iterable[str], *, issuer: str) -> list[str]:
    """Levels below the issuing unit whose leaders answer. Raises Invalid when none is."""
    chosen = set(kinds)
    order = ("subdistrict", *KINDS)
    found = [kind for kind in KINDS if kind in chosen and order.index(kind) > order.index(issuer)]
    if not found:
        raise Invalid(_("请选择要哪几级负责人回复。"), code="no_kinds")
    return found


def checked_report(here: int | None, wanted: int | None) -> tuple[int, int | None]:
    """People who stand ready and people asked for. Raises Invalid."""
    if here is None or not 0 <= here <= MOST_HERE or (wanted is not None and not 0 <= wanted <= MOST_HERE):
        raise Invalid(_("到位人数应在 0 到 {most} 之间。").format(most=MOST_HERE), code="report_range")
    return here, wanted


def first_wave(paths: Collection[str], step: int) -> set[str]:
    """The cells above which no other cell of the order stands: those who are told first, level by level."""
    found = set(paths)
    return {path for path in found if not any(path[:n] in found for n in range(step, len(path), step))}


@dataclass(frozen=True)
class Standing:
    """A receipt as the tree counts it."""

    kind: str
    state: str
    questioned: bool
    stuck: bool
    passed: bool
    here: int | None
    wanted: int | None

    @property
    def face(self) -> str:
        """How it is drawn, the gravest first: stuck, question, ready, short, acknowledged, passed, seen, sent, waiting."""
        if self.state == "acknowledged" and not self.questioned:
            if self.here is None:
                return "acknowledged"
            return "short" if self.wanted is not None and self.here < self.wanted else "ready"
        if self.questioned:
            return "question"
        if self.stuck:
            return "stuck"
        return "passed" if self.passed else self.state


@dataclass
class Count:
    """k of n for one level or one part: receipts, those acknowledged, questions, stuck, passed on, people ready of those asked."""

    all: int = 0
    acknowledged: int = 0
    questioned: int = 0
    stuck: int = 0
    passed: int = 0
    here: int = 0
    wanted: int = 0
    reported: int = 0

    def add(self, one: Standing) -> None:
        """Count one more."""
        self.all += 1
        done = one.state == "acknowledged"
        self.acknowledged += done
        self.questioned += one.questioned
        self.stuck += one.stuck and not done
        self.passed += one.passed and not done
        self.here += one.here or 0
        self.wanted += one.wanted or 0
        self.reported += one.here is not None

    @property
    def silent(self) -> int:
        """Those who have not answered."""
        return self.all - self.acknowledged

    @property
    def percent(self) -> int:
        """Whole percent acknowledged."""
        return self.acknowledged * 100 // self.all if self.all else 0


def counted(standings: Iterable[Standing]) -> tuple[Count, Mapping[str, Count]]:
    """The whole and each level, widest first."""
    whole, levels = Count(), {kind: Count() for kind in KINDS}
    for one in standings:
        whole.add(one)
        levels[one.kind].add(one)
    return whole, {kind: count for kind, count in levels.items() if count.all}
