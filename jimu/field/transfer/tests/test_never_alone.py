"""Whatever is done in whatever order: nobody is away with the question unanswered, or with somebody alone at home and nobody told."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jimu.core.errors import JimuError
from jimu.field.households.models import Resident
from jimu.field.transfer import acting, alarming, leaving, queries, rules, runs
from jimu.field.transfer.leaving import LeftGiven
from jimu.field.transfer.models import Dependant, Run, Transfer
from jimu.field.transfer.moving import left_of
from jimu.field.transfer.tests.conftest import AT, HOUR, MINUTE, PACKED, Lane, passed

pytestmark = pytest.mark.django_db
NAMES = ("安父亲", "安母亲", "安小孩", "安老伯")
GIVEN: dict[str, dict[str, Any]] = {
    "unreachable": {"note": "没人应"}, "refuse": {"note": "不去"}, "prepare": {"packed": PACKED}, "turned": {"note": "满了"}, "hand": {"receiver": "周", "papers": True},
    "release": {"back": "own", "expected_at": AT + 90 * HOUR, "household_told": True}, "home": {"note": "到了"}, "cancel": {"note": "撤销"}, "wants": {"alone_why": "护士陪"},
}  # fmt: skip
ACTS = ("told", "prepare", "down", "inside", "board", "turned", "hand", "release", "home", "refuse", "unreachable", "cancel", "wants")
OTHERS = ("seat", "all_aboard", "unseat", "fail", "undo", "nobody", "name_them", "cat", "care", "care_father", "visit", "trouble", "end", "withdraw", "wait")
STEP = st.tuples(st.sampled_from(ACTS + OTHERS + ("board", "all_aboard", "prepare")), st.integers(0, 3), st.integers(0, 3))


class World:
    """Four of two flats, ready to go; every step is tried, and a refusal is no fault."""

    def __init__(self, lane: Lane) -> None:
        self.lane, self.at = lane, AT
        self.all = [lane.act(lane.listed(name), "told") for name in NAMES]
        for one in self.all:
            lane.act(one, "wants", alone_why="护士陪")

    def step(self, what: str, who: int, more: int) -> None:
        self.at += timedelta(minutes=(1, 7, 45, 300)[more])
        try:
            with transaction.atomic():
                self._do(what, self.all[who], more)
        except JimuError:
            pass
        passed(5)
        alarming.sweep(at=self.at)

    def _do(self, what: str, one: Transfer, more: int) -> None:
        by: dict[str, Any] = {"actor": self.lane.secretary, "at": self.at}
        mine = Dependant.objects.filter(transfer=one, ended_at=None).first()
        if what in ACTS:
            acting.act(**by, transfer_id=one.pk, name=what, given=acting.Given(**GIVEN.get(what, {})))
        elif what == "seat":
            self._run([one])
        elif what == "all_aboard":
            rows = Transfer.objects.filter(pk__in=[each.pk for each in self.all], state="ready")
            self._run(list(rows))
        elif what == "unseat":
            runs.unseat(**by, transfer_id=one.pk, why="换车")
        elif what == "fail":
            found = Run.objects.filter(closed_at=None).first()
            if found:
                runs.fail(**by, run_id=found.pk, why="坏了")
        elif what == "withdraw" and more == 0:
            runs.withdraw_destination(**by, destination_id=self.lane.hotel.pk, why="满了")
        elif what == "undo":
            acting.undo(**by, transfer_id=one.pk)
        elif what == "nobody":
            leaving.answer(**by, transfer_id=one.pk, left=[], nobody_why="在外婆家" if more == 3 else "")
        elif what == "name_them":
            known = queries.would_stay(Transfer.objects.select_related(*queries.WITH).get(pk=one.pk), self.at)
            leaving.answer(**by, transfer_id=one.pk, left=[LeftGiven(each.kind, "", each.resident.pk) for each in known])
        elif what == "cat":
            leaving.answer(**by, transfer_id=one.pk, left=[LeftGiven("pet", "一只猫")], nobody_why="在外婆家" if more == 3 else "")
        elif mine is not None:
            self._look_after(what, mine, by, more)

    def _look_after(self, what: str, mine: Dependant, by: dict[str, Any], more: int) -> None:
        if what in ("care", "care_father"):
            who = {"person_id": self.lane.second.person_id} if what == "care" else {"neighbor_id": self.lane.people["安父亲"].pk}
            care = leaving.Care(until=self.at + (more + 1) * 10 * HOUR, first_due=self.at + HOUR, **who)
            leaving.name_caretaker(**by, dependant_id=mine.pk, care=care)
        elif what in ("visit", "trouble"):
            leaving.visit(**by, dependant_id=mine.pk, result="fine" if what == "visit" else "trouble", note="发烧")
        elif what == "end" and more == 0:
            leaving.end(**by, dependant_id=mine.pk, why="接走了")

    def _run(self, rows: list[Transfer]) -> None:
        place = self.lane.town["甲一居民区"].pk
        vehicle = runs.Vehicle(place, self.lane.hotel.pk, "沪A1", 6, self.at + HOUR)
        runs.make(actor=self.lane.secretary, at=self.at, vehicle=vehicle, transfer_ids=[one.pk for one in rows])

    def faults(self) -> list[str]:
        found = []
        rows = list(Transfer.objects.select_related(*queries.WITH).all())
        gone = [one for one in rows if one.gone_since is not None]
        for one in rows:
            if one.running and one.state != "arrived" and one.alarm_at is None:
                found.append(f"{one.name} waits in {one.state} without a clock")
        for one in gone:
            if one.answered_at is None:
                found.append(f"{one.name} is away and nobody was asked")
            for each in one.dependants.filter(ended_at=None):
                if not rules.attended(left_of(each, one), self.at) and each.alarmed_at is None:
                    found.append(f"{each.kind} of {one.name} is alone and nobody was told")
        return found + self._overlooked(rows, gone)

    def _overlooked(self, rows: list[Transfer], gone: list[Transfer]) -> list[str]:
        """By the ledger alone: who is in the flat and cannot look after themselves, with nobody who can, and on no list."""
        found = []
        away = {one.resident_id for one in gone}
        for room in {one.room for one in gone}:
            there = [one for one in Resident.objects.filter(room=room) if one.pk not in away]
            kinds = {one: rules.kind_left(one.groups, one.birth_year, self.at.date(), minor_age=18, elder_age=70) for one in there}
            said = any(one.nobody_why_sealed for one in gone if one.room_id == room.pk)
            if said or any(not kind for kind in kinds.values()):
                continue
            for one in there:
                known = Dependant.objects.filter(resident=one).exists()
                own = any(row.resident_id == one.pk and row.run_id is not None and row.alarm_at is not None for row in rows)
                if not known and not own:
                    found.append(f"{one.name} is at home alone and on no list")
        return found


def course(*steps: str) -> list[tuple[str, int, int]]:
    """A course written as act and number of the one it is about."""
    return [(each.rstrip("0123"), int(each[-1]), 0) for each in steps]


TOGETHER = ["name_them0", "name_them1", "name_them2", "prepare0", "prepare1", "prepare2", "all_aboard0"]


@given(st.lists(STEP, min_size=3, max_size=22))
@example(course(*TOGETHER, "board0", "board1", "refuse2"))
@example(course(*TOGETHER, "board2", "board0", "undo2", "board1", "unseat2"))
@example(course("name_them1", "prepare1", "seat1", "board1", "care_father1", "name_them0", "prepare0", "seat0", "board0", "wait0"))
@example(course("nobody3", "cat3", "name_them3", "prepare3", "seat3", "board3", "turned3", "inside3", "wait3"))
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_nobody_is_away_with_somebody_alone_and_nobody_told(lane: Lane, steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        world = World(lane)
        for step in steps:
            world.step(*step)
            assert world.faults() == [], (step, MINUTE)
        transaction.set_rollback(True)
