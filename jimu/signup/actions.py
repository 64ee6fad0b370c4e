"""Writes of campaigns: open, close, a fresh address, and the end of what was kept. What people send in: `applying.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import clock, journal, live, locks
from jimu.core.errors import Conflict, Invalid
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM, Actor
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for
from jimu.people.words import SKILL_WORDS
from jimu.playbooks import library
from jimu.signup import queries, rules
from jimu.signup.models import Campaign

TOPIC = "signup"
OPENERS = (Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD)
LONGEST_DAYS = 180


@dataclass(frozen=True)
class Call:
    """What is asked of whom: a campaign to open. `posts` are codes of the playbook's posts that volunteers may take."""

    unit_id: UUID
    playbook: str
    title: str
    ask: str
    first_day: date
    last_day: date
    note: str = ""
    posts: Sequence[str] = ()
    skills: Sequence[str] = ()


def open_campaign(*, actor: Actor, at: datetime, call: Call) -> Campaign:
    """Open a call for help with an address of its own. Raises NotFound, NotPermitted, Invalid."""
    playbook, _text = library.find(call.playbook)
    _check(call, timezone.localdate(at))
    offered = {post["code"]: post for post in queries.posts_of(playbook)}
    if not set(call.posts) <= set(offered) or not set(call.skills) <= set(SKILL_WORDS):
        raise Invalid(_("所选岗位不在这份预案里，或不由志愿者担任。请刷新后重选。"), code="unknown_post")
    with transaction.atomic():
        unit = unit_for(actor, call.unit_id, "signup.open")
        if unit.kind not in OPENERS or unit.retired_at:
            raise Invalid(_("只有街道、片区和居民区可以开报名。"), code="wrong_kind_of_unit")
        made = Campaign.objects.create(
            code=rules.fresh_code(), unit=unit, playbook=playbook.name, title=call.title.strip()[:60], note=call.note.strip()[:200],
            ask=call.ask.strip()[:80], posts=[offered[code] for code in offered if code in call.posts], skills=sorted(call.skills),
            terms=playbook.signup.model_dump(), first_day=call.first_day, last_day=call.last_day, created_at=at, created_by=actor.name,
        )  # fmt: skip
        tell(actor, at, made, verb="signup.opened", data={"title": made.title, "until": made.last_day.isoformat()})
    return made


def _check(call: Call, today: date) -> None:
    if not call.title.strip() or not call.ask.strip():
        raise Invalid(_("请写标题，以及有疑问找谁（例如“居委会服务台”）。"), code="incomplete")
    if not call.posts and not call.skills:
        raise Invalid(_("请至少选一个需要的岗位或技能，大家才知道要做什么。"), code="nothing_wanted")
    if call.last_day < call.first_day or call.last_day < today:
        raise Invalid(_("截止日要在开始日之后，并且不早于今天。"), code="bad_days")
    if (call.last_day - call.first_day).days > LONGEST_DAYS:
        raise Invalid(_("一次报名最长 {n} 天，请改短，到期可以再开。").format(n=LONGEST_DAYS), code="too_long")
    if any(rules.names_a_person(words) for words in (call.title, call.note, call.ask)):
        raise Invalid(_("海报上不写个人的手机号或证件号。请写服务台的名称或座机。"), code="names_a_person")


def close_campaign(*, actor: Actor, at: datetime, campaign_id: UUID) -> Campaign:
    """No more is sent in; what was sent in can still be decided. Raises Conflict when it is closed already."""
    with transaction.atomic():
        campaign = held(actor, campaign_id, "signup.open")
        if campaign.closed_at:
            raise Conflict(_("这个报名已经关闭。"), code="closed")
        campaign.closed_at, campaign.closed_by = at, actor.name
        campaign.save(update_fields=["closed_at", "closed_by"])
        tell(actor, at, campaign, verb="signup.closed", data={})
    return campaign


def renew_code(*, actor: Actor, at: datetime, campaign_id: UUID) -> Campaign:
    """A fresh address; the old one, and every poster with it, leads nowhere from now on."""
    with transaction.atomic():
        campaign = held(actor, campaign_id, "signup.open")
        campaign.code = rules.fresh_code()
        campaign.save(update_fields=["code"])
        tell(actor, at, campaign, verb="signup.code_renewed", data={})
    return campaign


def held(actor: Actor, campaign_id: UUID, right: str) -> Campaign:
    """One campaign under its lock, fetched with permission. Called inside a transaction."""
    locks.hold(f"signup:{campaign_id}")
    return queries.campaign_for(actor, campaign_id, right)


def purge(*, actor: Actor, at: datetime) -> int:
    """Delete what was sent in to campaigns whose time to keep it is over; returns how many rows went."""
    gone = 0
    for campaign in queries.overdue(timezone.localdate(at)):
        with transaction.atomic():
            locks.hold(f"signup:{campaign.pk}")
            _total, by_table = campaign.applications.all().delete()
            rows = by_table.get("signup.Application", 0)
            Campaign.objects.filter(pk=campaign.pk).update(purged_at=at)
            tell(actor, at, campaign, verb="signup.purged", data={"rows": rows})
            gone += rows
    return gone


def run_purge_job(run: JobRun) -> dict[str, Any]:
    """The job's handler; safe to run twice."""
    return {"rows": purge(actor=SYSTEM, at=clock.now())}


def tell(actor: Actor, at: datetime, campaign: Campaign, *, verb: str, data: dict[str, Any]) -> None:
    """One entry of the journal, and a beat for the pages that show it. No names, no numbers."""
    target, scope = f"signup:{campaign.pk}", campaign.unit.path
    journal.record(actor=actor, at=at, verb=verb, target=target, scope=scope, data=data)
    live.beat(TOPIC)
