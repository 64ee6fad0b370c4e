"""What the JSON API of seats, attendance, hours and rest takes and gives."""

from datetime import date, datetime
from uuid import UUID

from ninja import Field, Schema

from jimu.relay.models import SeatRequest
from jimu.relay.seat_actions import LONGEST_REASON, LONGEST_REST
from jimu.relay.seats import Seat


class Why(Schema):
    """Why, in a sentence."""

    reason: str = Field("", max_length=LONGEST_REASON)


class RestIn(Why):
    """Rest from the day of a seat on."""

    days: int = Field(ge=1, le=LONGEST_REST)


class CoverIn(Why):
    """Who is to take the seat."""

    person_id: UUID


class SwapIn(Why):
    """With whose seat to change."""

    with_seat_id: UUID


class MoveIn(Why):
    """Where somebody is needed more."""

    to_shift_id: UUID


class ReplyIn(Schema):
    """Yes or no to what a colleague asks."""

    yes: bool
    sentence: str = Field("", max_length=LONGEST_REASON)


class DecideIn(Schema):
    """A lead's word on a leave or a rest; a refusal needs a sentence."""

    grant: bool
    sentence: str = Field("", max_length=LONGEST_REASON)


class CodeIn(Schema):
    """A code scanned at a post: in or out."""

    code: str = Field(max_length=200)
    going: str


class PlaceIn(Schema):
    """One's own word: in or out, and where one stands."""

    going: str
    place: str = Field(max_length=80)


class ApproveIn(Schema):
    """The day for which a commander answers, and why."""

    day: date
    reason: str = Field(max_length=120)


class CorrectIn(Schema):
    """How long it really was."""

    minutes: int = Field(ge=0, le=1440)
    reason: str = Field(max_length=120)


class SeatOut(Schema):
    """A seat of one's own; `standby` waits at the post and steps in; `mark` is the newest of attendance."""

    seat_id: UUID
    post: str
    unit: str
    starts_at: datetime
    ends_at: datetime
    report_at: datetime
    standby: bool
    mark: str

    @staticmethod
    def of(seat: Seat) -> "SeatOut":
        """From a seat as one's own page has it."""
        shift = seat.assignment.shift
        return SeatOut(
            seat_id=seat.assignment.pk, post=shift.post.title, unit=shift.unit.name, starts_at=shift.starts_at, ends_at=shift.ends_at,
            report_at=seat.report_at, standby=seat.assignment.standby, mark=seat.mark,
        )  # fmt: skip


class RequestOut(Schema):
    """A request on a seat. The reason is for those whom it concerns, who alone can read this."""

    id: UUID
    kind: str
    state: str
    person_id: UUID
    other_id: UUID | None
    post_id: UUID
    day: date
    until_day: date | None
    reason: str
    answer: str
    asked_at: datetime
    asked_by: str
    answered_by: str

    @staticmethod
    def resolve_reason(row: SeatRequest) -> str:
        """Why it was asked."""
        return row.reason

    @staticmethod
    def resolve_answer(row: SeatRequest) -> str:
        """What was said to it."""
        return row.answer
