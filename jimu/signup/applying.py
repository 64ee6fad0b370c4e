"""What the public sends in, and what the desk makes of it: confirm, merge, refuse, look at a number."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jimu.core import locks, sealed
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.people import queries as people
from jimu.people.actions import FAULTS
from jimu.people.identity import same_person
from jimu.people.intake import cells
from jimu.people.intake_actions import take_in
from jimu.people.models import Person
from jimu.people.words import LIMIT_WORDS, PAUSED, SKILL_WORDS
from jimu.signup import matching, queries, rules, throttle
from jimu.signup.actions import held, tell
from jimu.signup.models import Application, Campaign
from jimu.signup.rules import Given

PUBLIC = Actor(account_id=None, name="public")
REASONS = {
    "too_young": gettext_noop("未满 16 周岁不能报名。谢谢你的心意，先照顾好自己。"),
    "no_duties_for_minors": gettext_noop("这次报名只收年满 18 周岁的人。谢谢你的心意。"),
}


@dataclass(frozen=True)
class Outcome:
    """How many applications were decided, and those that were left with the reason."""

    done: int
    left: Mapping[UUID, str]


def apply(*, at: datetime, code: str, address: str, given: Given, unit_id: UUID | None, agreed: bool) -> None:
    """Send an application in, or send it again: the same person's pending one is brought up to date.

    The answer never tells whether somebody is known already. Raises NoCampaign, TooMany, Invalid (with `data["field"]`).
    """
    today = timezone.localdate(at)
    campaign = queries.open_campaign(code, today)
    # Counted in a transaction of its own: a refused form is a try as well.
    with transaction.atomic():
        locks.hold(f"signup:{campaign.pk}")
        throttle.knock(at=at, address=address, campaign=campaign)
    age = rules.age_on(given.born_on, today)
    _check(campaign, given, age, agreed)
    unit = _place(campaign, unit_id)
    with transaction.atomic():
        locks.hold(f"signup:{campaign.pk}")
        row = _pending(campaign, given) or Application(campaign=campaign)
        again = row.sent_at is not None
        _fill(row, campaign, given, age, at)
        row.unit, row.sent_at = unit, at
        row.times_sent += int(again)
        row.save(force_insert=not again)
        tell(PUBLIC, at, campaign, verb="signup.received", data={"again": again, "unit": unit.name})


def _check(campaign: Campaign, given: Given, age: int, agreed: bool) -> None:
    terms = campaign.terms
    if not agreed:
        raise Invalid(_("请看过隐私说明并打勾，再提交。"), code="not_agreed", field="agree")
    barred = rules.may_sign_up(age, terms)
    if barred:
        raise Invalid(_(REASONS[barred]), code=barred, field="born")
    if age < rules.ADULT and not given.guardian:
        raise Invalid(_("未满 18 周岁要监护人同意：请写监护人的姓名和手机号，并打勾。"), code="no_guardian", field="guardian_name")
    if given.id_number and cells.born_of_id(given.id_number) != given.born_on:
        raise Invalid(_("出生日期与身份证号不一致，请核对。"), code="birth_disagrees", field="born")
    for name, sentence in (("id_number", _("这次报名要实名，请填写身份证号。")), ("address", _("请填写楼号和室号，只用来安排就近的岗位。"))):
        if terms.get(name) == "required" and not getattr(given, name):
            raise Invalid(sentence, code=f"no_{name}", field=name)


def _place(campaign: Campaign, unit_id: UUID | None) -> Unit:
    if campaign.unit.kind == Unit.Kind.NEIGHBORHOOD:
        return campaign.unit
    unit = next((unit for unit in queries.places_of(campaign) if unit.pk == unit_id), None)
    if unit is None:
        raise Invalid(_("请选择您住的居民区。"), code="no_unit", field="unit")
    return unit


def _pending(campaign: Campaign, given: Given) -> Application | None:
    """The same person's application that waits, by the rule of intakes."""
    waiting = campaign.applications.filter(state=Application.State.PENDING)
    number = sealed.blind_index(given.id_number)
    by_id = waiting.filter(id_number_index=number).first() if number else None
    twin = waiting.filter(name=given.name, phone_index=sealed.blind_index(given.phone)).order_by("id_number_index").first()
    return same_person(id_number_index=number, by_id=by_id, twin=twin)


def _fill(row: Application, campaign: Campaign, given: Given, age: int, at: datetime) -> None:
    row.name, row.born_on, row.minor = given.name, given.born_on, age < rules.ADULT
    row.phone_sealed, row.phone_index = sealed.seal(given.phone), sealed.blind_index(given.phone)
    if given.id_number and campaign.terms.get("id_number") != "none":
        row.id_number_sealed, row.id_number_index = sealed.seal(given.id_number), sealed.blind_index(given.id_number)
    row.guardian_sealed = sealed.seal(given.guardian[:60]) if row.minor else ""
    row.address = given.address[:60] if campaign.terms.get("address") != "none" else ""
    row.limits = [code for code in rules.limits_of(given, age, campaign.terms) if code in LIMIT_WORDS and code != PAUSED]
    row.posts = rules.posts_open(given.posts, campaign.posts, row.limits, minor=row.minor)
    row.skills = sorted(code for code in given.skills if code in SKILL_WORDS)
    row.slots = [code for code in rules.SLOTS if code in given.slots]


def confirm(*, actor: Actor, at: datetime, campaign_id: UUID, ids: Collection[UUID], into: UUID | None = None) -> Outcome:
    """Put people on the register as volunteers; `into` names the person that a single application is merged into.

    Whoever is registered beyond the actor's part is left, with the reason. Raises NotFound, Conflict when decided already.
    """
    with transaction.atomic():
        campaign = held(actor, campaign_id, "signup.review")
        rows = _waiting(actor, campaign, ids)
        target = people.person_for(actor, into, "people.edit") if into else None
        if target is not None and len(rows) != 1:
            raise Invalid(_("合并要一个一个来。"), code="one_at_a_time")
        # The same lock as every other way onto the register, before anybody is looked for.
        locks.hold("people.intake")
        known = {row.pk: target or match.person for row, match in matching.matches(rows).items()}
        left = {row.pk: _("已经登记在别处，请指挥长确认。") for row in rows if _elsewhere(actor, known[row.pk])}
        taken = [row for row in rows if row.pk not in left]
        entries = [(_entry(row, known[row.pk]), known[row.pk]) for row in taken]
        made = take_in(at=at, entries=entries) if entries else []
        for row, person in zip(taken, made, strict=True):
            row.person = person
            _decide(row, Application.State.CONFIRMED, actor, at)
        if taken:
            tell(actor, at, campaign, verb="signup.confirmed", data={"people": len(taken), "merged": sum(known[row.pk] is not None for row in taken)})
    return Outcome(len(taken), left)


def _elsewhere(actor: Actor, person: Person | None) -> bool:
    return person is not None and not people.has(actor, "people.edit", person)


def _entry(row: Application, person: Person | None) -> Any:
    given = Given(
        name=person.name if person else row.name, born_on=row.born_on, phone=sealed.unseal(row.phone_sealed),
        id_number=sealed.unseal(row.id_number_sealed), address=row.address, skills=row.skills, slots=row.slots,
    )  # fmt: skip
    source = f"{_('报名')} › {row.campaign.title}"
    entry = rules.entry_of(given, place=row.unit.short_name, limits=row.limits, source=source)
    if person is not None and person.id_number_index and row.id_number_index not in ("", person.id_number_index):
        entry.id_number = ""
    return entry


def refuse(*, actor: Actor, at: datetime, campaign_id: UUID, ids: Collection[UUID], reason: str) -> Outcome:
    """Turn applications down, with a reason that stays with them. Raises Invalid without one."""
    if not reason.strip():
        raise Invalid(_("请写明不通过的理由，对方来问时才说得清。"), code="no_reason")
    with transaction.atomic():
        campaign = held(actor, campaign_id, "signup.review")
        rows = _waiting(actor, campaign, ids)
        for row in rows:
            row.reason = reason.strip()[:200]
            _decide(row, Application.State.REFUSED, actor, at)
        tell(actor, at, campaign, verb="signup.refused", data={"people": len(rows)})
    return Outcome(len(rows), {})


def reveal(*, actor: Actor, at: datetime, application_id: UUID) -> dict[str, str]:
    """The numbers of one application in full, for a call back. Who looked stands in the journal."""
    with transaction.atomic():
        row = queries.application_for(actor, application_id, "signup.review")
        actor.require("people.reveal", row.unit.path)
        tell(actor, at, row.campaign, verb="signup.revealed", data={"application": str(row.pk)})
    return {"phone": sealed.unseal(row.phone_sealed), "guardian": sealed.unseal(row.guardian_sealed)}


def _waiting(actor: Actor, campaign: Campaign, ids: Collection[UUID]) -> list[Application]:
    rows = list(queries.applications_for(actor, campaign, "signup.review").filter(pk__in=set(ids)).order_by("sent_at", "pk"))
    if not rows or len(rows) != len(set(ids)):
        raise NotFound(_("请先勾选要处理的报名。"))
    if any(row.state != Application.State.PENDING for row in rows):
        raise Conflict(_("其中有人刚刚已被处理，请刷新后再勾选。"), code="decided")
    return rows


def _decide(row: Application, state: str, actor: Actor, at: datetime) -> None:
    row.state, row.decided_at, row.decided_by = state, at, actor.name
    row.save(update_fields=["state", "decided_at", "decided_by", "reason", "person"])


def cleaned(typed: Mapping[str, Any], today: date) -> Given:
    """What was typed, as it is kept. Raises Invalid with `data["field"]` for what somebody can mend."""
    name = cells.name(typed["name"])
    if not cells.is_name(name):
        raise Invalid(_("姓名应为 2 到 20 个字，不带数字和符号。"), code="bad_name", field="name")
    phone = _number(cells.phone, typed["phone"], "phone")
    number = _number(cells.id_number, typed.get("id_number", ""), "id_number")
    born, _year, fault = cells.birth(typed["born"], today)
    if number and not str(typed["born"]).strip():
        born = cells.born_of_id(number)
    if fault or born is None:
        raise Invalid(_("请写出生年月日，例如 1990-05-20。"), code="bad_birth", field="born")
    return Given(
        name=name, born_on=born, phone=phone, id_number=number, guardian=_guardian(typed), address=cells.text(typed.get("address", "")),
        posts=typed.get("posts", ()), skills=typed.get("skills", ()), slots=typed.get("slots", ()), limits=typed.get("limits", ()),
        unwell=bool(typed.get("unwell")),
    )  # fmt: skip


def _number(clean: Any, words: str, field: str) -> str:
    number, fault = clean(words)
    if fault or (field == "phone" and not number):
        sentence = FAULTS.get(fault, _("请填写 11 位手机号，我们用它联系您。") if field == "phone" else _("请填写居民身份证号。"))
        raise Invalid(sentence, code=fault or "no_phone", field=field)
    return str(number)


def _guardian(typed: Mapping[str, Any]) -> str:
    """Name and phone of a guardian who agreed, '' unless all three are there."""
    name, (phone, fault) = cells.name(typed.get("guardian_name", "")), cells.phone(typed.get("guardian_phone", ""))
    return f"{name} {phone}" if typed.get("guardian_agrees") and cells.is_name(name) and phone and not fault else ""
