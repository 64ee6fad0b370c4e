"""What a phone at a gate or on a round writes down without a network, and the passes that hold, to look numbers up in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core.errors import JimuError
from jimu.core.permissions import STEP, under
from jimu.field.patrol import actions, finding_offline, keeping, movement, queries, rules, seeing
from jimu.field.patrol.actions import Refused, Told
from jimu.field.patrol.models import Crossing, Gate, Pass, PatrolRound, Seen
from jimu.field.patrol.screens import GATE_SCREEN
from jimu.field.patrol.seeing import LONGEST, Found
from jimu.grid import naming
from jimu.grid.models import Unit
from jimu.sync.fields import CHOICE, CODE, GIVEN, LONG, TEXT, YES_NO, Field, read_id
from jimu.sync.registry import (
    Answer,
    Delta,
    Duty,
    Holder,
    Incoming,
    Kind,
    NeedsLook,
    Offer,
    Pack,
    Spot,
    places_of,
)

PASS, OTHER, POINT, MEDICAL, KEEP, SEEN = "patrol.pass", "patrol.visitor", "patrol.point", "patrol.medical", "patrol.keep", "patrol.seen"
GATE_SEEN = "patrol.gate_seen"
#: What a phone may be for.
AT_GATE, AT_POINTS = "patrol.gate", "patrol.points"
SOON = timedelta(hours=24)


def _of_place(path: str) -> Q:
    """What stands at a place, inside it or around it."""
    return Q(unit__path__in=[path[:n] for n in range(STEP, len(path) + 1, STEP)]) | under([path], "unit__path")


def _told(one: Incoming) -> Told:
    data = one.data
    what = Crossing.What.MEDICAL if one.kind == MEDICAL else data.get("what") or Crossing.What.PASS
    return Told(one.op_id, read_id(data["gate"]), data["way"], one.at, what, data.get("result") or Crossing.Result.THROUGH, data.get("number", ""), data.get("who", ""), data["note"], one.looked)


def _asked(answer: JimuError | None) -> JimuError | None:
    """Somebody was let through with a pass that had ended or was taken back meanwhile: it happened, so a person looks."""
    return NeedsLook(str(answer), code=answer.code) if isinstance(answer, Refused) and answer.data["why"] != "forged" else answer


def crossed(one: Incoming) -> None:
    """One at a gate."""
    answer = _asked(actions.cross_all(actor=one.actor, told=[_told(one)])[0])
    if answer is not None:
        raise answer


def crossed_many(many: Sequence[Incoming]) -> list[Answer | JimuError | None]:
    """Many of one phone, whose actor is the same."""
    return [_asked(answer) for answer in actions.cross_all(actor=many[0].actor, told=[_told(one) for one in many])]


def seen(one: Incoming) -> None:
    """A point of a round."""
    _see(one, point_id=read_id(one.data["point"]))


def seen_at(one: Incoming) -> None:
    """What was seen away from any point."""
    _see(one, unit_id=read_id(one.data["unit"]))


def seen_at_gate(one: Incoming) -> None:
    """What happened at a gate, besides who goes through."""
    _see(one, gate_id=read_id(one.data["gate"]))


def _see(one: Incoming, **where: UUID) -> None:
    data = one.data
    found = Found(one.op_id, data["kind"], one.at, danger=bool(data["danger"]), room=data["room"], text=data["text"], **where)
    seeing.see(actor=one.actor, found=found)


def kept(one: Incoming) -> None:
    """A keeper takes a gate over, or leaves it."""
    said = keeping.keep if one.data["what"] == "keep" else keeping.leave
    said(actor=one.actor, at=one.at, gate_id=read_id(one.data["gate"]))


def gates_at(path: str, at: datetime) -> list[Spot]:
    """The gates of a place."""
    rows = Gate.objects.filter(_of_place(path), closed_at=None).order_by("unit__path", "name")
    return [Spot(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def _gates(holder: Holder) -> "QuerySet[Gate]":
    rows, spots = Gate.objects.filter(_of_place(holder.path), closed_at=None), holder.spots(AT_GATE)
    return rows if spots is None else rows.filter(pk__in=spots)


def open_gates(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """Gates of the place: a visitor, a vehicle, a pass that is typed or scanned."""
    rows = _gates(holder).select_related("unit").order_by("unit__path", "name")
    return Delta([_item(f"gate:{g.pk}", g.name, g.unit.name, n, [PASS, OTHER, MEDICAL, GATE_SEEN, KEEP], {"gate": str(g.pk)}) for n, g in enumerate(rows)])


def passes(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """Passes that hold now or within a day, by number: one that is not among them is not let through. Nothing says whose they are."""
    here = list(_gates(holder)[:2])
    preset = {"gate": str(here[0].pk)} if len(here) == 1 else None
    rows = list(Pass.objects.filter(_of_place(holder.path), revoked_at=None, ends_at__gt=at, starts_at__lt=at + SOON).select_related("unit").order_by("number"))
    barred = movement.barred_passes(rows, at)
    return Delta([
        {**_item(f"pass:{p.pk}", p.number, " · ".join([_span(p), str(p.get_purpose_display()), *([_("一次")] if p.once else [])]), n,
                 [PASS] if preset else [], {**(preset or {}), "number": p.number}),
         "fields": {"from": int(p.starts_at.timestamp()), "to": int(p.ends_at.timestamp()), "once": p.once, "doctor": p.purpose in rules.ALWAYS}}
        for n, p in enumerate(rows) if p.pk not in barred
    ])  # fmt: skip


def _span(card: Pass) -> str:
    start, end = (timezone.localtime(one) for one in (card.starts_at, card.ends_at))
    return f"{start:%m-%d %H:%M}–{end:%m-%d %H:%M}"


def open_points(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """Points of the rounds that go on, with when somebody was there last."""
    items: list[dict[str, Any]] = []
    for found in PatrolRound.objects.filter(_of_place(holder.path), closed_at=None).select_related("unit").order_by("opened_at"):
        for point, last in queries.points_of(found):
            note = _("{at} 到过").format(at=timezone.localtime(last).strftime("%H:%M")) if last else ""
            items.append({**_item(f"point:{point.pk}", point.name, note, len(items), [POINT], {"point": str(point.pk)}), "group": found.title})
    return Delta(items)


def watched_places(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """Where the phone's part is watched: something may be seen anywhere there."""
    rows = list(queries.watched(holder.actor).filter(under([holder.path])))
    names = naming.places(rows, [holder.path])
    return Delta([_item(f"seen:{unit.pk}", names.of(unit), "", n, [SEEN], {"unit": str(unit.pk)}) for n, unit in enumerate(rows)])


def _item(key: str, title: str, note: str, order: int, kinds: list[str], preset: dict[str, str]) -> dict[str, Any]:
    return {"id": key, "title": title, "note": note, "group": "", "order": order, "kinds": kinds, "preset": preset, "version": "", "fields": {}, "state": "", "done": False}


GATE = Field("gate", gettext_lazy("卡口"), GIVEN, required=True)
WAY = Field("way", gettext_lazy("进还是出"), CHOICE, required=True, choices=Crossing.Way.choices)
RESULT = Field("result", gettext_lazy("结果"), CHOICE, required=True, choices=Crossing.Result.choices)
NOTE = Field("note", gettext_lazy("备注"), TEXT)
WHAT = gettext_lazy("看到什么")
CHOSEN = [one for one in Seen.Kind.choices if one[0] in Seen.CHOSEN]
DANGER = Field("danger", gettext_lazy("现在就有危险，马上要人吗"), YES_NO)
ROOM = Field("room", gettext_lazy("是哪一户的事（几室）"), most=30, hint=gettext_lazy("写了几室，就转成这一户的诉求，有人接着办；不是哪一户的不用写。"))
WORDS = Field("text", gettext_lazy("说说情况（不写姓名电话）"), LONG, required=True, most=LONGEST, hint=gettext_lazy("急病请先打 120，火情请先打 119。"))
#: What is written of something to see to, the kind first: on the phone each choice is a box as wide as a thumb.
SIGHT = [Field("kind", WHAT, CHOICE, required=True, choices=CHOSEN), DANGER, WORDS, ROOM]
#: A keeper of one block stands at the gate of the whole neighborhood: what they reach is looked at by the acts themselves.
OFFER = Offer(
    kinds=[
        Kind(PASS, gettext_lazy("凭证出入"), queries.WATCH, crossed, crossed_many, screen=GATE_SCREEN, fields=[
            GATE, Field("number", gettext_lazy("凭证号（扫码或手输）"), CODE, required=True, most=40), WAY, RESULT, NOTE,
        ]),
        Kind(OTHER, gettext_lazy("来访、车辆"), queries.WATCH, crossed, crossed_many, fields=[
            GATE, Field("what", gettext_lazy("人还是车"), CHOICE, required=True, choices=[(w.value, w.label) for w in (Crossing.What.VISITOR, Crossing.What.VEHICLE)]),
            Field("who", gettext_lazy("来访的是谁、找哪一户，或车牌"), TEXT, required=True, most=60), WAY, RESULT, NOTE,
        ]),
        Kind(MEDICAL, gettext_lazy("没有凭证，就医放行"), queries.WATCH, crossed, crossed_many, fields=[GATE, WAY, NOTE]),
        Kind(KEEP, gettext_lazy("守门、下岗"), queries.WATCH, kept, fields=[
            GATE, Field("what", gettext_lazy("来守，还是下岗"), CHOICE, required=True, choices=[("keep", gettext_lazy("我来守")), ("leave", gettext_lazy("我下岗"))]),
        ]),
        Kind(POINT, gettext_lazy("巡到一个点"), queries.WATCH, seen, fields=[
            Field("point", gettext_lazy("点"), GIVEN, required=True),
            Field("kind", WHAT, CHOICE, required=True, choices=[(Seen.Kind.WELL.value, Seen.Kind.WELL.label), *CHOSEN]), DANGER,
            Field("text", gettext_lazy("说说情况（正常的不用写）"), LONG, most=LONGEST), ROOM,
        ]),
        Kind(SEEN, gettext_lazy("记一条情况"), queries.WATCH, seen_at, places=places_of(Unit.objects.filter(retired_at=None), "unit", "path"), fields=[
            Field("unit", gettext_lazy("在哪里"), GIVEN, required=True), *SIGHT,
        ]),
        Kind(GATE_SEEN, gettext_lazy("卡口出了情况"), queries.WATCH, seen_at_gate, fields=[GATE, *SIGHT]),
        *finding_offline.KINDS,
    ],
    packs=[
        Pack("patrol.findings", gettext_lazy("看到的情况，等人处理"), queries.MANAGE, finding_offline.waiting, order=39, duties=[AT_GATE, AT_POINTS]),
        Pack("patrol.gates", gettext_lazy("卡口"), queries.WATCH, open_gates, order=40, duties=[AT_GATE]),
        Pack("patrol.passes", gettext_lazy("现在有效的凭证"), queries.WATCH, passes, order=41, duties=[AT_GATE]),
        Pack("patrol.points", gettext_lazy("今天要巡的点"), queries.WATCH, open_points, order=42, duties=[AT_POINTS]),
        Pack("patrol.places", gettext_lazy("在哪里看到情况"), queries.WATCH, watched_places, order=61, duties=[AT_GATE, AT_POINTS]),
    ],
    duties=[Duty(AT_GATE, gettext_lazy("守卡口"), gates_at), Duty(AT_POINTS, gettext_lazy("巡查"))],
)  # fmt: skip
