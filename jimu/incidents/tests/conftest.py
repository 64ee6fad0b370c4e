"""A small subdistrict with the playbook of the playbooks' own tests (snow: shovel, watch; elders at red).

甲一 has 900 households and 甲二 600, so blue takes 12 and 8 shovellers; 乙一 has 300. Everybody on the lists lives in 甲一.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.errors import JimuError
from jimu.core.permissions import SYSTEM, Actor
from jimu.grid.models import Unit
from jimu.incidents.actions import activate
from jimu.incidents.models import Incident
from jimu.people.models import Affiliation, Person
from jimu.playbooks.tests.conftest import SMALL

DAY = date(2026, 4, 6)
NOW = clock.at_minute(DAY, 600)
FACTS = {"buildings": 20, "blocks": 2, "elders": 300, "elders_living_alone": 45}


@contextmanager
def refused(error: type[JimuError], code: str) -> Iterator[pytest.ExceptionInfo[JimuError]]:
    """Expect a refusal of this class and code."""
    with pytest.raises(error) as found:
        yield found
    assert found.value.code == code


@dataclass
class World:
    """Handles of the subdistrict."""

    top: Unit
    zones: dict[str, Unit]
    units: dict[str, Unit]
    accounts: dict[str, Account] = field(default_factory=dict)

    def account(self, role: str, unit: Unit | None = None) -> Account:
        """An account with a role on a unit, the whole subdistrict when none is named."""
        account = Account.objects.create_user(username=f"{role}{len(self.accounts)}", password="long-enough-1", display_name=f"{role}甲")
        Grant.objects.create(account=account, role=role, unit=unit or self.top)
        self.accounts[account.username] = account
        return account

    def actor(self, role: str, unit: Unit | None = None) -> Actor:
        """The actor of such an account."""
        return actor_of(self.account(role, unit))

    def activate(self, **more: Any) -> Incident:
        """Snow at blue over the whole subdistrict, unless said otherwise."""
        given = {"actor": SYSTEM, "at": NOW, "playbook_name": "snow", "level": "blue", "unit_id": self.top.pk, **more}
        return activate(**given)


def child(parent: Unit, kind: str, name: str, **facts: int) -> Unit:
    fresh = Unit.objects.get(pk=parent.pk)
    return Unit.objects.add_child(fresh, {"kind": kind, "name": name, "short_name": name.removesuffix("居民区"), **facts})


@pytest.fixture
def world(db, settings, tmp_path: Path) -> World:
    settings.JIMU_HOME = tmp_path
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "snow.v1.yaml").write_text(SMALL, encoding="utf-8")
    top = Unit.objects.add_root({"kind": Unit.Kind.SUBDISTRICT, "name": "和风街道", "short_name": "和风"})
    zones = {name: child(top, Unit.Kind.ZONE, name) for name in ("甲片区", "乙片区")}
    units = {
        name: child(zones[zone], Unit.Kind.NEIGHBORHOOD, f"{name}居民区", households=households, residents=households * 2, **FACTS)
        for zone, name, households in (("甲片区", "甲一", 900), ("甲片区", "甲二", 600), ("乙片区", "乙一", 300))
    }
    found = World(Unit.objects.get(pk=top.pk), {n: Unit.objects.get(pk=z.pk) for n, z in zones.items()}, units)
    for n in range(6):
        person = Person.objects.create(name=f"人{n}", unit=units["甲一"], created_at=NOW, updated_at=NOW, minor=n == 5)
        Affiliation.objects.create(person=person, kind="property" if n < 2 else "volunteer")
    return found


@pytest.fixture
def running(world: World) -> Incident:
    """The incident of `world.activate()`."""
    return world.activate()
