"""Transfers of the sample: a child left with an aunt, a cat that nobody feeds, a vehicle on its way, one who refuses, one to call."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from jimu.core.permissions import Actor
from jimu.field.households.models import Resident
from jimu.field.transfer import acting, custody, leaving, listing, runs
from jimu.field.transfer.leaving import Care, LeftGiven
from jimu.field.transfer.models import Transfer
from jimu.field.transfer.scenes import Given
from jimu.grid.models import Unit
from jimu.people.models import Person

#: Why, hours since the list, how far it came, who or what is left.
MOVED: tuple[tuple[str, float, str, tuple[LeftGiven, ...]], ...] = (
    ("positive", 30, "arrived", (LeftGiven("pet", "一只橘猫，一天喂两次，猫粮在阳台"),)),
    ("close", 9, "boarded", (LeftGiven("elder", "母亲 82 岁，一天三顿饭，早晚吃降压药"), LeftGiven("utility", "煤气总阀没关，要进门关"))),
    ("close", 8, "seated", (LeftGiven("medicine", "父亲要按时打胰岛素"),)),
    ("close", 6, "ready", ()),
    ("secondary", 5, "told", ()),
    ("secondary", 4, "refused", ()),
    ("close", 1, "listed", ()),
)


def move(*, actor: Actor, at: datetime) -> int:
    """Move some of the ledger's residents; nothing when somebody was moved before. Returns how many are on the list."""
    place = Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD, retired_at=None).order_by("path").first()
    if place is None or Transfer.objects.exists():
        return 0
    people = _residents(place, at)
    hands = list(Person.objects.filter(unit=place, active=True).order_by("sort_name")[3:6])
    if len(people) < len(MOVED) or len(hands) < 3:
        return 0
    with transaction.atomic():
        hotel = runs.add_destination(actor=actor, at=at - timedelta(hours=40), unit_id=place.pk, name="示例隔离酒店", has=["pregnant"], beds=80)
        runs.add_destination(actor=actor, at=at - timedelta(hours=40), unit_id=place.pk, name="示例定点医院", has=["dialysis", "oxygen", "pregnant"])
        for resident, (why, hours, far, left) in zip(people, MOVED, strict=False):
            _come(_Told(actor, at, hours, place, hotel.pk, hands), resident, why, far, left)
    return len(MOVED)


def _residents(place: Unit, at: datetime) -> list[Resident]:
    """Grown-ups, one of each flat, who want nothing of a vehicle."""
    rows = Resident.objects.filter(room__building__path__startswith=place.path, left_at=None, priority=False, birth_year__lte=at.year - 25, birth_year__gte=at.year - 65)
    found: dict[Any, Resident] = {}
    for one in rows.select_related("room__building").order_by("room__building__path", "room__number"):
        found.setdefault(one.room_id, one)
    return list(found.values())[4 : 4 + len(MOVED)]


class _Told:
    """When and by whom things of one were done."""

    def __init__(self, actor: Actor, at: datetime, hours: float, place: Unit, hotel: Any, hands: list[Person]) -> None:
        self.actor, self.now, self.began, self.place, self.hotel = actor, at, at - timedelta(hours=hours), place, hotel
        self.escort, self.keeper, self.second = (replace(actor, person_id=one.pk, name=one.name) for one in hands)

    def when(self, share: float) -> datetime:
        """A moment between the list and now."""
        return self.began + (self.now - self.began) * share


def _come(told: _Told, resident: Resident, why: str, far: str, left: tuple[LeftGiven, ...]) -> None:
    one = listing.add(actor=told.actor, at=told.began, resident_id=resident.pk, why=why, source="样例名单")
    if far == "listed":
        return
    if far == "refused":
        _act(told, one, "refuse", 0.3, note="担心家里老人没人管，要先说清楚谁来照看")
        return
    _act(told, one, "told", 0.1)
    if far == "told":
        return
    leaving.answer(actor=told.actor, at=told.when(0.12), transfer_id=one.pk, left=left, nobody_why="其他家人都在，能照顾自己")
    _act(told, one, "prepare", 0.2, packed=tuple(range(5)), note="")
    if far == "ready":
        return
    leaves = told.when(0.4) if far != "seated" else told.now + timedelta(minutes=40)
    vehicle = runs.Vehicle(told.place.pk, told.hotel, f"沪A·样例{Transfer.objects.count()}", 6, max(leaves, told.when(0.25)), "示例师傅", "13900002000", ["wheelchair"])
    run = runs.make(actor=told.actor, at=told.when(0.25), vehicle=vehicle, transfer_ids=[one.pk])
    if told.escort.person_id is not None:
        runs.man(actor=told.actor, at=told.when(0.26), run_id=run.pk, people=[told.escort.person_id])
    if far == "seated":
        return
    custody.collect(actor=told.escort, at=told.when(0.35), transfer_id=one.pk, note="门口当面收下")
    runs.came(actor=told.escort, at=told.when(0.4), run_id=run.pk)
    _act(told, one, "board", 0.45 if far == "arrived" else 0.8)
    if far == "arrived":
        _act(told, one, "hand", 0.55, receiver="示例护士", papers=True)
        return
    # The mother is looked after; nobody was named to turn the gas off.
    mother = one.dependants.get(kind="elder")
    care = Care(told.now + timedelta(days=5), told.now + timedelta(hours=2), person_id=told.keeper.person_id)
    leaving.name_caretaker(actor=told.actor, at=told.when(0.85), dependant_id=mother.pk, care=care)


def _act(told: _Told, one: Transfer, name: str, share: float, **given: Any) -> None:
    actor = told.escort if name in ("board", "hand") else told.actor
    acting.act(actor=actor, at=told.when(share), transfer_id=one.pk, name=name, given=Given(**given))
