"""What is written to people about lending: to the promised a link of their own to answer, to who leads the lender that somebody asks,
to who leads the borrower what became of it."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import links
from jimu.core.errors import NotFound
from jimu.core.permissions import STEP
from jimu.grid.models import Unit
from jimu.incidents.models import IncidentUnit
from jimu.incidents.order_chains import chains
from jimu.incidents.order_rules import next_asked
from jimu.messages.actions import Letter
from jimu.messages.models import Urgency
from jimu.teams.models import Loan, LoanRequest

SALT = "teams.loan"


def token(loan_id: UUID) -> str:
    """The signed part of a link: one loan, and so one person."""
    return links.sign(SALT, loan_id)


def read_token(given: str) -> UUID:
    """The loan of a link. Raises NotFound for one that was not made here."""
    ids = links.read(SALT, given, 1)
    if ids is None:
        raise NotFound
    return ids[0]


def letters(loans: Sequence[Loan]) -> list[Letter]:
    """One letter a person, to them alone."""
    return [
        Letter(f"loan:{loan.pk.hex}:asked", loan.from_unit_id, _text(loan), person_id=loan.person_id, urgency=Urgency.URGENT)
        for loan in loans
    ]  # fmt: skip


def request_letters(request: LoanRequest) -> list[Letter]:
    """One to who leads each neighborhood that is asked (of everybody: those of the incident), once to a person however many they lead."""
    rows = IncidentUnit.objects.filter(incident=request.incident_id, ended_at=None).exclude(unit=request.to_unit_id).select_related("unit")
    asked = [request.from_unit] if request.from_unit else [row.unit for row in rows.order_by("unit__path")]
    start, end = (timezone.localtime(moment).strftime("%m-%d %H:%M") for moment in (request.starts_at, request.ends_at))
    words = _("{unit}想借 {n} 人：{start} 到 {end}，{reason}。请在 {start} 前答复，借不出也请写一句。")
    text = _with_link(request, words.format(unit=request.to_unit.name, n=request.count, start=start, end=end, reason=request.reason.rstrip("。")))
    return _to_leaders(f"loan_request:{request.pk.hex}:asked", asked, text)


def outcome_letters(request: LoanRequest) -> list[Letter]:
    """One to who leads the borrower: enough were promised, or nobody comes and why. What the borrower took back itself it knows."""
    words = {
        LoanRequest.State.MET: _("向{place}借的 {n} 人已经选好，正在问本人。"),
        LoanRequest.State.DECLINED: _("{place}借不出您要的 {n} 人：{reason}。请另想办法。"),
    }.get(LoanRequest.State(request.state))
    if words is None:
        return []
    place = request.from_unit.name if request.from_unit else _("各居民区")
    text = _with_link(request, words.format(place=place, n=request.count, reason=request.close_reason.rstrip("。")))
    assert request.closed_at is not None
    # A request that looked for another after a no may be met a second time.
    return _to_leaders(f"loan_request:{request.pk.hex}:{request.closed_at:%d%H%M%S}", [request.to_unit], text)


def _to_leaders(key: str, units: Sequence[Unit], text: str) -> list[Letter]:
    found: dict[UUID, Letter] = {}
    tops = {unit.path[:STEP] for unit in units}
    lines = {top: chains(top, [unit.path for unit in units if unit.path.startswith(top)]) for top in tops}
    for unit in units:
        leader = next_asked(lines[unit.path[:STEP]].of(unit.path), ())
        if leader is not None:
            one = leader.person_id
            found.setdefault(one, Letter(f"{key}:{one.hex}", unit.pk, text, one, Urgency.URGENT))
    return list(found.values())


def _with_link(request: LoanRequest, text: str) -> str:
    drill = _("【演练】") if request.incident.drill else ""
    return "\n".join(filter(None, [drill + text, links.address("teams:loan_request", str(request.pk))]))


def _text(loan: Loan) -> str:
    start, end = (timezone.localtime(moment).strftime("%m-%d %H:%M") for moment in (loan.starts_at, loan.ends_at))
    words = _("{unit}请您去支援：{start} 到 {end}，{reason}。去不去由您定，到期自动回来。")
    said = words.format(unit=loan.to_unit.name, start=start, end=end, reason=loan.request.reason.rstrip("。"))
    drill = _("【演练】") if loan.incident.drill else ""
    return "\n".join([drill + said, links.address("teams:loan_consent", token(loan.pk)) or _("请回复您所在居民区的负责人。")])
