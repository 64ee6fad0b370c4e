"""A subdistrict made of numbers, put into an empty database by bulk inserts: for timing pages, not for show.

`build(factor)` makes 26 × factor neighborhoods, about 7,900 × factor people, one incident, one published roster
of 14 days with about 20,000 × factor seats, and marks for the people who are on duty now. All names are invented.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from jimu.accounts.models import Account, Grant
from jimu.core import clock, sealed
from jimu.core.journal import record
from jimu.core.permissions import SYSTEM
from jimu.grid.models import Unit
from jimu.grid.paths import child_path
from jimu.incidents.models import Incident, IncidentUnit, Post
from jimu.people.models import Affiliation, Availability, Person, Skill, UnitLeader
from jimu.people.rules import sort_name
from jimu.roster.models import Assignment, CheckIn, Roster, Shift

NEIGHBORHOODS, PEOPLE, DAYS = 26, 7900, 14
BLOCKS, BUILDINGS = 4, 6
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英霞平刚桂兰志建国文辉玲"
STEMS = "甲乙丙丁戊己庚辛壬癸"
NUMERALS = "一二三四五六"


@dataclass(frozen=True)
class Line:
    """A post of every neighborhood: code, title, group, shifts (code, start, end minute), seats, rank."""

    code: str
    title: str
    group: str
    shifts: Sequence[tuple[str, int, int]]
    needed: int
    priority: int = 2
    requested_only: bool = False


DAY, EVENING, NIGHT = ("day", 420, 900), ("evening", 900, 1380), ("night", 1380, 1860)
LINES = (
    Line("gate", "小区门岗", "gate", (DAY, EVENING, NIGHT), 3, 1),
    Line("patrol", "巡逻", "patrol", (DAY, EVENING, NIGHT), 2, 2),
    Line("site_lead", "采样点点位长", "screening", (("early", 360, 720),), 1, 1),
    Line("sampler", "采样员", "screening", (("early", 360, 720),), 4, 1, requested_only=True),
    Line("scanner", "扫码员", "screening", (("early", 360, 720),), 4, 2),
    Line("order", "秩序维护", "screening", (("early", 360, 720),), 5, 3),
    Line("survey", "入户排查", "survey", (DAY,), 6, 2),
    Line("supplies", "物资分拣配送", "supplies", (("morning", 480, 720), ("afternoon", 780, 1080)), 4, 3),
    Line("medicine", "代配药", "medicine", (DAY,), 3, 2),
    Line("hotline", "值守热线", "hotline", (DAY, EVENING, NIGHT), 1, 1),
    Line("disinfection", "消杀", "disinfection", (("morning", 480, 720),), 2, 3),
)
REASONS = ("本居民区会扫码的人都已连上五天，需休整一天", "夜里可以来的人不够", "报名的人都不做重体力活", "")


def build(factor: int = 1, *, seed: int = 7) -> None:
    """Fill an empty, migrated database. Deterministic for a seed, except for ids and the present moment."""
    dice = random.Random(seed)
    with transaction.atomic():
        top, neighborhoods = grid(factor)
        people = people_in(neighborhoods, PEOPLE * factor, dice)
        _accounts(top, neighborhoods, people)
        incident, posts = _incident(top, neighborhoods)
        _roster(incident, posts, people, dice)


def grid(factor: int) -> tuple[Unit, list[Unit]]:
    top = Unit.objects.add_root(
        {"kind": Unit.Kind.SUBDISTRICT, "name": "和风街道", "short_name": "和风", "code": "999999001"}
    )
    zones = [
        Unit.objects.add_child(
            Unit.objects.get(pk=top.pk),
            {"kind": Unit.Kind.ZONE, "name": f"{_stem(n)}片区", "short_name": _stem(n), "order": n},
        )
        for n in range(5 * factor)
    ]
    units = []
    for n in range(NEIGHBORHOODS * factor):
        zone, place = n % len(zones), n // len(zones)
        short = f"{_stem(zone)}{NUMERALS[place]}"
        households = 620 + (n * 397) % 1100
        facts = {
            "households": households,
            "residents": int(households * 2.34),
            "elders": int(households * 0.7),
            "buildings": BLOCKS * BUILDINGS,
            "blocks": BLOCKS,
        }
        units.append((zone, place, short, facts))
    made = []
    for zone, place, short, facts in sorted(units, key=lambda u: (u[0], u[1])):
        # The node in memory does not learn of its new children, and a stale one would hand out the same path twice.
        parent = Unit.objects.get(pk=zones[zone].pk)
        made.append(
            Unit.objects.add_child(
                parent,
                dict(
                    kind=Unit.Kind.NEIGHBORHOOD, name=f"{short}居民区", short_name=short, order=place, **facts
                ),
            )
        )
    _blocks(made)
    return Unit.objects.get(pk=top.pk), made


def _blocks(places: Sequence[Unit]) -> None:
    """Four blocks of six buildings in every neighborhood, in two bulk inserts."""
    units = []
    for place in places:
        for number in range(1, BLOCKS + 1):
            block = _inner(place, Unit.Kind.BLOCK, f"第{number}网格块", str(number), number, BUILDINGS)
            units.append(block)
            for house in range(1, BUILDINGS + 1):
                short = str((number - 1) * BUILDINGS + house)
                units.append(_inner(block, Unit.Kind.BUILDING, f"{short}号楼", short, house, 0))
    Unit.objects.bulk_create(units, batch_size=2000)
    Unit.objects.filter(pk__in=[place.pk for place in places]).update(numchild=BLOCKS)


def _inner(parent: Unit, kind: str, name: str, short: str, number: int, numchild: int) -> Unit:
    return Unit(
        path=child_path(parent.path, number), depth=parent.depth + 1, numchild=numchild, kind=kind, name=name, short_name=short,
        order=number, households=40 + number * 3 if kind == Unit.Kind.BUILDING else None,
    )  # fmt: skip


def _stem(n: int) -> str:
    return STEMS[n] if n < len(STEMS) else STEMS[n // len(STEMS) - 1] + STEMS[n % len(STEMS)]


def people_in(units: Sequence[Unit], count: int, dice: random.Random) -> dict[object, list[Person]]:
    now = clock.now()
    people = []
    for n in range(count):
        name = (
            dice.choice(SURNAMES) + dice.choice(GIVEN) + (dice.choice(GIVEN) if dice.random() < 0.7 else "")
        )
        phone = f"100{n:08d}"
        people.append(
            Person(
                name=name,
                sort_name=sort_name(name),
                sex=dice.choice("mf"),
                birth_year=1950 + n % 55,
                phone_sealed=sealed.seal(phone),
                phone_index=sealed.blind_index(phone),
                unit=units[n % len(units)],
                times_known=True,
                limits=["no_night"] if n % 9 == 0 else [],
                created_at=now,
                updated_at=now,
            )
        )
    Person.objects.bulk_create(people, batch_size=2000)
    kinds = (
        "party_member",
        "reserve_volunteer",
        "reserve_volunteer",
        "volunteer",
        "building_leader",
        "office_cadre",
    )
    Affiliation.objects.bulk_create(
        (Affiliation(person=p, kind=dice.choice(kinds), source="bench") for p in people), batch_size=2000
    )
    skills = ("scanning", "order", "driving", "medicine")
    Skill.objects.bulk_create(
        (Skill(person=p, code=dice.choice(skills)) for p in people[::2]), batch_size=2000
    )
    Availability.objects.bulk_create(
        (Availability(person=p, start_minute=480, end_minute=1080) for p in people[::3]), batch_size=2000
    )
    by_unit: dict[object, list[Person]] = {unit.pk: [] for unit in units}
    for person in people:
        by_unit[person.unit_id].append(person)
    return by_unit


def _accounts(top: Unit, units: Sequence[Unit], people: dict[object, list[Person]]) -> None:
    for username, name, role, unit in (
        ("commander", "顾指挥", "commander", top),
        ("secretary", "沈书记", "secretary", units[0]),
    ):
        account = Account.objects.create_user(
            username=username, password="bench-pages-only", display_name=name
        )
        Grant.objects.create(account=account, role=role, unit=unit)
    now = clock.now()
    leads = [
        UnitLeader(unit=unit, person=people[unit.pk][0], role="leader", title="书记", since=now)
        for unit in units
    ]
    leads.append(
        UnitLeader(unit=top, person=people[units[0].pk][1], role="leader", title="总指挥", since=now)
    )
    leads.append(
        UnitLeader(unit=top, person=people[units[0].pk][2], role="deputy", title="副总指挥", since=now)
    )
    UnitLeader.objects.bulk_create(leads)


def _incident(top: Unit, units: Sequence[Unit]) -> tuple[Incident, list[Post]]:
    now = clock.now()
    incident = Incident.objects.create(
        playbook="epidemic-lockdown", playbook_version=1, playbook_text="", level="lockdown", title="封控应急响应",
        legal_basis="演练", scope=top.path, starts_at=now, ends_on=clock.today() + timedelta(days=14),
        activated_at=now, activated_by="顾指挥",
    )  # fmt: skip
    IncidentUnit.objects.bulk_create(
        [IncidentUnit(incident=incident, unit=unit, hazard="epidemic") for unit in units]
    )
    record(
        actor=SYSTEM,
        at=now - timedelta(hours=2),
        verb="incidents.activated",
        target=f"incident:{incident.pk}",
        scope=top.path,
    )
    posts = [
        Post(
            incident=incident, unit=unit, code=line.code, title=line.title, group=line.group, shift_code=code,
            start_minute=start, end_minute=end, needed=line.needed, reason="", priority=line.priority,
            requested_only=line.requested_only,
        )
        for unit in units for line in LINES for code, start, end in line.shifts
    ]  # fmt: skip
    Post.objects.bulk_create(posts, batch_size=2000)
    return incident, posts


def _roster(
    incident: Incident, posts: Sequence[Post], people: dict[object, list[Person]], dice: random.Random
) -> None:
    now = clock.now()
    roster = Roster.objects.create(
        incident=incident, scope=incident.scope, first_day=clock.today() - timedelta(days=1), days=DAYS,
        state=Roster.State.PUBLISHED, created_at=now, created_by="顾指挥", published_at=now, published_by="顾指挥",
    )  # fmt: skip
    strained = {unit_id: dice.choice((0.0, 0.0, 0.02, 0.05, 0.12, 0.3)) for unit_id in people}
    shifts, assignments, marks = [], [], []
    for day, post in ((d, p) for d in _days(roster.first_day) for p in posts):
        shift = _shift(roster, post, day)
        shifts.append(shift)
        if post.requested_only:
            continue
        pool = people[post.unit_id]
        first = dice.randrange(len(pool))
        for seat in range(post.needed):
            if dice.random() >= strained[post.unit_id]:
                assignments.append(
                    Assignment(shift=shift, person=pool[(first + seat) % len(pool)], seat=seat)
                )
                shift.filled += 1
                if shift.starts_at <= now < shift.ends_at and dice.random() < 0.85:
                    marks.append(_mark(assignments[-1], now, dice))
        if shift.filled < shift.needed:
            shift.open_reason = {"sentence": dice.choice(REASONS)}
    Shift.objects.bulk_create(shifts, batch_size=2000)
    Assignment.objects.bulk_create(assignments, batch_size=5000)
    CheckIn.objects.bulk_create(marks, batch_size=5000)


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range(DAYS))


def _shift(roster: Roster, post: Post, day: date) -> Shift:
    return Shift(
        roster=roster, post=post, unit_id=post.unit_id, day=day, needed=post.needed,
        starts_at=clock.at_minute(day, post.start_minute), ends_at=clock.at_minute(day, post.end_minute),
    )  # fmt: skip


def _mark(assignment: Assignment, now: datetime, dice: random.Random) -> CheckIn:
    mark = CheckIn.Mark.ABSENT if dice.random() < 0.02 else CheckIn.Mark.ARRIVED
    return CheckIn(
        assignment=assignment,
        mark=mark,
        at=now - timedelta(minutes=dice.randrange(1, 30)),
        marked_by="点位长",
    )
