"""One round of 甲一居民区 under way at its site 东门, with people in three buildings; 南门 is another site of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from jimu.core.ids import new_id
from jimu.core.permissions import SYSTEM, Actor
from jimu.field.households.actions import Given, add_resident
from jimu.field.households.models import Resident, Room
from jimu.field.households.tests.conftest import door
from jimu.field.screening import scanning, setting_up
from jimu.field.screening.codes import PERSON, code_of
from jimu.field.screening.models import Round, Scan, Site, Tube
from jimu.field.screening.scanning import Act, Told
from jimu.field.screening.setting_up import Wanted
from jimu.grid.tests.town import AT, ID_NUMBER, Town, build

__all__ = ["AT", "ID_NUMBER", "Given", "Town", "add_resident"]
MINUTE = timedelta(minutes=1)
NAMES = ("周桂英", "周建国", "吴敏", "郑强", "王秀兰", "冯刚", "陈静", "褚明", "卫红", "蒋芳", "沈丽", "韩梅")


@dataclass
class Yard:
    """A round at work."""

    town: Town
    round: Round
    site: Site
    other: Site
    people: list[Resident]

    def act(self, person: "Resident | str | None" = None, tube: str = "T1", *, minutes: float = 1, **more: Any) -> Act:
        """A scan (a seal without a person); `minutes` after the round began."""
        at = more.pop("at", AT + timedelta(minutes=minutes))
        code = code_of(PERSON, person.pk) if isinstance(person, Resident) else person or ""
        given = {"site_id": self.site.pk, "received_at": at, "act": "scan" if person is not None else "seal", "code": code}
        return Act(**{"id": new_id(), "round_id": self.round.pk, "tube": tube, "at": at, **given, **more})

    def scan(self, person: "Resident | str", tube: str = "T1", *, actor: Actor = SYSTEM, **more: Any) -> Told:
        return scanning.take(actor=actor, act=self.act(person, tube, **more))

    def seal(self, tube: str = "T1", *, minutes: float = 30, said: int = 0, actor: Actor = SYSTEM, **more: Any) -> Told:
        return scanning.take(actor=actor, act=self.act(None, tube, minutes=minutes, said=said, **more))

    def fill(self, tube: str = "T1", count: int = 10, *, first: int = 0) -> Tube:
        """A sealed tube of so many people."""
        for number, person in enumerate(self.people[first : first + count]):
            self.scan(person, tube, minutes=1 + number / 10)
        self.seal(tube, said=count)
        return self.tube(tube)

    def tube(self, code: str = "T1") -> Tube:
        return Tube.objects.get(round=self.round, code=code)

    def inside(self, code: str = "T1") -> list[Any]:
        return list(Scan.objects.filter(tube__code=code, struck_at=None, doubt="").order_by("at").values_list("resident", flat=True))


def populated(town: Town) -> list[Resident]:
    """Twelve people: two to a door of 1号楼, the last ones in 2号楼 and 3号楼."""
    homes: list[Room] = [door(town, "1号楼", f"{floor}01") for floor in range(1, 6)] + [door(town, "2号楼", "101"), door(town, "3号楼", "101")]
    found = []
    for number, name in enumerate(NAMES):
        home = homes[min(number // 2, 5)] if number < 11 else homes[6]
        found.append(add_resident(actor=SYSTEM, at=AT, room_id=home.pk, given=Given(name=name)))
    return found


def yard_of(town: Town, at: datetime = AT, *, pool: int = 10) -> Yard:
    """The round, begun."""
    people = populated(town)
    site, other = (setting_up.open_site(actor=SYSTEM, at=at, unit_id=town["甲一居民区"].pk, name=name) for name in ("东门", "南门"))
    wanted = Wanted(town["甲一居民区"].pk, "第1轮", at, [site.pk, other.pk], pool)
    made = setting_up.draft_round(actor=SYSTEM, at=at, wanted=wanted)
    return Yard(town, setting_up.begin(actor=SYSTEM, at=at, round_id=made.pk), site, other, people)


@pytest.fixture
def yard(db: None) -> Yard:
    return yard_of(build())
