"""The day of one's group as JSON."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from jimu.command.group_queries import RIGHT, GroupDay, Mate, group_day
from jimu.command.next_queries import Line
from jimu.core import clock
from jimu.core.permissions import Actor

router = Router()


class StepOut(Schema):
    """Something to be done. `tone` is "", warn (soon) or bad (late, or somebody may come to harm); `url` is empty where the asker may not open it. `people` names whose it is."""

    text: str
    place: str
    due: datetime | None
    tone: str
    url: str
    people: str = ""

    @staticmethod
    def of(line: Line, people: str = "") -> "StepOut":
        step = line.step
        return StepOut(text=step.text, place=step.place, due=step.due, tone=step.tone, url=step.url, people=people)


class DoneOut(Schema):
    """How much of a kind of work somebody did."""

    work: str
    n: int


class MateOut(Schema):
    """Somebody of the group. `turn` is how they stand to the roster now: missing, unseen, on, left, coming or free."""

    person_id: UUID
    name: str
    seat: str
    turn: str
    presence: str
    post: str
    in_hand: list[StepOut]
    done: list[DoneOut]

    @staticmethod
    def of(mate: Mate) -> "MateOut":
        told = mate.presence
        return MateOut(
            person_id=mate.person_id, name=mate.name, seat=mate.seat, turn=told.turn.name.lower(), presence=told.words, post=told.post,
            in_hand=[StepOut.of(line) for line in mate.lines], done=[DoneOut(work=title, n=n) for title, n in mate.done],
        )  # fmt: skip


class SumOut(Schema):
    """A kind of work of the whole group; `pressing` of what is in hand is late or soon due."""

    work: str
    done: int
    open: int
    pressing: int


class TeamOut(Schema):
    """A team that the asker leads."""

    id: UUID
    title: str
    unit: str


class GroupOut(Schema):
    """The day of a group; what was done counts from `since`. `urgent` holds the most pressing first, `shared` what is nobody's in particular."""

    at: datetime
    since: datetime
    teams: list[TeamOut]
    urgent: list[StepOut]
    shared: list[StepOut]
    people: list[MateOut]
    sums: list[SumOut]


def _out(day: GroupDay, at: datetime) -> GroupOut:
    return GroupOut(
        at=at,
        since=day.since,
        teams=[TeamOut(id=team.pk, title=team.title, unit=team.unit.name) for team in day.shown],
        urgent=[StepOut.of(one.line, one.name) for one in day.urgent],
        shared=[StepOut.of(line) for line in day.loose],
        people=[MateOut.of(mate) for mate in day.mates],
        sums=[SumOut(work=one.title, done=one.done, open=one.open, pressing=one.pressing) for one in day.sums],
    )


@router.get("", response=GroupOut, summary="本组的事：我带的队伍")
def all_of_mine(request: HttpRequest) -> GroupOut:
    """Of all teams that the asker leads, or stands in for the leader of. 404 for who leads none."""
    return _day(request.actor, None)  # type: ignore[attr-defined]


@router.get("/{team_id}", response=GroupOut, summary="本组的事：其中一支队伍")
def of_one(request: HttpRequest, team_id: UUID) -> GroupOut:
    """Of one of them. 404 for a team that the asker does not lead."""
    return _day(request.actor, team_id)  # type: ignore[attr-defined]


def _day(actor: Actor, team_id: UUID | None) -> GroupOut:
    actor.require(RIGHT)
    at = clock.now()
    return _out(group_day(actor, at, team_id), at)
