"""The list of transfers as a table to send upwards: how far each is, who was left behind with whom, whose signatures, the way back. Never why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from jimu.core import journal, sealed, workbooks
from jimu.core.permissions import Actor, under, visible
from jimu.core.workbooks import moment
from jimu.field.transfer import care_queries, queries, words
from jimu.field.transfer.models import Dependant, Fact, Transfer
from jimu.grid.models import Unit

MANAGE = queries.MANAGE
#: Acts under which somebody answers for somebody, in their order.
SIGNED = ("told", "prepare", "down", "board", "hand", "release", "home", "close")


def rows_of(actor: Actor, unit: Unit | None) -> list[Transfer]:
    """Transfers of the part where the asker manages them, over or not, in the order of doors. Raises NotPermitted."""
    actor.require(MANAGE)
    left = Dependant.objects.select_related("person", "neighbor")
    facts = Fact.objects.select_related("person").order_by("seq")
    rows = Transfer.objects.filter(visible(actor, MANAGE, "unit__path")).select_related(*queries.WITH)
    if unit is not None:
        rows = rows.filter(under([unit.path], "unit__path"))
    return list(rows.prefetch_related(Prefetch("dependants", left), Prefetch("facts", facts)).order_by("unit__path", "room__number", "pk"))


def signatures(one: Transfer) -> dict[str, Fact]:
    """The newest of each act that stands: what was undone is none."""
    gone = {fact.undoes_id for fact in one.facts.all() if fact.undoes_id}
    return {fact.act: fact for fact in one.facts.all() if fact.act in SIGNED and fact.seq not in gone}


def workbook(actor: Actor, unit: Unit | None, at: datetime) -> bytes:
    """The list, who is left behind, the signatures. Names stand masked; it is on record, since being on the list tells of health."""
    found = rows_of(actor, unit)
    sheets: Sequence[workbooks.Sheet] = [
        (_("名单"), [_("楼"), _("室号"), _("姓名（部分隐去）"), _("到了哪一步"), _("家里留下"), _("车"), _("去处"), _("离家"), _("交接"), _("接收签字"), _("预计返回"), _("到家"), _("居家到")], map(_line, found)),
        (_("家里留下"), [_("楼"), _("室号"), _("留下"), _("说明"), _("谁照看"), _("照看到"), _("下次去看"), _("情况"), _("结束")], [_left(one, each, at) for one in found for each in one.dependants.all()]),
        (_("签字"), [_("楼"), _("室号"), _("哪一步"), _("时间"), _("谁")], [
            [one.unit.name, one.room.number, str(words.act_words(act)), moment(fact.at), fact.who]
            for one in found for act, fact in sorted(signatures(one).items(), key=lambda pair: SIGNED.index(pair[0]))
        ]),
    ]  # fmt: skip
    with transaction.atomic():
        journal.record(actor=actor, at=at, verb="transfer.exported", target="transfer:list", scope=unit.path if unit else actor.ground, data={"n": len(found)})
    title = _("转运名单（不写原因） {unit}").format(unit=unit.name if unit else "")
    return workbooks.tables(sheets, mark=workbooks.mark(title, who=actor.name, at=at))


def _line(one: Transfer) -> list[Any]:
    left = len(one.dependants.all())
    asked: object = left if left else _("没有") if one.answered_at else _("还没问")
    handed = signatures(one).get("hand")
    destination = one.destination or (one.run.destination if one.run else None)
    return [
        one.unit.name, one.room.number, sealed.mask_name(one.name) if one.name else "", one.get_state_display(), asked, one.run.plate if one.run else "",
        destination.name if destination else "", moment(one.gone_at), moment(one.arrived_at), sealed.unseal(handed.data.get("receiver", "")) if handed else "", moment(one.expected_at), moment(one.home_at),
        str(one.limits_until or ""),
    ]  # fmt: skip


def _left(one: Transfer, each: Dependant, at: datetime) -> list[Any]:
    why = care_queries.line_of(each, at).why
    return [
        one.unit.name, one.room.number, each.get_kind_display(), each.what, each.caretaker or _("没有人"), moment(each.until), moment(each.next_due), why, moment(each.ended_at),
    ]  # fmt: skip
