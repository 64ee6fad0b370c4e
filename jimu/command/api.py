"""The board as JSON."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from jimu.command import group_api
from jimu.command.queries import Board, Gap, Place, board
from jimu.command.rules import Seats, Status, Turn
from jimu.core import clock
from jimu.core.permissions import Actor

router = Router()
router.add_router("/group", group_api.router)


class SeatsOut(Schema):
    """Seats of the shifts that are on: needed, filled by the roster, signed in, known missing, open.

    `unseen` are people of shifts that began more than 20 minutes ago of whom nobody has said anything.
    """

    needed: int
    filled: int
    arrived: int
    absent: int
    open: int
    unseen: int

    @staticmethod
    def of(seats: Seats) -> "SeatsOut":
        return SeatsOut(
            needed=seats.needed, filled=seats.filled, arrived=seats.arrived,
            absent=seats.absent, open=seats.open, unseen=seats.unseen,
        )  # fmt: skip


class TurnOut(Schema):
    """A shift of the day, over all places."""

    starts_at: datetime
    ends_at: datetime
    needed: int
    filled: int

    @staticmethod
    def of(turn: Turn | None) -> "TurnOut | None":
        if turn is None:
            return None
        return TurnOut(starts_at=turn.starts_at, ends_at=turn.ends_at, needed=turn.needed, filled=turn.filled)


class PlaceOut(Schema):
    """One neighborhood; `open_ahead` as for the board, empty on boards of more than 60 places."""

    unit_id: UUID
    name: str
    under_incident: bool
    status: Status
    seats: SeatsOut
    open_ahead: list[int]

    @staticmethod
    def of(place: Place) -> "PlaceOut":
        return PlaceOut(
            unit_id=place.unit.pk,
            name=place.unit.name,
            under_incident=place.under_incident,
            status=place.status,
            seats=SeatsOut.of(place.seats),
            open_ahead=[seats.open for seats in place.hours],
        )


class GapOut(Schema):
    """Open seats of one shift."""

    shift_id: UUID
    neighborhood: str
    post: str
    starts_at: datetime
    ends_at: datetime
    open: int
    critical: bool
    reason: str

    @staticmethod
    def of(gap: Gap) -> "GapOut":
        shift = gap.shift
        return GapOut(
            shift_id=shift.pk,
            neighborhood=shift.unit.name,
            post=shift.post.title,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            open=gap.open,
            critical=gap.critical,
            reason=gap.reason,
        )


class BoardOut(Schema):
    """The board at a moment; `version` rises with every change that was announced.

    `open_ahead` is open seats in each of the coming 24 hours, the current hour first.
    """

    at: datetime
    version: int
    incidents: list[str]
    seats: SeatsOut
    turn: TurnOut | None
    next_turn: TurnOut | None
    open_ahead: list[int]
    places: list[PlaceOut]
    gaps: list[GapOut]


def _out(shown: Board) -> BoardOut:
    return BoardOut(
        at=shown.at,
        version=shown.version,
        incidents=[incident.title for incident in shown.incidents],
        seats=SeatsOut.of(shown.seats),
        turn=TurnOut.of(shown.turn),
        next_turn=TurnOut.of(shown.next_turn),
        open_ahead=[seats.open for seats in shown.hours],
        places=[PlaceOut.of(place) for place in shown.places],
        gaps=[GapOut.of(gap) for gap in shown.gaps],
    )


@router.get("", response=BoardOut, summary="指挥看板的当前状态")
def state(request: HttpRequest) -> BoardOut:
    """Needed, filled and signed-in seats of each neighborhood that the asker may see, and the gravest gaps."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return _out(board(actor, clock.now()))
