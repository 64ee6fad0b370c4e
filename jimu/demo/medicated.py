"""Medicine of the sample: one out of insulin, cards collected, a trip under way, a bag half checked, one that is missing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from jimu.core.permissions import Actor
from jimu.field.medicine import acting, doors, registering, trips
from jimu.field.medicine.models import Order
from jimu.field.medicine.registering import Given, ItemGiven
from jimu.field.medicine.scenes import Given as ActGiven
from jimu.grid.models import Unit
from jimu.people.models import Person

#: Room, patient, drug, strength, days left, window, hours ago, how far it came.
ASKED = (
    ("502", "示例甲", "门冬胰岛素注射液", "3ml", 0, "general", 1.2, "registered"),
    ("1102", "示例乙", "硝苯地平控释片", "30mg", 2, "general", 5.0, "triaged"),
    ("301", "示例丙", "二甲双胍缓释片", "0.5g", 4, "general", 26.0, "collected"),
    ("203", "示例丁", "奥氮平片", "5mg", 1, "psychiatric", 20.0, "collected"),
    ("604", "示例戊", "甘精胰岛素注射液", "3ml", 1, "general", 9.0, "half"),
    ("405", "示例己", "阿托伐他汀钙片", "20mg", 6, "general", 30.0, "missing"),
)


def fetch(*, actor: Actor, at: datetime) -> int:
    """Open a door in one neighborhood and let its residents ask for medicine; nothing when somebody asked before. Returns how many did."""
    place = Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD, retired_at=None).order_by("path").first()
    if place is None or Order.objects.exists():
        return 0
    homes = list(Unit.objects.filter(path__startswith=place.path, kind=Unit.Kind.BUILDING).order_by("path")[: len(ASKED)])
    hands = list(Person.objects.filter(unit=place, active=True).order_by("sort_name")[:3])
    if not homes or len(hands) < 3:
        return 0
    runner, checker = (replace(actor, person_id=one.pk, name=one.name) for one in hands[:2])
    eve = at - timedelta(days=2)
    with transaction.atomic():
        doors.open_door(actor=actor, at=eve, unit_id=place.pk)
        hospital = trips.add_hospital(actor=actor, at=eve, unit_id=place.pk, name="示例区中心医院", windows=["oncology"])
        trips.add_hospital(actor=actor, at=eve, unit_id=place.pk, name="示例精神卫生中心", windows=["psychiatric"])
        going = _ask(actor, runner, at, homes, hospital.pk)
        made = at - timedelta(hours=3)
        trip = trips.make(
            actor=actor, at=made, unit_id=place.pk, hospital_id=hospital.pk, window="general", order_ids=[one.pk for one in going]
        )
        parts = zip(hands, ("fetch", "check", "pay"), strict=True)
        trips.man(actor=actor, at=made, trip_id=trip.pk, people=[(one.pk, part) for one, part in parts])
        _go(going[0], runner, at)
        acting.act(actor=checker, at=at - timedelta(hours=2), order_id=going[1].pk, name="take")
        gone = ActGiven(items=[item.pk for item in going[1].items.all()], note="医院暂时没有这个规格")
        acting.act(actor=checker, at=at - timedelta(hours=1), order_id=going[1].pk, name="missing", given=gone)
    return len(ASKED)


def _ask(actor: Actor, runner: Actor, at: datetime, homes: Sequence[Unit], hospital_id: UUID) -> list[Order]:
    """What residents asked for; returns the orders that a trip fetches."""
    going = []
    for number, (room, name, drug, strength, days, window, hours, far) in enumerate(ASKED):
        home, item = homes[number % len(homes)], ItemGiven(drug, 2, "", strength, days)
        given = Given(home.pk, room, name, [item], f"1390001{number:04d}", window)
        order = registering.register(actor=actor, at=at - timedelta(hours=hours), given=given)
        going += [order] * (far in ("half", "missing"))
        there = hospital_id if window == "general" else None
        _come(order, far, actor, runner, at - timedelta(hours=hours * 0.6), hospital_id=there)
    return going


def _come(order: Order, far: str, actor: Actor, runner: Actor, at: datetime, **more: Any) -> None:
    """As far as its card."""
    if far == "registered":
        return
    acting.act(actor=actor, at=at, order_id=order.pk, name="triage", given=ActGiven(**more))
    if far != "triaged":
        acting.act(
            actor=runner, at=at, order_id=order.pk, name="collect", given=ActGiven(things=["card", "book"])
        )


def _go(order: Order, runner: Actor, at: datetime) -> None:
    """Fetched and checked by one of two."""
    acting.act(actor=runner, at=at - timedelta(hours=2), order_id=order.pk, name="take")
    acting.act(
        actor=runner,
        at=at - timedelta(minutes=40),
        order_id=order.pk,
        name="fetch",
        given=ActGiven(total=18600, insurance=16740),
    )
    acting.act(actor=runner, at=at - timedelta(minutes=30), order_id=order.pk, name="check")
