"""Decisions of screening that need no database: how much a site takes, how long people wait, whether help is worth it, tubes and clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor

from jimu.field.screening.models import Scan
from jimu.playbooks.schema import Screening

# What is measured counts from so many scans on: before, the playbook's number is the better guess.
ENOUGH_SCANS = 10
WINDOW = timedelta(minutes=15)
# Of the way to the laboratory that is left when a tube is in danger.
WARN_SHARE, ALARM_SHARE = 0.5, 0.2
MOST_TABLES = 12
#: Who has to be brought down or visited: they cannot come, or not safely.
CANNOT_COME = ("bedridden", "disabled", "elder", "oxygen")
#: Posts of one site: (code, a site, a table, an entrance being called). Two of each at a site of two tables, as seen in the field.
CREW: Sequence[tuple[str, float, float, float]] = (
    ("site_leader", 1, 0, 0), ("sampler", 0, 0, 0), ("scanner", 0, 1, 0), ("labeller", 0, 1, 0), ("order", 0, 1, 0), ("temperature", 2, 0, 0),
    ("grouping", 2, 0, 0), ("caller", 0, 0, 1), ("disinfection", 1, 0, 0), ("courier", 1, 0, 0), ("float", 2, 0, 0),
)  # fmt: skip


@dataclass(frozen=True)
class Capacity:
    """What a place with so many people needs for one round."""

    persons: int
    sites: int
    tables: int
    samplers: int
    tubes: int
    hours: float


def table_rate(numbers: Screening) -> int:
    """Samples an hour of one table with its samplers."""
    return numbers.samples_per_sampler_hour * numbers.samplers_per_table


def capacity(persons: int, numbers: Screening, *, pool: int | None = None) -> Capacity:
    """Sites, tables, samplers and tubes for so many people, each rounded up.

    Sites = persons / persons_per_site, tables = persons / persons_per_table, samplers = persons / persons_per_sampler (the national guide's
    number for a 24 h round, 3rd edition: six hours of 60), at least enough for every table once; hours are those of all tables at their rate.
    """
    sites, tables = max(1, ceil(persons / numbers.persons_per_site)), max(1, ceil(persons / numbers.persons_per_table))
    tables = max(tables, sites)
    samplers = max(ceil(persons / numbers.persons_per_sampler), tables)
    return Capacity(persons, sites, tables, samplers, ceil(persons / (pool or numbers.pool_size)), persons / (tables * table_rate(numbers)))


def crew(tables: int, numbers: Screening, *, entrances: int = 1) -> list[tuple[str, int]]:
    """(post, how many) of one site; posts that nobody is needed for are left out."""
    samplers = {"sampler": tables * numbers.samplers_per_table}
    found = [(code, samplers.get(code) or ceil(site + tables * table + entrances * entrance)) for code, site, table, entrance in CREW]
    return [(code, count) for code, count in found if count]


def measured_rate(scans: int, span: timedelta, tables: int, numbers: Screening) -> float:
    """Persons an hour of a whole site: what was scanned lately, or the tables at the playbook's rate while too little was."""
    if scans < ENOUGH_SCANS or span <= timedelta():
        return float(tables * table_rate(numbers))
    return scans / (span / timedelta(hours=1))


def wait_minutes(waiting: int, rate: float) -> int:
    """How long who comes now will stand in line, in whole minutes upwards.

    W = L / λ (Little, "A Proof for the Queuing Formula L = λW", Operations Research 9, 1961): while people stand in line all tables are
    busy, so λ, at which they leave the line, is what the site gets done.
    """
    return ceil(waiting * 60 / rate) if waiting and rate > 0 else 0


@dataclass(frozen=True)
class Advice:
    """Open so many more tables: whom it takes, and what the wait becomes; or, where there are none, for how long to call nobody.

    `own` of the tables stand at the site already and are closed. `pause` is the minutes until the line is down to `line` people, who wait as long as
    the playbook bears: whoever is not called yet waits at home instead.
    """

    more: int
    samplers: int
    scanners: int
    before: int
    after: int
    own: int = 0
    pause: int = 0
    line: int = 0

    @property
    def beyond(self) -> int:
        """Tables that have to be brought from elsewhere."""
        return self.more - self.own


def advice(waiting: int, rate: float, tables: int, numbers: Screening, *, there: int = 0) -> Advice | None:
    """The fewest more tables that bring the wait to what the playbook bears; None when it is borne, or no table is open.

    Each new table is taken to work as those that are open do: the wait falls as 1 / tables. `there` is how many tables the site has, open or not;
    a site has MOST_TABLES at most.
    """
    before = wait_minutes(waiting, rate)
    if before <= numbers.wait_minutes or tables < 1 or rate <= 0:
        return None
    each, most = rate / tables, max(0, MOST_TABLES - tables)
    enough = (more for more in range(most + 1) if wait_minutes(waiting, rate + more * each) <= numbers.wait_minutes)
    more = next(enough, most)
    return Advice(
        more, more * numbers.samplers_per_table, more, before, wait_minutes(waiting, rate + more * each),
        own=min(more, max(0, there - tables)), pause=before - numbers.wait_minutes, line=floor(rate * numbers.wait_minutes / 60),
    )  # fmt: skip


@dataclass(frozen=True)
class Countdown:
    """What is left of a tube's way: minutes (negative: over), and good, warn or bad."""

    until: datetime
    minutes: int
    tone: str


def countdown(first_at: datetime, at: datetime, lab_minutes: int) -> Countdown:
    """The clock of a tube: from its first swab to the laboratory."""
    until = first_at + timedelta(minutes=lab_minutes)
    left = (until - at) // timedelta(minutes=1)
    tone = "bad" if left < lab_minutes * ALARM_SHARE else "warn" if left < lab_minutes * WARN_SHARE else "good"
    return Countdown(until, left, tone)


@dataclass
class Fill:
    """A tube while scans are taken in: what decides whether one more may go in."""

    capacity: int
    taken: int
    sealed_at: datetime | None = None
    said: int = 0


def doubt_of(tube: Fill, at: datetime) -> str | None:
    """How a scan of that moment counts in a tube: '' it does, a doubt, or None: refused, since the tube was sealed before it was made.

    Who is really in the tube must not be lost: what was scanned before the sealing is kept. It counts as long as fewer
    have come than whoever sealed it had seen; beyond that it is for a person to look at.
    """
    if tube.sealed_at is not None:
        if at > tube.sealed_at:
            return None
        return Scan.Doubt.NONE.value if tube.taken < min(tube.said, tube.capacity) else Scan.Doubt.LATE.value
    return Scan.Doubt.NONE.value if tube.taken < tube.capacity else Scan.Doubt.OVER.value


def turnout(tested: int, expected: int) -> int:
    """In whole percent, 100 only when nobody is left."""
    return tested * 100 // expected if expected else 0


def needs_visit(groups: Sequence[str]) -> bool:
    """Whether somebody of these priority groups is sampled at home."""
    return any(code in CANNOT_COME for code in groups)

