"""From nothing to a subdistrict at work: each step is done once, in order, and skipped when it stands already.

The sample's story ends at the moment of the start: the lists came in and the order was given on the evening before
the roster's first day. An interrupted start goes on with the step that was not finished.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core import clock
from jimu.core.permissions import SYSTEM
from jimu.demo import assembled, logins, medicated, mobilized, needed, screened, transferred
from jimu.demo.leaders import appoint_leaders
from jimu.demo.ledger import keep_ledger
from jimu.demo.lively import enliven
from jimu.demo.logins import Login
from jimu.demo.office import make_office
from jimu.demo.sheets import write_office
from jimu.demo.supplied import keep_store
from jimu.demo.telling import Teller
from jimu.grid.actions import found_subdistrict
from jimu.grid.models import Unit
from jimu.grid.tree_actions import arrange_zones
from jimu.incidents.actions import activate, prolong
from jimu.incidents.models import Incident
from jimu.people.intake_actions import intake
from jimu.people.models import Person, UnitLeader
from jimu.roster import actions, problem, solving
from jimu.roster.models import Roster

SUBDISTRICT = "听澜街道"
ZONES = ("东片区", "南片区", "西片区", "北片区")
DAYS = 14
# Before the first shift of the day, the night that is on began the evening before.
FIRST_SHIFT_HOUR = 8


@dataclass(frozen=True)
class Scale:
    """How large the sample is (1 is about 7,900 people) and how long its roster may be worked on."""

    size: float = 1.0
    seconds: float = 45


class Story:
    """When things of the sample happened, told back from the roster's first day."""

    def __init__(self, at: datetime) -> None:
        local = timezone.localtime(at)
        self.first_day: date = local.date() - timedelta(days=local.hour < FIRST_SHIFT_HOUR)

    def eve(self, hour: int, minute: int = 0) -> datetime:
        """A time of the evening before."""
        return clock.at_minute(self.first_day - timedelta(days=1), hour * 60 + minute)


Step = Callable[[datetime, Teller, Scale], None]


def prepare_demo(*, at: datetime, teller: Teller, scale: Scale) -> list[Login]:
    """Bring the sample to where it can be shown; returns the logins. What stands already is kept.

    Raises OwnData for a home with data that is not the sample's.
    """
    logins.claim()
    if not Roster.objects.filter(state=Roster.State.PUBLISHED).exists():
        teller.say(_("首次准备约需一两分钟（排班最多算 {seconds:.0f} 秒），以后再启动只要几秒。").format(seconds=scale.seconds))
    for sentence, step in BEFORE:
        with teller.during(str(sentence)):
            step(at, teller, scale)
    with teller.during(_("正在开演示账号")):
        opened = logins.open_accounts(Story(at).eve(17))
    for sentence, step in AFTER:
        with teller.during(str(sentence)):
            step(at, teller, scale)
    return opened


def _people(at: datetime, teller: Teller, scale: Scale) -> None:
    if Person.objects.exists():
        return
    found_subdistrict(actor=SYSTEM, at=Story(at).eve(15), name=SUBDISTRICT)
    folder = Path(settings.JIMU_HOME) / "sample-office"
    paths = write_office(make_office(scale=scale.size), folder)
    teller.say(_("写好 {n} 份样例名单，在 {folder}，正在导入").format(n=len(paths), folder=folder.name))
    outcome = intake(actor=SYSTEM, at=Story(at).eve(15), paths=paths, progress=lambda share, note: teller.step(note))
    found = outcome.as_dict()
    teller.say(_("已导入 {people} 人、{places} 个居民区").format(people=found["people"], places=found["neighborhoods"]))


def _grid(at: datetime, teller: Teller, scale: Scale) -> None:
    if not Unit.objects.filter(kind=Unit.Kind.ZONE).exists():
        places = list(Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD).order_by("path").values_list("pk", flat=True))
        cuts = [len(places) * n // len(ZONES) for n in range(len(ZONES) + 1)]
        shares = {zone: places[cuts[n] : cuts[n + 1]] for n, zone in enumerate(ZONES)}
        arrange_zones(actor=SYSTEM, at=Story(at).eve(16), root=Unit.objects.get(depth=1), zones=shares)
    if not UnitLeader.objects.filter(unit__kind=Unit.Kind.ZONE).exists():
        count = appoint_leaders(Story(at).eve(16, 20))
        teller.say(_("网格已分片，{n} 个负责人和副手已落到片区、居民区、网格块、楼栋").format(n=count))


def _incident(at: datetime, teller: Teller, scale: Scale) -> None:
    if Incident.objects.exists():
        return
    root, when = Unit.objects.get(depth=1), Story(at).eve(19)
    incident = activate(actor=logins.commander(), at=when, playbook_name="epidemic-lockdown", level="lockdown", unit_id=root.pk)
    teller.say(_("已启动预案：{title}").format(title=incident.title))


def _ledger(at: datetime, teller: Teller, scale: Scale) -> None:
    keep_ledger(actor=logins.commander(), at=Story(at).eve(17, 30), buildings=24 if scale.size >= 1 else 4)


def _training(at: datetime, teller: Teller, scale: Scale) -> None:
    assembled.train(actor=logins.commander(), eve=Story(at).eve(17))


def _teams(at: datetime, teller: Teller, scale: Scale) -> None:
    incident = _active()
    formed = incident and assembled.form(actor=logins.commander(), at=Story(at).eve(19, 10), incident=incident)
    if formed:
        teller.say(_("已组成 {teams} 支队伍，{seated} 个席位有了人，还空 {open} 个").format(teams=formed.teams, seated=formed.seated, open=formed.open))


def _mobilized(at: datetime, teller: Teller, scale: Scale) -> None:
    incident, eve = _active(), Story(at).eve(19, 20)
    if incident:
        mobilized.order(actor=logins.commander(), at=eve, now=at, incident=incident)
        mobilized.help_asked(actor=logins.commander(), at=eve + timedelta(minutes=30), incident=incident)
        mobilized.promised(at=eve)


def _needs(at: datetime, teller: Teller, scale: Scale) -> None:
    asked = needed.ask(actor=logins.commander(), at=at)
    if asked:
        teller.say(_("居民报来 {n} 件诉求").format(n=asked))


def _screening(at: datetime, teller: Teller, scale: Scale) -> None:
    scanned = screened.screen(actor=logins.commander(), at=at)
    if scanned:
        teller.say(_("一轮核酸筛查做了一半，已扫 {n} 人").format(n=scanned))
def _supplies(at: datetime, teller: Teller, scale: Scale) -> None:
    portions = keep_store(actor=logins.commander(), at=at)
    if portions:
        teller.say(_("{n} 份蔬菜包在送往各楼的路上").format(n=portions))


def _medicine(at: datetime, teller: Teller, scale: Scale) -> None:
    asked = medicated.fetch(actor=logins.commander(), at=at)
    if asked:
        teller.say(_("居民登记了 {n} 单配药").format(n=asked))


def _transfer(at: datetime, teller: Teller, scale: Scale) -> None:
    moved = transferred.move(actor=logins.commander(), at=at)
    if moved:
        teller.say(_("转运名单上有 {n} 人，一户的煤气还没人去关").format(n=moved))


def _active() -> Incident | None:
    return Incident.objects.filter(state=Incident.State.ACTIVE).order_by("activated_at").first()


def _roster(at: datetime, teller: Teller, scale: Scale) -> None:
    """A roster that is in force now, unless somebody stood the incident down."""
    incident = _active()
    if incident is None or _in_force(incident, at):
        return
    story, commander = Story(at), logins.commander()
    if incident.ends_on < story.first_day:
        prolong(actor=commander, at=story.eve(19, 30), incident_id=incident.pk, ends_on=story.first_day + timedelta(days=DAYS), reason="示例继续")
    roster = Roster.objects.filter(incident=incident, state=Roster.State.DRAFT, first_day=story.first_day, created_by=commander.name).first()
    if roster is None:
        roster = actions.draft_roster(actor=commander, at=story.eve(20), incident_id=incident.pk, first_day=story.first_day, days=DAYS)
    if not roster.solved_at:
        teller.say(_("正在排 {days} 天的班，最多算 {seconds:.0f} 秒").format(days=DAYS, seconds=scale.seconds))
        roster = _solve(roster, story, teller, scale)
    for sentence in solving.outcome_sentences(roster):
        teller.say(sentence)
    teller.step(_("正在发布排班，写好给每个人的通知"))
    actions.publish(actor=commander, at=story.eve(21, 30), roster_id=roster.pk, expected_version=roster.version)


def _in_force(incident: Incident, at: datetime) -> bool:
    roster = Roster.objects.filter(incident=incident, state=Roster.State.PUBLISHED).first()
    return roster is not None and roster.first_day + timedelta(days=roster.days) > Story(at).first_day


def _solve(roster: Roster, story: Story, teller: Teller, scale: Scale) -> Roster:
    """Solved as the button does it, at the time of the story."""
    commander = logins.commander()
    built = problem.build(roster, at=story.eve(20))
    limits = solving.Limits(seconds=scale.seconds, workers=2, seed=1)
    outcome = solving.solved(built, limits, lambda seen: teller.step(seen.sentence()))
    return actions.store_solution(
        actor=commander, at=story.eve(21), roster_id=roster.pk, expected_version=roster.version, outcome=outcome
    )


def _lively(at: datetime, teller: Teller, scale: Scale) -> None:
    enliven(at)


#: What is done before the accounts are opened and after, in order, with what is said while it lasts.
BEFORE: Sequence[tuple[Promise, Step]] = ((gettext_lazy("正在写样例名单、导入人员"), _people), (gettext_lazy("正在划分网格、落实负责人"), _grid))
AFTER: Sequence[tuple[Promise, Step]] = (
    (gettext_lazy("正在登记楼栋和住户"), _ledger), (gettext_lazy("正在记培训和证书"), _training), (gettext_lazy("正在启动预案"), _incident),
    (gettext_lazy("正在组队"), _teams), (gettext_lazy("正在排班"), _roster), (gettext_lazy("正在下达命令、请求支援"), _mobilized),
    (gettext_lazy("正在记居民的诉求"), _needs), (gettext_lazy("正在做核酸筛查"), _screening), (gettext_lazy("正在发放物资"), _supplies),
    (gettext_lazy("正在登记配药"), _medicine), (gettext_lazy("正在安排转运"), _transfer), (gettext_lazy("正在给当班的人点名签到"), _lively),
)  # fmt: skip
