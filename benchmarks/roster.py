"""The way of a roster, measured: tables → problem → solve → store → check and publish.

    python benchmarks/roster.py [--seconds 40] [--workers 2] [--days 14] [--seed 1] [--home FOLDER] [--short SHARE]

A subdistrict of 26 neighborhoods and about 7,900 invented people with the mix of kinds, skills and times that an
office's lists show, under lockdown; 58 seats a day and neighborhood, so more than 20,000 seats in 14 days. `--short`
sends a share of the people home first, so that seats must stay open. Prints JSON. Exits 1 when from tables to the
saved draft takes more than a minute, the checker finds a hard breach, or a search without solver finds an open seat
that somebody could take, at once or after one person moved over. `docs/benchmarks/roster.md` keeps the numbers.
"""

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

KINDS_PER_PLACE = (
    ("party_member", 74), ("reserve_volunteer", 190), ("building_leader", 6), ("committee_cadre", 7),
    ("property", 9), ("contractor", 5), ("medic", 4), ("police", 2),
)  # fmt: skip
ROVING = (("office_cadre", 132), ("social_worker", 73))
SECONDED_PER_PLACE = 3
SKILLS = ("scanning", "registration", "driving", "order", "carrying", "counselling", "medical", "repair", "dialect")
# What people write about their time, with its share: weekday mask and minutes; None is any time, () is nothing known.
TIMES = (
    (None, 28), ([(127, 1080, 1320)], 16), ([(127, 480, 720)], 14), ([(96, 0, 1440)], 14), ([(127, 720, 1080)], 8),
    ([(127, 1080, 1800)], 8), ((), 12),
)  # fmt: skip
LONGEST = 60.0
STAFF = ["office_cadre", "social_worker", "seconded_cadre", "committee_cadre"]
QUARTERS = [(360, 600), (600, 840), (840, 1080), (1080, 1320)]


@dataclass(frozen=True)
class Line:
    """A post of every neighborhood."""

    code: str
    title: str
    shifts: list[tuple[int, int]]
    needed: int
    priority: int = 2
    kinds: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    requested: bool = False
    heavy: bool = False
    suit: bool = False


LINES = (
    Line("gate", "小区门岗", QUARTERS, 2, 1),
    Line("gate_night", "小区夜间门岗", [(1320, 1800)], 2, 1, ("property", "contractor", "committee_cadre", "office_cadre", "seconded_cadre", "social_worker")),
    Line("site_lead", "采样点点位长", [(360, 600)], 1, 1, (*STAFF,)),
    Line("sampler", "采样员", [(360, 600)], 4, 1, ("medic",), (), True, suit=True),
    Line("scanner", "扫码员", [(360, 600)], 4, 1, (), ("scanning",), suit=True),
    Line("order", "秩序维护", [(360, 600)], 4, 2),
    Line("label", "贴标", [(360, 600)], 2, 2, suit=True),
    Line("patrol", "巡逻", QUARTERS[:3], 2, 3),
    Line("survey", "入户排查", [(480, 720), (840, 1080)], 8, 2),
    Line("supplies", "物资分拣配送", [(540, 780), (840, 1080)], 4, 3, heavy=True),
    Line("medicine", "代配药", [(480, 720)], 3, 2),
    Line("hotline", "值守热线", [(480, 960), (960, 1440)], 1, 1, (*STAFF,)),
    Line("disinfection", "消杀", [(480, 720)], 2, 3, ("contractor", "property", "reserve_volunteer", "party_member"), (), suit=True),
)  # fmt: skip


def world(seed: int) -> object:
    """Fill an empty, migrated database; returns the incident."""
    from django.db import transaction

    from benchmarks.world import _accounts, grid
    from jimu.people.models import Person

    dice = random.Random(seed)
    with transaction.atomic():
        top, places = grid(1)
        people(places, dice)
        by_unit: dict[object, list[Person]] = {place.pk: [] for place in places}
        for person in Person.objects.exclude(unit=None):
            by_unit[person.unit_id].append(person)
        _accounts(top, places, by_unit)
        return incident(top, places)


def people(places: list, dice: random.Random) -> None:
    """Invented people with kinds, skills and times."""
    from benchmarks.world import GIVEN, SURNAMES
    from jimu.core import clock
    from jimu.people.models import Affiliation, Availability, Person, Skill

    now = clock.now()
    rows = [(kind, place, None) for place in places for kind, n in KINDS_PER_PLACE for _ in range(n)]
    rows += [(kind, None, None) for kind, n in ROVING for _ in range(n)]
    rows += [("seconded_cadre", None, place) for place in places for _ in range(SECONDED_PER_PLACE)]
    people, kinds, skills, times = [], [], [], []
    for n, (kind, home, sent) in enumerate(rows):
        volunteer = kind in ("party_member", "reserve_volunteer", "building_leader")
        given = dice.choices([t for t, _ in TIMES], [w for _, w in TIMES])[0] if volunteer else None
        limits = [code for code, share in (("no_night", 0.15), ("no_heavy", 0.2)) if dice.random() < share]
        name = dice.choice(SURNAMES) + "".join(dice.choice(GIVEN) for _ in range(dice.choice((1, 2, 2))))
        person = Person(
            name=name, sort_name=f"p{n:06d}", unit=home, times_known=given != (), limits=limits, created_at=now, updated_at=now
        )  # fmt: skip
        people.append(person)
        kinds.append(Affiliation(person=person, kind=kind, unit=sent, source="bench"))
        skills += [Skill(person=person, code=code) for code in dice.sample(SKILLS, dice.choice((0, 1, 1, 2)))]
        times += [Availability(person=person, weekdays=m, start_minute=a, end_minute=b) for m, a, b in given or ()]
    Person.objects.bulk_create(people, batch_size=2000)
    Affiliation.objects.bulk_create(kinds, batch_size=2000)
    Skill.objects.bulk_create(skills, batch_size=2000)
    Availability.objects.bulk_create(times, batch_size=2000)


def incident(top: object, places: list) -> object:
    """A lockdown over all places, with its posts."""
    from datetime import timedelta

    from jimu.core import clock
    from jimu.incidents.models import Incident, IncidentUnit, Post

    now = clock.now()
    made = Incident.objects.create(
        playbook="epidemic-lockdown", playbook_version=1, playbook_text="", level="lockdown", title="封控应急响应",
        legal_basis="演练", scope=top.path, starts_at=now, ends_on=clock.today() + timedelta(days=30),
        activated_at=now, activated_by="顾指挥",
    )  # fmt: skip
    IncidentUnit.objects.bulk_create([IncidentUnit(incident=made, unit=p, hazard="epidemic", confined=True) for p in places])
    Post.objects.bulk_create(
        [
            Post(
                incident=made, unit=place, code=line.code, title=line.title, group=line.code, shift_code=f"s{n}",
                start_minute=start, end_minute=end, needed=line.needed, reason="", priority=line.priority,
                kinds=list(line.kinds), qualifications=list(line.qualifications), requested_only=line.requested,
                heavy=line.heavy, suit=line.suit,
            )
            for place in places for line in LINES for n, (start, end) in enumerate(line.shifts)
        ],
        batch_size=2000,
    )  # fmt: skip
    return made


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Walk the way once, with a stopwatch."""
    from jimu.core import clock
    from jimu.core.permissions import SYSTEM
    from jimu.incidents.models import Incident
    from jimu.people.models import Person
    from jimu.roster import actions, gaps, judge, solving
    from jimu.roster.problem import build

    found = Incident.objects.first() or world(7)
    if options.short:
        ids = list(Person.objects.order_by("sort_name").values_list("pk", flat=True))
        Person.objects.filter(pk__in=random.Random(options.seed).sample(ids, int(len(ids) * options.short))).update(active=False)
    times: dict[str, float] = {}
    saved = ("draft", "build", "solve", "store")

    def timed(name: str, work: object) -> object:
        began = time.perf_counter()
        result = work()  # type: ignore[operator]
        times[name] = round(time.perf_counter() - began, 2)
        return result

    roster = timed("draft", lambda: actions.draft_roster(actor=SYSTEM, at=clock.now(), incident_id=found.pk, first_day=clock.today(), days=options.days))
    built = timed("build", lambda: build(roster, at=clock.now()))
    limits = solving.Limits(seconds=options.seconds, workers=options.workers, seed=options.seed)
    outcome = timed("solve", lambda: solving.solved(built, limits, lambda seen: None))
    roster = timed("store", lambda: actions.store_solution(actor=SYSTEM, at=clock.now(), roster_id=roster.pk, expected_version=roster.version, outcome=outcome))
    breaches = timed("check", lambda: judge.hard_breaches(roster))
    left = timed("gaps", lambda: gaps.gaps(build(roster, at=clock.now())))
    if not breaches:
        timed("publish", lambda: actions.publish(actor=SYSTEM, at=clock.now(), roster_id=roster.pk, expected_version=roster.version))
    return {
        "people": len(built.problem.people),
        "shifts": len(built.problem.shifts),
        "seats": built.problem.seats,
        **{key: roster.summary[key] for key in ("filled", "open", "gap")},
        "objective": roster.objective,
        "bound": roster.bound,
        "hard_breaches": len(breaches),
        "open_seats_somebody_could_take": len(left),
        "open_by_reason": reasons(roster),
        "seconds": times,
        "to_saved_draft_seconds": round(sum(times[name] for name in saved), 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def reasons(roster: object) -> dict[str, int]:
    """Open seats by the main reason."""
    from jimu.core.permissions import SYSTEM
    from jimu.roster.queries import main_reasons

    return dict(main_reasons(SYSTEM, roster))


def main() -> int:
    """Measure in a home of its own and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", type=float, default=0.0, help="share of the people who are not there")
    parser.add_argument("--home", help="keep the database here for the next run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        os.environ["JIMU_HOME"] = options.home or fresh
        os.environ["DJANGO_SETTINGS_MODULE"] = "jimu.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        result = measure(options)
    print(json.dumps(result, ensure_ascii=False, indent=2))
    late = float(str(result["to_saved_draft_seconds"])) > LONGEST
    return 1 if result["hard_breaches"] or result["open_seats_somebody_could_take"] or late else 0


if __name__ == "__main__":
    raise SystemExit(main())
