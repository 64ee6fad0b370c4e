"""The day of a group, for who leads it: who is on duty, what each has in hand, what was done; the most pressing first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from jimu.command.next_queries import TONES, Line, due_words, in_order
from jimu.command.presence import Presence, Turn, presence_of
from jimu.core import doing
from jimu.core.brick import InHand, NextStep
from jimu.core.errors import NotFound
from jimu.core.panels import in_hand, works
from jimu.core.permissions import Actor
from jimu.teams.leading import Group, teams_led
from jimu.teams.models import Membership, Team

RIGHT = "command.next"
#: So many stand in the list of what presses, and of each person before the rest is folded.
PRESSING, EACH = 12, 2


@dataclass(frozen=True)
class Mate:
    """Somebody of the group: the seat, whether they are on duty, what they have in hand in order, what they did. `own`: it is the reader."""

    person_id: UUID
    name: str
    seat: str
    own: bool
    account: bool
    presence: Presence
    lines: Sequence[Line]
    done: Sequence[tuple[str, int]]

    @property
    def key(self) -> str:
        return str(self.person_id)

    @property
    def first(self) -> Sequence[Line]:
        """What stands there when nobody asked for all of it."""
        return self.lines[:EACH]

    @property
    def more(self) -> int:
        return max(0, len(self.lines) - EACH)

    @property
    def idle(self) -> bool:
        """Whether there is nothing to say but the name."""
        return not self.lines and not self.done and self.presence.turn == Turn.FREE

    @property
    def rank(self) -> tuple[object, ...]:
        """Who has to be seen to first: what is late, what is soon or who did not come, who is on duty, who has something in hand, who comes later."""
        worst = min((TONES.get(line.step.tone, 2) for line in self.lines), default=3)
        if self.presence.asks:
            worst = min(worst, TONES["warn"])
        return (min(worst, 2), not self.presence.on, not self.lines, self.presence.turn, self.own, self.name)


@dataclass(frozen=True)
class Sum:
    """A kind of work: how much was done, is in hand, and presses."""

    title: str
    done: int
    open: int
    pressing: int


@dataclass(frozen=True)
class Urgent:
    """Something that presses, and whose it is; "" where it is nobody's."""

    line: Line
    name: str


@dataclass(frozen=True)
class GroupDay:
    """All of the page. `teams` are those that the reader leads, `shown` the ones the page is about; `loose` is what is nobody's and does not press,
    `in_hand` how many things there are."""

    teams: Sequence[Team]
    shown: Sequence[Team]
    mates: Sequence[Mate]
    urgent: Sequence[Urgent]
    loose: Sequence[Line]
    sums: Sequence[Sum]
    since: datetime
    in_hand: int = 0
    more: int = 0

    @property
    def busy(self) -> Sequence[Mate]:
        """Of whom there is something to say."""
        return [mate for mate in self.mates if not mate.idle]

    @property
    def idle(self) -> Sequence[Mate]:
        """Of whom there is nothing to say today but that they are of the group."""
        return [mate for mate in self.mates if mate.idle]

    @property
    def tonight(self) -> bool:
        """Whether the work of the evening before counts still."""
        return timezone.localtime(self.since).hour != 0

    @property
    def several_places(self) -> bool:
        """Whether the teams work at more than one place."""
        return len({team.unit_id for team in self.teams}) > 1

    @property
    def on_duty(self) -> int:
        return sum(mate.presence.on for mate in self.mates)

    @property
    def pressing(self) -> int:
        """How much is late or soon due, and who did not come."""
        return len(self.urgent) + self.more


def group_day(actor: Actor, at: datetime, team_id: UUID | None = None) -> GroupDay:
    """The day of all the actor's teams, or of one of them. Raises NotFound for who leads none, or not that one. The number of queries does not grow with the people."""
    teams = teams_led(actor)
    shown = [team for team in teams if team_id in (None, team.pk)]
    if not shown:
        raise NotFound
    sitting = list(Membership.objects.filter(team__in=shown, until=None).select_related("person", "seat", "team").order_by("team__order", "seat__order", "pk"))
    group = Group(frozenset(team.pk for team in shown), frozenset(row.person_id for row in sitting))
    found = in_hand(actor, group, at)
    things = _things(found)
    since = doing.since(at)
    done = _done(group, since)
    mates = sorted(_mates(actor, sitting, found, done, group, at), key=lambda mate: mate.rank)
    urgent, loose = _pressing([*things, *map(_asked_after, [mate for mate in mates if mate.presence.asks])], {mate.person_id: mate.name for mate in mates}, at)
    return GroupDay(teams, shown, mates, urgent[:PRESSING], loose, _sums(things, done), since, len(things), max(0, len(urgent) - PRESSING))


def _lines(steps: Iterable[NextStep], at: datetime) -> list[Line]:
    return [Line(step, due_words(step.due, at) if step.due else "") for step in in_order(steps)]


def _done(group: Group, since: datetime) -> Mapping[UUID, Counter[str]]:
    """How much of each kind of work each person did."""
    kinds = works()
    verbs = {verb: key for work in kinds.values() for verb, key in work.done.items()}
    of_verb = {verb: name for name, work in kinds.items() for verb in work.done}
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    for (account, verb), n in doing.amounts(group.accounts, verbs, since).items():
        found[group.accounts[account]][of_verb[verb]] += n
    return found


def _mates(
    actor: Actor, sitting: Sequence[Membership], found: Sequence[InHand], done: Mapping[UUID, Counter[str]], group: Group, at: datetime
) -> Iterable[Mate]:
    kinds, present = works(), presence_of(actor, group.people, at)
    steps: dict[UUID, list[NextStep]] = defaultdict(list)
    for one in found:
        if one.person_id is not None:
            steps[one.person_id].append(one.step)
    seats: dict[UUID, list[Membership]] = defaultdict(list)
    for row in sitting:
        seats[row.person_id].append(row)
    several, with_account = len({row.team_id for row in sitting}) > 1, set(group.accounts.values())
    for person_id, rows in seats.items():
        titles = [f"{row.team.title} · {row.seat.title}" if several else row.seat.title for row in rows]
        did = [(str(work.title), n) for name, work in kinds.items() if (n := done[person_id][name] if person_id in done else 0)]
        yield Mate(
            person_id, rows[0].person.name, "、".join(titles), person_id == actor.person_id, person_id in with_account,
            present.get(person_id, Presence()), _lines(steps[person_id], at), did,
        )  # fmt: skip


@dataclass(frozen=True)
class _Thing:
    """What one or more of the group have in hand together."""

    what: InHand
    people: list[UUID]


def _asked_after(mate: Mate) -> _Thing:
    """Who should be on duty and is not there, as something to see to; what has to be done about it is to ask."""
    told = mate.presence
    step = NextStep(told.words, "", told.since, told.post, "bad" if told.turn == Turn.MISSING else "warn", own=False)
    return _Thing(InHand("", mate.person_id, step), [mate.person_id])


def _things(found: Sequence[InHand]) -> list[_Thing]:
    """Each once, though two go along with one vehicle. What has no page of its own for the reader stands for itself."""
    once: dict[object, _Thing] = {}
    for number, one in enumerate(found):
        thing = once.setdefault((one.step.url, one.step.text) if one.step.url else number, _Thing(one, []))
        thing.people.extend([one.person_id] if one.person_id is not None else [])
    return list(once.values())


def _pressing(things: Sequence[_Thing], names: Mapping[UUID, str], at: datetime) -> tuple[list[Urgent], list[Line]]:
    """What presses with whose it is; and what is nobody's and does not."""
    of_step = {id(thing.what.step): thing for thing in things}
    lines = _lines((thing.what.step for thing in things), at)
    urgent = [Urgent(line, "、".join(names.get(one, "") for one in of_step[id(line.step)].people)) for line in lines if line.step.tone in TONES]
    return urgent, [line for line in lines if line.step.tone not in TONES and not of_step[id(line.step)].people]


def _sums(things: Sequence[_Thing], done: Mapping[UUID, Counter[str]]) -> list[Sum]:
    sums = []
    for name, work in works().items():
        here = [thing.what for thing in things if thing.what.work == name]
        total = sum(counts[name] for counts in done.values())
        if total or here:
            sums.append(Sum(str(work.title), total, sum(one.n for one in here), sum(one.n for one in here if one.step.tone in TONES)))
    return sums
