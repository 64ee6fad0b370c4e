"""Zones of a building by dated policy: which phase a day falls in, what is tested, when it ends. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

Zone = Literal["lockdown", "controlled", "precaution"]
ZONES: tuple[Zone, ...] = ("lockdown", "controlled", "precaution")
MOST_DAYS = 60


class Strict(BaseModel):
    """No key but those named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Phase(Strict):
    """Some days of a track under one zone's measures."""

    zone: Zone
    title: str = Field(min_length=1, max_length=30)
    days: int = Field(ge=1, le=MOST_DAYS)
    movement: str = Field(min_length=1, max_length=120)
    # Purposes for which passes are given meanwhile, as the gates know them; None: the policy says nothing of it.
    passes: list[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")]] | None = None


class Track(Strict):
    """What follows an entry: its phases in order, the days of tests counted from the first, and in words how it is entered and left."""

    entry: str = Field(min_length=1, max_length=120)
    exit: str = Field(min_length=1, max_length=120)
    phases: list[Phase] = Field(min_length=1, max_length=6)
    test_days: list[Annotated[int, Field(ge=1, le=MOST_DAYS)]] = []
    all_negative_on: int | None = Field(default=None, ge=1, le=MOST_DAYS)
    assumed: str = Field(default="", max_length=200)

    @property
    def days(self) -> int:
        """From the first day to the last."""
        return sum(phase.days for phase in self.phases)


class Policy(Strict):
    """One dated version of the rules. A building with a case enters `lockdown`."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    version: int = Field(ge=1, le=999)
    title: str = Field(min_length=1, max_length=60)
    effective_from: date
    source: str = Field(min_length=1, max_length=200)
    note: str = Field(default="", max_length=300)
    tracks: dict[Zone, Track]

    @model_validator(mode="after")
    def _closes_on_a_case(self) -> "Policy":
        if "lockdown" not in self.tracks:
            raise ValueError("tracks|" + _("少了 lockdown：有阳性的楼按它管理"))
        for name, track in self.tracks.items():
            if track.all_negative_on and track.all_negative_on > track.days:
                raise ValueError(f"tracks.{name}.all_negative_on|" + _("比整个期限还长"))
        return self


@dataclass(frozen=True)
class Standing:
    """How a building stands on one day: its zone, the day of the whole and how many there are, what holds and what is next."""

    zone: str
    title: str
    movement: str
    day: int
    of: int
    ends_on: date
    test_today: bool
    next_test: int | None
    all_negative_on: int | None
    passes: tuple[str, ...] | None = None

    @property
    def days_left(self) -> int:
        """After today."""
        return max(0, self.of - self.day)


def ends_on(track: Track, day_one: date) -> date:
    """The last day of a track."""
    return day_one + timedelta(days=track.days - 1)


def standing(track: Track, *, day_one: date, last: date, on: date) -> Standing | None:
    """The standing on a day that counts from `day_one`, until the order's `last` day; None before and after. The last phase goes on when prolonged."""
    day = (on - day_one).days + 1
    if day < 1 or on > last:
        return None
    found, upto = track.phases[-1], 0
    for phase in track.phases:
        upto += phase.days
        if day <= upto:
            found = phase
            break
    coming = [n for n in sorted(track.test_days) if n > day]
    return Standing(
        found.zone, found.title, found.movement, day, (last - day_one).days + 1, last, day in track.test_days, coming[0] if coming else None,
        track.all_negative_on if track.all_negative_on and track.all_negative_on >= day else None,
        None if found.passes is None else tuple(found.passes),
    )  # fmt: skip
