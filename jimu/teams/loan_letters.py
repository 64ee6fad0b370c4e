"""What a person reads who has been promised to another neighborhood: for how long, what for, and a link of their own to answer."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import links
from jimu.core.errors import NotFound
from jimu.messages.actions import Letter
from jimu.messages.models import Urgency
from jimu.teams.models import Loan

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


def _text(loan: Loan) -> str:
    start, end = (timezone.localtime(moment).strftime("%m-%d %H:%M") for moment in (loan.starts_at, loan.ends_at))
    words = _("{unit}请您去支援：{start} 到 {end}，{reason}。去不去由您定，到期自动回来。")
    said = words.format(unit=loan.to_unit.name, start=start, end=end, reason=loan.request.reason.rstrip("。"))
    drill = _("【演练】") if loan.incident.drill else ""
    return "\n".join([drill + said, links.address("teams:loan_consent", token(loan.pk)) or _("请回复您所在居民区的负责人。")])
