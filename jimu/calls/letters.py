"""What people read: the offer with a link of their own, and what came of their yes. Personal letters, never to a group."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.calls.errors import DeadLink
from jimu.calls.models import Call, Offer, OrganisationAsk
from jimu.core import links
from jimu.messages.actions import Letter
from jimu.messages.models import Urgency
from jimu.roster.models import Shift
from jimu.roster.words import duty_time

SALT, ORGANISATION = "calls.offer", "calls.organisation"


def token(offer_id: UUID) -> str:
    """The signed part of a link: one offer, and so one person."""
    return links.sign(SALT, offer_id)


def read_token(given: str) -> UUID:
    """The offer of a link. Raises DeadLink for one that was not made here; when it is too old its reader finds out."""
    ids = links.read(SALT, given, 1)
    if ids is None:
        raise DeadLink
    return ids[0]


def link(offer_id: UUID) -> str:
    """The whole address; empty where the service was told none (JIMU_ORIGINS)."""
    return links.address("calls:answer", token(offer_id))


def when(shift: Shift, at: datetime) -> str:
    """When a shift is, as one would say it now."""
    return duty_time(shift.starts_at, shift.ends_at, timezone.localdate(at))


def head(call: Call) -> str:
    drill = _("【演练】") if call.incident.drill else ""
    return drill + (_("【补位】") if call.backfill else _("【召集】"))


def offer_letters(call: Call, offers: Sequence[Offer], shifts: dict[UUID, Shift], at: datetime, *, again: bool = False) -> list[Letter]:
    """One letter an offer; `again` is the one reminder of who said "later"."""
    kind = "again" if again else "offer"
    asked = {pk: head(call) + _question(call, shift, at) for pk, shift in shifts.items()}
    by = {moment: _("请在 {by} 前回答，先答先定。").format(by=timezone.localtime(moment).strftime("%H:%M")) for moment in {o.answer_by for o in offers}}
    return [
        Letter(
            key=f"{call.target}:{offer.pk.hex}:{kind}", unit_id=shifts[offer.shift_id].unit_id, person_id=offer.person_id,
            text="\n".join((asked[offer.shift_id], by[offer.answer_by], link(offer.pk) or _("打开积木，“召集”。"))), urgency=Urgency.URGENT,
        )
        for offer in offers
    ]  # fmt: skip


def example(call: Call, shift: Shift, at: datetime) -> str:
    """What the first to be asked would read, but for their own link."""
    return head(call) + _question(call, shift, at)


def _question(call: Call, shift: Shift, at: datetime) -> str:
    asked = _("{unit} {post}，{when}，缺人。您能来吗？").format(unit=shift.unit.name, post=shift.post.title, when=when(shift, at))
    return f"{asked}\n{call.note}" if call.note else asked


def outcome_letters(call: Call, offers: Sequence[Offer], shifts: dict[UUID, Shift], at: datetime) -> list[Letter]:
    """Who got a seat is thanked and told where to be; who came too late is told that they stand by, and until when."""
    begin = head(call)
    said = {(offer.state, offer.shift_id) for offer in offers}
    texts = {(state, pk): begin + _outcome_text(state, shifts[pk], at) for state, pk in said}
    return [
        Letter(
            key=f"{call.target}:{offer.pk.hex}:{offer.state}", unit_id=shifts[offer.shift_id].unit_id, person_id=offer.person_id,
            text=texts[offer.state, offer.shift_id], urgency=Urgency.URGENT,
        )
        for offer in offers
    ]  # fmt: skip


def _outcome_text(state: str, shift: Shift, at: datetime) -> str:
    said = {"unit": shift.unit.name, "post": shift.post.title, "when": when(shift, at)}
    if state == Offer.State.YES:
        return _("谢谢您！{unit} {post}，{when}，请准时到岗。来不了请再点开链接告诉我们。").format(**said)
    until = timezone.localtime(shift.ends_at).strftime("%m-%d %H:%M")
    return _("谢谢您！{unit} {post}，{when}，人已经够了。您列入候补到 {until}，需要时第一个联系您。").format(until=until, **said)


def organisation_token(ask_id: UUID) -> str:
    """The signed part of an organisation's link: one organisation in one call."""
    return links.sign(ORGANISATION, ask_id)


def read_organisation_token(given: str) -> UUID:
    """The ask of an organisation's link. Raises DeadLink."""
    ids = links.read(ORGANISATION, given, 1)
    if ids is None:
        raise DeadLink
    return ids[0]


def organisation_link(ask_id: UUID) -> str:
    """The whole address; empty where the service was told none (JIMU_ORIGINS)."""
    return links.address("calls:organisation", organisation_token(ask_id))


def organisation_text(call: Call, ask: OrganisationAsk, *, again: bool) -> str:
    """What an organisation's contact reads; no name of anybody."""
    asked = _("{unit}缺人值守，想请{organisation}转告本单位的人。")
    lines = [
        head(call) + (_("再问一次：") if again else "") + asked.format(unit=call.unit.name, organisation=ask.organisation.name),
        *([call.note] if call.note else []),
        *_way(organisation_link(ask.pk)),
    ]
    return "\n".join(lines)


def _way(address: str) -> list[str]:
    if not address:
        return [_("请与居民区或街道联系，说明能派几个人。")]
    return [_("点开链接：看要多少人，一键转给本单位的人，或告诉我们派几个人。"), address]
