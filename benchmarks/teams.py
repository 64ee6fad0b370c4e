"""Building structure, measured: all teams of a subdistrict, its allotment, and one neighborhood cut into blocks.

    python benchmarks/teams.py [--home FOLDER]

The subdistrict of `benchmarks/roster.py`: 26 neighborhoods, about 7,900 invented people. Prints JSON. Exits 1 when
forming all teams takes more than 10 s, somebody sits where they may not, a chain of moves would fill one more seat
(searched without the solver), the cut takes more than 1 s, or its worst block is more than 10 % from the mean.
`docs/benchmarks/teams.md` keeps the numbers.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

LONGEST_FORMING, LONGEST_CUT, WIDEST = 10.0, 1.0, 0.10
HOUSEHOLDS, BLOCKS = 2600, 6


def forming() -> dict[str, object]:
    """Form every team, and judge the outcome without the solver."""
    from benchmarks.roster import world
    from jimu.core import clock
    from jimu.core.permissions import SYSTEM
    from jimu.incidents.models import Incident
    from jimu.teams import forming as act
    from jimu.teams import rules
    from jimu.teams.material import candidates, cells_of
    from jimu.teams.models import Membership, Seat

    incident = Incident.objects.first() or world(7)
    people = candidates(incident, clock.today())
    began = time.perf_counter()
    formed = act.form_teams(actor=SYSTEM, at=clock.now(), incident_id=incident.pk)
    seconds = time.perf_counter() - began
    by_id = {person.person_id: person for person in people}
    cells = {cell.path: cell.pk for cell in cells_of(incident)}
    unfit = 0
    for sits in Membership.objects.filter(incident=incident, until=None).select_related("seat", "team__unit"):
        path = sits.team.unit.path
        unfit += rules.why_not(act.plan_of(sits.seat), by_id[sits.person_id], cells.get(path) or cells[path[:-4]]) != ""
    return {
        "people": len(people), "teams": formed.teams, "seats": Seat.objects.count(), "seated": formed.seated, "open": formed.open,
        "seconds": round(seconds, 2), "unfit": unfit, "fillable_left_open": fillable(people, cells),
    }  # fmt: skip


def fillable(people: list, cells: dict[str, UUID]) -> int:
    """Families of teams in which a chain of moves would fill one more seat; Berge's theorem, no solver.

    Seats that one person may hold in several teams are looked at by themselves.
    """
    from collections import defaultdict

    import numpy as np

    from jimu.teams import forming as act
    from jimu.teams import rules
    from jimu.teams.models import Membership, Seat
    from jimu_engine.assemble import augmenting_path

    position = {person.person_id: n for n, person in enumerate(people)}
    taken = dict(Membership.objects.filter(until=None).values_list("seat_id", "person_id"))
    families: dict[str, list] = defaultdict(list)
    for seat in Seat.objects.exclude(code="chief").select_related("team__unit").order_by("pk"):
        families[seat.team.exclusive or seat.team.template].append(seat)
    found = 0
    for seats in families.values():
        where = [cells.get(seat.team.unit.path) or cells[seat.team.unit.path[:-4]] for seat in seats]
        rows: dict[tuple, list[bool]] = {}
        for seat, cell in zip(seats, where, strict=True):
            key = (seat.team.template, seat.code, cell)
            if key not in rows:
                rows[key] = [not rules.why_not(act.plan_of(seat), person, cell) for person in people]
        allowed = np.array([rows[(seat.team.template, seat.code, cell)] for seat, cell in zip(seats, where, strict=True)])
        sitting = np.array([position.get(taken.get(seat.pk), -1) for seat in seats])
        found += augmenting_path(allowed, np.ones(len(people), np.int64), sitting) != []
    return found


def allotment() -> dict[str, object]:
    """Reckon and keep the allotment of all staff."""
    from jimu.core import clock
    from jimu.core.permissions import SYSTEM
    from jimu.incidents.models import Incident
    from jimu.teams import allotment_actions, allotment_queries
    from jimu.teams.allotting import Weights

    incident = Incident.objects.first()
    began = time.perf_counter()
    allotment_actions.propose(actor=SYSTEM, at=clock.now(), incident_id=incident.pk, weights=Weights())
    seconds = time.perf_counter() - began
    picture = allotment_queries.board_for(SYSTEM, incident.pk, clock.today()).proposal
    gap = max(abs(share.after - share.fair) for share in picture.shares)
    return {"staff": picture.people, "seconds": round(seconds, 2), "largest_gap_people": round(gap, 2), "moved": picture.moved}


def cut() -> dict[str, object]:
    """2,600 households in buildings of 20 to 70 (walk-ups and slabs of an old compound) into 6 blocks."""
    from jimu.grid import splitting

    dice = random.Random(7)
    sizes: list[int] = []
    while sum(sizes) < HOUSEHOLDS:
        sizes.append(min(dice.choice((20, 24, 36, 48, 60, 70)), HOUSEHOLDS - sum(sizes)))
    houses = [
        splitting.House(UUID(int=n), f"{n}号楼", size, round(size * dice.uniform(0.4, 1.4)), dice.random() < 0.3, known=True)
        for n, size in enumerate(sizes, 1)
    ]
    began = time.perf_counter()
    cuts = splitting.cuts_of(houses, BLOCKS)
    seconds = time.perf_counter() - began
    deviations = {name: round(splitting.worst(houses, cuts, name), 3) for name in ("households", "elders", "shared")}
    return {"households": HOUSEHOLDS, "buildings": len(houses), "blocks": BLOCKS, "seconds": round(seconds, 4), "worst": deviations}


def main() -> int:
    """Measure in a home of its own and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", help="keep the database here for the next run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        os.environ["JIMU_HOME"] = options.home or fresh
        os.environ["DJANGO_SETTINGS_MODULE"] = "jimu.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        result = {"load": round(os.getloadavg()[0], 1), "forming": forming(), "allotment": allotment(), "cut": cut()}
    print(json.dumps(result, ensure_ascii=False, indent=2))
    formed, made = result["forming"], result["cut"]
    late = formed["seconds"] > LONGEST_FORMING or made["seconds"] > LONGEST_CUT  # type: ignore[index]
    return 1 if late or formed["unfit"] or formed["fillable_left_open"] or made["worst"]["households"] > WIDEST else 0  # type: ignore[index]


if __name__ == "__main__":
    raise SystemExit(main())
