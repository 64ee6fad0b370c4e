"""What was seen and waits for somebody: taken on, settled or passed on as a need from a phone without a network, by who may do so at a desk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core.errors import Conflict
from jimu.core.permissions import under, visible
from jimu.field.patrol import seeing
from jimu.field.patrol.models import Seen
from jimu.field.patrol.queries import MANAGE
from jimu.field.patrol.seeing import LONGEST_HOW, Settled
from jimu.sync.fields import GIVEN, LONG, Field, read_id
from jimu.sync.registry import Answer, Data, Delta, Holder, Incoming, Kind, places_of

TAKE, SETTLE, PASS_ON = "patrol.take", "patrol.settle", "patrol.pass_on"
#: Of a part with more than this the most pressing ones; the rest stand at the desk.
MOST = 100
HOW = "how"
HOW_WORDS = gettext_lazy("怎么处理的")


def take(one: Incoming) -> None:
    """Take it on. When somebody was quicker, the refusal says who."""
    seeing.take(actor=one.actor, at=one.at, seen_id=read_id(one.data["seen"]))


def settle(one: Incoming) -> Answer | None:
    """It was seen to: that did happen. Where somebody else said so meanwhile, in other words, a person decides whose words stand."""
    told: dict[str, Any] = {"actor": one.actor, "at": one.at, "seen_id": read_id(one.data["seen"]), "how": one.data[HOW]}
    if HOW in one.decided:
        seeing.say_otherwise(**told)
        return None
    with one.happened():
        try:
            seeing.settle(**told)
        except Settled as error:
            return _differs(error.found, told["how"])
    return None


def _differs(found: Seen, how: str) -> Answer | None:
    if how.strip() == found.settled_how:
        return None
    versions = {HOW: {"label": str(HOW_WORDS), "was": "", "phone": how.strip(), "here": _("{who}：{how}").format(who=found.settled_by, how=found.settled_how)}}
    return Answer(differs=versions, subject=found.target)


def pass_on(one: Incoming) -> None:
    """It is about a household. Passed on already, by whomever, it is the same."""
    try:
        seeing.pass_on(actor=one.actor, at=one.at, seen_id=read_id(one.data["seen"]), room=one.data["room"])
    except Conflict as error:
        if error.code != seeing.IS_A_NEED:
            raise


def waiting(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """What was seen on the holder's part and nobody settled, the most pressing first, with what was said of it; what goes on as a need stands among the needs."""
    rows = Seen.objects.filter(under([holder.path], "unit__path"), visible(holder.actor, MANAGE, "unit__path"), settled_at=None, to_need=False)
    found = rows.exclude(kind=Seen.Kind.WELL).select_related("unit", "gate", "point").order_by("due_at", "pk")[:MOST]
    return Delta([_item(one, number) for number, one in enumerate(found)])


def called(data: Data) -> str:
    """The finding that an operation is about, for who decides."""
    one = Seen.objects.filter(pk=read_id(data["seen"])).select_related("unit", "gate", "point").first()
    return _title(one) if one else ""


def _title(one: Seen) -> str:
    spot = one.gate.name if one.gate else one.point.name if one.point else ""
    return " · ".join(filter(None, [str(one.get_kind_display()), one.unit.name, spot, one.room]))


def _item(one: Seen, number: int) -> dict[str, Any]:
    limit = _("{at} 前处理").format(at=timezone.localtime(one.due_at).strftime("%m-%d %H:%M")) if one.due_at else ""
    kinds = [*([] if one.taken_at else [TAKE]), SETTLE, *([] if one.kind == Seen.Kind.DOCTOR else [PASS_ON])]
    return {
        "id": f"finding:{one.pk}", "title": _title(one),
        "note": "；".join(filter(None, [str(one.get_urgency_display()), limit, one.text])), "place": one.unit.name, "group": "", "order": number, "kinds": kinds,
        "preset": {"seen": str(one.pk)}, "version": "", "fields": {}, "state": _("{who}接手了").format(who=one.taken_by) if one.taken_at else "", "done": False,
        "due": one.due_at.isoformat() if one.due_at else "",
    }  # fmt: skip


SEEN = Field("seen", gettext_lazy("哪一条"), GIVEN, required=True)
of_findings = places_of(Seen.objects, "seen", "unit__path")
KINDS: Sequence[Kind] = (
    Kind(TAKE, gettext_lazy("我来处理"), MANAGE, take, places=of_findings, called=called, fields=[SEEN]),
    Kind(SETTLE, gettext_lazy("处理完了，了结"), MANAGE, settle, places=of_findings, called=called, fields=[
        SEEN, Field(HOW, HOW_WORDS, LONG, required=True, most=LONGEST_HOW, hint=gettext_lazy("例如：请物业搬走纸箱，通道清出来了。不写姓名电话。")),
    ]),
    Kind(PASS_ON, gettext_lazy("是住户的事，转成居民诉求"), MANAGE, pass_on, places=of_findings, called=called, fields=[
        SEEN, Field("room", gettext_lazy("几室（不知道可以不写）"), most=30, hint=gettext_lazy("内容和时限一起转过去，不用再写。")),
    ]),
)  # fmt: skip
