"""From nothing to a subdistrict at work: each step is done once, in order, and skipped when it stands already."""

import json
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from jimu.accounts.actions import open_account
from jimu.accounts.models import Account
from jimu.core import clock
from jimu.core.errors import JimuError
from jimu.core.permissions import SYSTEM
from jimu.demo.office import make_office
from jimu.demo.sheets import write_office
from jimu.grid.actions import arrange_zones
from jimu.grid.models import Unit
from jimu.incidents.actions import activate
from jimu.incidents.models import Incident
from jimu.people.intake_actions import intake
from jimu.people.models import Person
from jimu.roster import actions as roster_actions
from jimu.roster import solving
from jimu.roster.models import Assignment, CheckIn, Roster

Say = Callable[[str], None]
ZONES = ("东片区", "南片区", "西片区", "北片区")
DAYS = 14
# The last in ten have not arrived yet, so that the board has something to watch.
ARRIVED_OF_TEN = 9


@dataclass(frozen=True)
class Login:
    """One demo account as it is printed."""

    username: str
    password: str
    name: str
    role: str
    unit: str


def prepare_demo(*, at: datetime, say: Say, solve_seconds: float, scale: float = 1.0) -> list[Login]:
    """Bring the demonstration to where it can be shown; returns the logins. What stands already is kept."""
    if not Person.objects.exists():
        _load_people(at, say, scale)
    root = Unit.objects.get(depth=1)
    if not Unit.objects.filter(kind=Unit.Kind.ZONE).exists():
        _arrange(at, root)
    logins = _open_accounts(at)
    incident = Incident.objects.order_by("activated_at").last()
    if incident is None:
        say(_("启动预案：疫情封控"))
        incident = activate(actor=SYSTEM, at=at, playbook_name="epidemic-lockdown", level="lockdown", unit_id=root.pk)
    if not Roster.objects.filter(state=Roster.State.PUBLISHED).exists() and incident.state == Incident.State.ACTIVE:
        _roster(at, incident, say, solve_seconds)
    if not CheckIn.objects.exists():
        _check_in(at)
    return logins


def _load_people(at: datetime, say: Say, scale: float) -> None:
    folder = Path(settings.JIMU_HOME) / "sample-office"
    say(_("生成样例名单：{folder}").format(folder=folder.name))
    paths = write_office(make_office(scale=scale), folder)
    say(_("导入 {n} 个文件").format(n=len(paths)))
    outcome = intake(actor=SYSTEM, at=at, paths=paths)
    found = outcome.as_dict()
    say(_("已导入 {people} 人、{places} 个居民区").format(people=found["people"], places=found["neighborhoods"]))


def _arrange(at: datetime, root: Unit) -> None:
    places = list(Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD).order_by("path").values_list("pk", flat=True))
    shares = {zone: places[len(places) * n // len(ZONES) : len(places) * (n + 1) // len(ZONES)] for n, zone in enumerate(ZONES)}
    arrange_zones(actor=SYSTEM, at=at, root=root, zones=shares)


def _open_accounts(at: datetime) -> list[Login]:
    """The demo accounts, with passwords drawn once and kept in a file that only this user reads."""
    kept = Path(settings.JIMU_HOME) / "demo-logins.json"
    if kept.exists():
        return [Login(**row) for row in json.loads(kept.read_text(encoding="utf-8"))]
    root = Unit.objects.get(depth=1)
    home = Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD).order_by("path")[0]
    block = Unit.objects.filter(kind=Unit.Kind.BLOCK, path__startswith=home.path).order_by("path").first() or home
    wanted = [
        ("zhihui", _("值班指挥长"), "commander", root),
        ("shuji", _("{place}书记").format(place=home.short_name), "secretary", home),
        ("kuaizhang", _("{place}块长").format(place=home.short_name), "block_leader", block),
        ("jiandu", _("监督员"), "auditor", root),
    ]
    logins = []
    for username, name, role, unit in wanted:
        if Account.objects.filter(username=username).exists():
            continue
        password = secrets.token_urlsafe(8)
        open_account(actor=SYSTEM, at=at, username=username, password=password, display_name=name, role=role, unit=unit)
        logins.append(Login(username, password, name, role, unit.name))
    with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump([asdict(login) for login in logins], file, ensure_ascii=False, indent=1)
    return logins


def _roster(at: datetime, incident: Incident, say: Say, seconds: float) -> None:
    # Before the morning shift the night shift that is on began yesterday.
    local = at.astimezone(clock.at_minute(clock.today(), 0).tzinfo)
    first_day = clock.today() - timedelta(days=1 if local.hour < 8 else 0)
    Roster.objects.filter(incident=incident, state=Roster.State.DRAFT).delete()
    roster = roster_actions.draft_roster(actor=SYSTEM, at=at, incident_id=incident.pk, first_day=first_day, days=DAYS)
    say(_("排班：{days} 天，最多算 {seconds:.0f} 秒").format(days=DAYS, seconds=seconds))
    limits = solving.Limits(seconds=seconds, workers=2, seed=1)
    roster = solving.solve_now(actor=SYSTEM, roster_id=roster.pk, limits=limits, show=lambda seen: say(seen.sentence()))
    for sentence in solving.outcome_sentences(roster):
        say(sentence)
    roster_actions.publish(actor=SYSTEM, at=clock.now(), roster_id=roster.pk, expected_version=roster.version)


def _check_in(at: datetime) -> None:
    """Nine of ten whose shift is on have signed in, one has not come yet."""
    on_now = Assignment.objects.filter(shift__roster__state=Roster.State.PUBLISHED, shift__starts_at__lte=at, shift__ends_at__gt=at)
    for number, pk in enumerate(on_now.order_by("shift__starts_at", "pk").values_list("pk", flat=True)):
        if number % 10 < ARRIVED_OF_TEN:
            try:
                roster_actions.mark(actor=SYSTEM, at=at, assignment_id=pk, mark=CheckIn.Mark.ARRIVED)
            except JimuError as error:
                sys.stderr.write(f"{error}\n")
                return
