"""What requests of the JSON API of transfers carry."""

from datetime import date
from typing import Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime

from jimu.field.transfer import listing, runs
from jimu.field.transfer.leaving import LONGEST, MOST
from jimu.field.transfer.moving import LONGEST_NOTE

Act = Literal["told", "unreachable", "refuse", "wants", "prepare", "down", "inside", "board", "turned", "hand", "release", "home", "close", "cancel", "note"]
WhyCode = Literal["positive", "close", "secondary", "other"]
LeftCode = Literal["elder", "child", "care", "pet", "utility", "medicine", "other"]
Want = Literal["wheelchair", "stretcher", "oxygen", "dialysis", "pregnant"]


class ListIn(Schema):
    """Somebody of the ledger, by hand."""

    resident_id: UUID
    why: WhyCode
    source: str = Field("", max_length=60)


class LedgerIn(Schema):
    """Cases and contacts of the ledger."""

    unit_id: UUID
    residents: list[UUID] = Field(min_length=1, max_length=listing.AT_ONCE)


class ActIn(Schema):
    """What goes with an act."""

    note: str = Field("", max_length=LONGEST_NOTE)
    wants: list[Want] = Field([], max_length=5)
    minor: bool | None = None
    companion_id: UUID | None = None
    companion: str = Field("", max_length=60)
    alone_why: str = Field("", max_length=200)
    packed: list[int] = Field([], max_length=12)
    receiver: str = Field("", max_length=40)
    papers: bool = False
    back: Literal["", "vehicle", "own"] = ""
    expected_at: AwareDatetime | None = None
    household_told: bool = False
    limits_until: date | None = None


class LeftIn(Schema):
    """Somebody or something that stays."""

    kind: LeftCode
    what: str = Field("", max_length=LONGEST)
    resident_id: UUID | None = None


class AnswerIn(Schema):
    """Who and what is left behind; an empty list is the answer nobody."""

    left: list[LeftIn] = Field([], max_length=MOST)
    nobody_why: str = Field("", max_length=LONGEST)


class CareIn(Schema):
    """Who looks after one left behind: exactly one of person, neighbor and somebody."""

    until: AwareDatetime
    first_due: AwareDatetime
    person_id: UUID | None = None
    neighbor_id: UUID | None = None
    somebody: str = Field("", max_length=60)
    phone: str = Field("", max_length=30)
    stays: bool = False


class VisitIn(Schema):
    """A visit; the same `visit_id` twice is one."""

    result: Literal["fine", "trouble", "unseen"]
    note: str = Field("", max_length=LONGEST)
    visit_id: UUID | None = None


class WordsIn(Schema):
    """Why, in words."""

    why: str = Field(max_length=200)


class VehicleIn(Schema):
    """A vehicle, and who sits in it at once."""

    unit_id: UUID
    destination_id: UUID
    plate: str = Field(min_length=1, max_length=12)
    seats: int = Field(ge=1, le=runs.MOST_SEATS)
    leaves_at: AwareDatetime
    driver: str = Field("", max_length=40)
    driver_phone: str = Field("", max_length=20)
    has: list[Literal["wheelchair", "stretcher", "oxygen"]] = Field([], max_length=3)
    transfers: list[UUID] = Field([], max_length=runs.MOST_SEATS)


class SeatsIn(Schema):
    """Who is put on a run."""

    transfers: list[UUID] = Field(min_length=1, max_length=runs.MOST_SEATS)


class DelayIn(Schema):
    """Later, and why."""

    leaves_at: AwareDatetime
    why: str = Field(max_length=200)


class DestinationIn(Schema):
    """Where people are brought."""

    unit_id: UUID
    name: str = Field(min_length=1, max_length=40)
    takes: list[WhyCode] = Field([], max_length=4)
    has: list[Literal["dialysis", "oxygen", "pregnant"]] = Field([], max_length=3)
    beds: int | None = Field(None, ge=0, le=20_000)


class NoteIn(Schema):
    """A word."""

    note: str = Field("", max_length=200)


class ToIn(Schema):
    """To whom."""

    to_id: UUID
