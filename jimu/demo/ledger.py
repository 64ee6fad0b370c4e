"""The sample's ledger: the first buildings of the first neighborhood, with residents who do not exist."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from openpyxl import Workbook

from jimu.core.errors import JimuError
from jimu.core.ids import new_id
from jimu.core.permissions import SYSTEM, Actor
from jimu.demo import names
from jimu.demo.logins import zone_leaders
from jimu.field.households import case_actions, form_sample, referral_actions, zone_actions, zone_queries
from jimu.field.households.case_queries import HEALTH
from jimu.field.households.form_actions import Filling, import_form, keep_answers
from jimu.field.households.form_rules import ENTRY
from jimu.field.households.import_actions import import_ledger
from jimu.field.households.models import Case, Contact, Resident, Room, Round, ZonePolicy
from jimu.field.households.round_actions import Knock, knock_all, open_round
from jimu.grid.models import Unit
from jimu.grid.queries import neighborhoods

HEADER = ["楼栋", "楼层", "室号", "姓名", "与户主关系", "联系电话", "出生年月", "重点人群", "合用厨房", "备注"]
FLOORS, DOORS = 5, 4
BASIS = "样例：疫情防控通告第 1 号"
#: Household sizes and how often they come, of the country's census.
SIZES, WEIGHTS = (1, 2, 3, 4, 5), (28, 34, 22, 10, 6)
GROUPS = ("独居老人", "高龄", "长期服药", "残疾", "孕妇", "血液透析", "婴幼儿")
#: How contacts who live in other neighborhoods were told of.
ELSEWHERE = ("菜场卖豆腐的老陈，住 3 号楼二楼", "一起打牌的李阿姨，住哪一栋说不清")
#: Door of the first building, minutes after the first, what was answered; at the first door two pairs asked.
SAID: tuple[tuple[int, int, dict[str, Any]], ...] = (
    (0, 0, {"people": 3, "unwell": [("儿子", 38.2, "yes")], "goods": ["vegetables"]}),
    (1, 6, {"people": 2, "days_left": 3, "care": ["elder"], "goods": ["grain"]}),
    (2, 11, {"people": 4, "unwell": [("外婆", 37.6, "no"), ("小孙女", 38.9, "yes")], "care": ["infant"], "goods": ["milk", "nappies"]}),
    (3, 15, {"people": 1, "care": ["elder"]}),
    (0, 25, {"people": 3, "unwell": [("妈妈", 37.4, "no")], "days_left": 5}),
)
# What the round found in the first building.
FOUND = (("answered", 13), ("second", 3), ("empty", 2), ("refused", 1), ("moved", 1))


def keep_ledger(*, actor: Actor, at: datetime, buildings: int) -> int:
    """Bring the ledger in unless it is there; returns how many rooms it has."""
    home = Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD).order_by("path")[0]
    if not Room.objects.exists():
        folder = Path(settings.JIMU_HOME) / "sample-ledger"
        folder.mkdir(exist_ok=True)
        import_ledger(actor=SYSTEM, at=at, unit_id=home.pk, paths=[_written(folder / "住户台账.xlsx", home, buildings)])
    if not Round.objects.exists():
        with transaction.atomic():
            _knock(actor, at)
    if not ZonePolicy.objects.exists():
        with transaction.atomic():
            _close_a_building(actor, at)
    return Room.objects.count()


def _close_a_building(actor: Actor, at: datetime) -> None:
    """Somebody of an old house with shared kitchens is ill on the third day of its closure; the house beside it is watched."""
    root, today = Unit.objects.get(depth=1), zone_queries.today(at)
    zone_actions.adopt_policy(actor=SYSTEM, at=at, unit_id=root.pk, name="three-zones-2022-05", effective_from=today, legal_basis=BASIS)
    homes = Resident.objects.filter(left_at=None).exclude(room__kitchen="").order_by("room__building__path", "room__number", "pk").select_related("room__building")
    ill = homes.first()
    if ill is None:
        return
    found = case_actions.record_case(actor=SYSTEM, at=at, resident_id=ill.pk, found_on=today - timedelta(days=2), legal_basis=BASIS)
    near = list(Contact.objects.filter(case=found, reason="household").values_list("pk", flat=True))
    if near:
        case_actions.judge(actor=actor, at=at, case_id=found.pk, contact_ids=near, confirm=True)
    beside = Unit.objects.filter(kind=Unit.Kind.BUILDING, path__startswith=ill.room.building.path[:-4]).exclude(pk=ill.room.building_id).order_by("path")[:2]
    _elsewhere(actor, at, found, ill)
    if beside:
        zone_actions.set_zones(actor=SYSTEM, at=at, building_ids=[one.pk for one in beside], track="controlled", day_one=today, legal_basis=BASIS)


def _elsewhere(actor: Actor, at: datetime, case: Case, ill: Resident) -> None:
    """Contacts who live elsewhere: one in another building, one in the next neighborhood who waits to be taken up, one whom nobody knows there."""
    near, when = Contact.Kind.CLOSE.value, zone_queries.today(at) - timedelta(days=3)
    others = Resident.objects.filter(left_at=None).exclude(room__building=ill.room.building).order_by("room__building__path", "room__number", "pk")
    other = others.first()
    if other is not None:
        referral_actions.add_contact(actor=actor, at=at, case_id=case.pk, resident_id=other.pk, kind=near, setting="meal", exposed_on=when)
    away = [place for place in neighborhoods() if not ill.room.building.path.startswith(place.path)]
    for place, words, setting, known in zip(away, ELSEWHERE, ("work", "visit"), (True, False), strict=False):
        sent = referral_actions.refer(actor=actor, at=at, case_id=case.pk, unit_id=place.pk, words=words, kind=near, setting=setting, exposed_on=when)
        if not known:
            there = next((one for one in zone_leaders() if one.may(HEALTH, place.path)), actor)
            referral_actions.refuse(actor=there, at=at + timedelta(minutes=40), referral_id=sent.pk, why="absent")


def _written(path: Path, home: Unit, buildings: int) -> Path:
    dice, book = random.Random(7), Workbook(write_only=True)
    sheet = book.create_sheet("住户台账")
    sheet.append(HEADER)
    for building in Unit.objects.filter(kind=Unit.Kind.BUILDING, path__startswith=home.path).order_by("path")[:buildings]:
        old = dice.random() < 0.3
        for floor in range(1, FLOORS + 1):
            for door in range(1, DOORS + 1):
                # In old houses a floor shares its kitchen.
                _household(sheet, dice, [building.name, floor, f"{floor}0{door}"], f"{floor}层灶间" if old else "")
    book.save(path)
    return path


def _household(sheet: object, dice: random.Random, place: list[object], kitchen: str) -> None:
    if dice.random() < 0.05:
        sheet.append([*place, "", "", "", "", "", kitchen, "空置"])  # type: ignore[attr-defined]
        return
    surname = dice.choice(names.SURNAMES)
    for member in range(dice.choices(SIZES, WEIGHTS)[0]):
        called = (surname if member != 1 else dice.choice(names.SURNAMES)) + "".join(dice.choices(names.GIVEN, k=2))
        phone = f"199{dice.randrange(10**8):08}" if member < 2 else ""
        born = f"{dice.randint(1936, 1995) if member < 2 else dice.randint(1990, 2020)}年{dice.randint(1, 12)}月"
        group = dice.choice(GROUPS) if dice.random() < 0.12 else ""
        sheet.append([*place, called, "户主" if member == 0 else "家人", phone, born, group, kitchen, ""])  # type: ignore[attr-defined]


def _knock(actor: Actor, at: datetime) -> None:
    building = Unit.objects.filter(rooms__isnull=False).order_by("path").distinct()[0]
    block = Unit.objects.get(path=building.path[: -len("0000")])
    path = Path(settings.JIMU_HOME) / "sample-ledger" / form_sample.NAME
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(form_sample.workbook())
    version, _reading = import_form(actor=SYSTEM, at=at, unit_id=Unit.objects.get(depth=1).pk, path=path)
    found = open_round(actor=actor, at=at, unit_id=block.pk, title="底数排摸", pairs=3, form_id=version.form_id)
    rooms = Room.objects.filter(building=building).order_by("number").values_list("pk", flat=True)
    results = [result for result, count in FOUND for _n in range(count)]
    told = [Knock(new_id(), found.pk, room, result, at + timedelta(minutes=2 * n)) for n, (room, result) in enumerate(zip(rooms, results, strict=False), 1)]
    knock_all(actor=actor, told=told)
    sheets = [Filling(new_id(), found.pk, rooms[door], version.pk, _sheet(**said), at + timedelta(minutes=60 + minutes)) for door, minutes, said in SAID]
    for refused in keep_answers(actor=actor, told=sheets):
        if isinstance(refused, JimuError):
            raise refused


def _sheet(people: int, days_left: int | None = None, unwell: Sequence[tuple[str, float, str]] = (), care: Sequence[str] = (), goods: Sequence[str] = ()) -> dict[str, Any]:
    """What one household answered."""
    asked = {"people": people, "care": list(care), "goods": list(goods), "medicine_out": "no" if days_left is None else "yes"}
    ill = [{ENTRY: str(new_id()), "who": who, "temperature": heat, "to_doctor": doctor} for who, heat, doctor in unwell]
    return {**asked, **({} if days_left is None else {"days_left": days_left}), **({"unwell": ill} if ill else {})}
