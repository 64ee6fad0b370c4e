"""The sample's accounts: one for each role, with passwords drawn once for this home.

Passwords that everybody knows would open a sample that somebody puts on a network later, so each home draws its
own: short words of pinyin and four digits, easy to type, and locked out after a few wrong tries.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.accounts.actions import open_account
from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.accounts.rules import fresh_password
from jimu.core.errors import Conflict
from jimu.core.permissions import SYSTEM, Actor
from jimu.grid.models import Unit
from jimu.people.models import Person, UnitLeader

KEPT = "demo-logins.json"
COMMANDER = "zhihui"
ZONE_PREFIX = "pian"


class OwnData(Conflict):
    """The home holds people who are not of the sample."""

    code = "home_has_own_data"
    sentence = gettext_lazy("这个文件夹里已有您自己的数据，示例不会混进去。请换一个文件夹：JIMU_HOME=示例文件夹 make demo")


@dataclass(frozen=True)
class Login:
    """One demo account as it is printed."""

    username: str
    password: str
    name: str
    role: str
    unit: str


@dataclass(frozen=True)
class _Wanted:
    username: str
    name: str
    role: str
    unit: Unit
    person: Person | None = None


def claim() -> None:
    """Draw the passwords before anything else, so that an interrupted start finds them again.

    The file also marks the home as the sample's. Raises OwnData for a home with people and without it.
    """
    path = _kept()
    if path.exists():
        return
    if Person.objects.exists():
        raise OwnData
    usernames = [COMMANDER, "shuji", "kuaizhang", "louzhang", "duiyuan", "jiandu", *(f"{ZONE_PREFIX}{n}" for n in range(1, 5))]
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({name: fresh_password() for name in usernames}, file, indent=1)
    fresh.replace(path)


def open_accounts(at: datetime) -> list[Login]:
    """Open the accounts that are not open yet; returns the logins to show."""
    passwords, wanted = _passwords(), _wanted()
    standing = set(Account.objects.values_list("username", flat=True))
    for one in wanted:
        if one.username not in standing:
            open_account(
                actor=SYSTEM, at=at, username=one.username, password=passwords[one.username], display_name=one.name,
                role=one.role, unit=one.unit, person=one.person,
            )  # fmt: skip
    return opened()


def opened() -> list[Login]:
    """One login per role, for the reader."""
    passwords = _passwords()
    grants = Grant.objects.filter(account__username__in=passwords).exclude(account__username__startswith=ZONE_PREFIX)
    rows = {grant.account.username: grant for grant in grants.select_related("account", "unit")}
    return [
        Login(username, password, rows[username].account.display_name, rows[username].role, rows[username].unit.name)
        for username, password in passwords.items()
        if username in rows
    ]


def commander() -> Actor:
    """The commander of the sample, who gives its orders."""
    return actor_of(Account.objects.get(username=COMMANDER))


def zone_leaders() -> list[Actor]:
    """Those who look after the zones, in order."""
    rows = Account.objects.filter(username__startswith=ZONE_PREFIX).order_by("username")
    return [actor_of(account) for account in rows]


def _wanted() -> list[_Wanted]:
    root = Unit.objects.get(depth=1)
    home = Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD).order_by("path")[0]
    block = Unit.objects.filter(kind=Unit.Kind.BLOCK, path__startswith=home.path).order_by("path").first() or home
    building = Unit.objects.filter(kind=Unit.Kind.BUILDING, path__startswith=block.path).order_by("path").first() or block
    leaders = _leaders([home, block, building])
    member = Person.objects.filter(unit=home, affiliations__kind="party_member").order_by("sort_name", "pk").first()
    people = [
        _Wanted(COMMANDER, _("值班指挥长"), "commander", root),
        _led("shuji", "secretary", _("{unit}书记").format(unit=home.short_name), home, leaders),
        _led("kuaizhang", "block_leader", _("{unit}块长").format(unit=home.short_name), block, leaders),
        _led("louzhang", "building_leader", _("{unit}楼组长").format(unit=building.name), building, leaders),
        _Wanted("duiyuan", member.name if member else _("队员"), "member", home, member),
        _Wanted("jiandu", _("监督员"), "auditor", root),
    ]
    zones = list(Unit.objects.filter(kind=Unit.Kind.ZONE).order_by("path")[:4])
    at_zones = _leaders(zones)
    return people + [
        _led(f"{ZONE_PREFIX}{n}", "commander", _("{zone}片长").format(zone=zone.name), zone, at_zones) for n, zone in enumerate(zones, 1)
    ]


def _led(username: str, role: str, title: str, unit: Unit, leaders: dict[UUID, Person]) -> _Wanted:
    """The account of a unit's leader, under title and name."""
    person = leaders.get(unit.pk)
    return _Wanted(username, f"{title} {person.name}" if person else title, role, unit, person)


def _leaders(units: Sequence[Unit]) -> dict[UUID, Person]:
    """Leaders by unit. Who leads several of them is linked to one account only: the first."""
    rows = UnitLeader.objects.filter(unit__in=units, role=UnitLeader.Role.LEADER, until=None).select_related("person")
    found: dict[UUID, Person] = {}
    for row in rows.order_by("unit__path"):
        if row.person not in found.values():
            found[row.unit_id] = row.person
    return found


def _passwords() -> dict[str, str]:
    found: dict[str, str] = json.loads(_kept().read_text(encoding="utf-8"))
    return found


def _kept() -> Path:
    return Path(settings.JIMU_HOME) / KEPT
