"""What leaders read: the order in one message for all their cells, with a link of their own where the service has an address."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import links
from jimu.incidents.models import Order, Receipt
from jimu.messages.actions import Letter

SALT = "orders.link"
LISTED = 4


def token(order_id: UUID, person_id: UUID) -> str:
    """The signed part of a leader's own link: one order, one person."""
    return links.sign(SALT, order_id, person_id)


def read_token(given: str) -> tuple[UUID, UUID] | None:
    """(order, person) of a link; None for one that was not made here."""
    ids = links.read(SALT, given, 2)
    return (ids[0], ids[1]) if ids else None


def link(order_id: UUID, person_id: UUID) -> str:
    """The whole address; empty where the service was told none (JIMU_ORIGINS)."""
    return links.address("incidents:order_link", token(order_id, person_id))


def letter_text(order: Order, *, cells: Sequence[str] = (), ending: str = "", address: str = "") -> str:
    """The words of a letter. It names places, never people."""
    drill = _("【演练】") if order.drill else ""
    if ending:
        return drill + _("【解除】{title}。{reason}").format(title=order.title, reason=ending)
    named = "、".join(cells[:LISTED]) + (_("等 {n} 处").format(n=len(cells)) if len(cells) > LISTED else "")
    lines = [
        drill + _("【指令】{title}").format(title=order.title),
        order.text,
        _("范围：{cells}").format(cells=named),
        _("请在 {at} 前回复“收到”；有疑问也请回复。").format(at=timezone.localtime(order.deadline).strftime("%m-%d %H:%M")),
        address or _("打开积木，“我的指令”。"),
    ]
    return "\n".join(lines)


def letters_to(order: Order, mine: Mapping[UUID, Sequence[Receipt]], key: str) -> list[Letter]:
    """One letter a person. The key holds which receipts it is about, so each asking is told once."""
    return [
        Letter(
            key=f"{order.target}:{key}:{person}:{min(r.pk for r in receipts).hex[-12:]}",
            unit_id=receipts[0].unit_id,
            text=letter_text(order, cells=[r.unit.name for r in receipts], address=link(order.pk, person)),
            person_id=person,
            urgency="urgent",
        )
        for person, receipts in mine.items()
    ]
