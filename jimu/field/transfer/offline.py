"""What an escort's phone writes down without a network: down, boarded, handed over, back inside; who is left behind; visits; disinfections."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jimu.core.errors import Invalid, SamePerson
from jimu.core.fetching import fetch
from jimu.field.transfer import (
    acting,
    care_queries,
    disinfecting,
    disinfecting_queries,
    leaving,
    queries,
    run_queries,
)
from jimu.field.transfer.errors import DoesNotFit
from jimu.field.transfer.leaving import LeftGiven
from jimu.field.transfer.models import Crew, Dependant, Disinfection, Transfer, Visit
from jimu.field.transfer.scenes import Given
from jimu.sync.fields import CHOICE, CHOICES, GIVEN, LONG, TEXT, YES_NO, Field, read_id
from jimu.sync.registry import Data, Delta, Holder, Incoming, Kind, Offer, Pack, places_of

DOWN, BOARD, ASK, HAND, INSIDE, ABSENT = ("transfer.down", "transfer.board", "transfer.left", "transfer.hand", "transfer.inside", "transfer.absent")
VISIT, DISINFECT = "transfer.visit", "transfer.disinfect"
S = Transfer.State
NOBODY = "nobody"
#: What one may write down of whoever waits for the next step; a phone without a network does several in a row.
OPENS: dict[str, list[str]] = {
    S.SEATED: [DOWN, BOARD, HAND, ABSENT], S.DOWN: [BOARD, HAND, INSIDE, ABSENT], S.OUTSIDE: [INSIDE], S.BOARDED: [HAND], S.READY: [],
}  # fmt: skip


def _act(one: Incoming, name: str, **more: Any) -> None:
    given = Given(op_id=one.op_id, recorded_at=one.received_at, **more)
    transfer_id = read_id(one.data["transfer"])
    with one.happened(DoesNotFit):
        acting.act(actor=one.actor, at=one.at, transfer_id=transfer_id, name=name, given=given)


def down(one: Incoming) -> None:
    """They stand downstairs."""
    _act(one, "down", note=one.data["note"])


def board(one: Incoming) -> None:
    """They are in the vehicle."""
    _act(one, "board", note=one.data["note"])


def hand(one: Incoming) -> None:
    """Handed over, with the receiver's name."""
    _act(one, "hand", receiver=one.data["receiver"], papers=bool(one.data["papers"]), note=one.data["note"])


def inside(one: Incoming) -> None:
    """Back in the flat."""
    _act(one, "inside", note=one.data["note"])


def absent(one: Incoming) -> None:
    """Nobody answers, or they do not come along."""
    _act(one, one.data["how"], note=one.data["note"])


def ask(one: Incoming) -> None:
    """Who and what is left behind, asked at the door."""
    data = one.data
    chosen, words = [kind for kind in data["kinds"] if kind != NOBODY], data["what"].strip()
    if not data["kinds"] or (NOBODY in data["kinds"] and chosen):
        raise Invalid(gettext("请勾选留下谁、什么；都没有就只勾“没有”。"), field="kinds")
    if chosen and not words:
        raise Invalid(gettext("请写清是谁或什么，要做什么。"), field="what")
    transfer_id = read_id(data["transfer"])
    transfer = fetch(Transfer.objects.filter(pk=transfer_id).select_related(*queries.WITH))
    given = _given(transfer, chosen, words, one.at, all_named=not data["nobody_why"])
    told: dict[str, Any] = {"nobody_why": data["nobody_why"], "op_id": one.op_id, "recorded_at": one.received_at}
    with one.happened():
        leaving.answer(actor=one.actor, at=one.at, transfer_id=transfer_id, left=given, **told)


def _given(transfer: Transfer, chosen: Sequence[str], words: str, at: datetime, *, all_named: bool) -> list[LeftGiven]:
    """Of each kind that was ticked those whom the ledger names; else as it was said.

    With `all_named` whoever else the ledger names is put down too: the phone could not ask again, and an alarm too many ends with a word.
    """
    found = []
    named = [one for one in queries.would_stay(transfer, at) if one.there is None]
    for kind in chosen:
        known = [LeftGiven(kind, words, one.resident.pk) for one in named if one.kind == kind]
        found += known or [LeftGiven(kind, words)]
    return found + [LeftGiven(one.kind, "", one.resident.pk) for one in named if all_named and one.kind not in chosen]


def visit(one: Incoming) -> None:
    """Somebody was there."""
    given = {"result": one.data["result"], "note": one.data["note"], "visit_id": one.op_id, "recorded_at": one.received_at}
    with one.happened():
        leaving.visit(actor=one.actor, at=one.at, dependant_id=read_id(one.data["left"]), **given)


def disinfect(one: Incoming) -> None:
    """One of two signs."""
    # Told twice by one phone: it is signed.
    with suppress(SamePerson), one.happened():
        disinfecting.sign(actor=one.actor, at=one.at, disinfection_id=read_id(one.data["disinfection"]), note=one.data["note"])


def pick_ups(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """Whom the phone's person picks up, in order, run by run: room and name, what they want of the vehicle. Never why."""
    items: list[Data] = []
    if holder.actor.person_id is not None:
        mine = Crew.objects.filter(person=holder.actor.person_id, run__closed_at=None, run__unit__path__startswith=holder.path).select_related("run__unit", "run__destination")
        for run in [one.run for one in mine.order_by("run__leaves_at")]:
            group = gettext("第 {n} 趟 {plate} {clock} → {place}").format(
                n=run.number, plate=run.plate, clock=timezone.localtime(run.leaves_at).strftime("%H:%M"), place=run.destination.name if run.destination else gettext("没有去处")
            )
            for up in run_queries.pick_ups(run):
                items.append(_pick_up(up, group, len(items), at))
        outside = Transfer.objects.filter(state=S.OUTSIDE, unit__path__startswith=holder.path, facts__act="lost_run", facts__data__run__in=_failed(holder))
        for one in outside.select_related(*queries.WITH).distinct():
            items.append(_item(one.pk, f"{one.door} {one.name}", gettext("车没来：请人回屋"), gettext("要回屋的"), len(items), [INSIDE], str(one.get_state_display())))
    return Delta(items)


def _failed(holder: Holder) -> list[str]:
    rows = Crew.objects.filter(person=holder.actor.person_id, run__state="failed").values_list("run_id", flat=True)
    return [str(pk) for pk in rows]


def _pick_up(up: run_queries.PickUp, group: str, order: int, at: datetime) -> Data:
    one = up.transfer
    kinds = list(OPENS.get(one.state, []))
    if not up.asked:
        # Asked first: nobody gets in before.
        kinds.insert(0, ASK)
    first = ""
    if not up.asked:
        named = {one.kind_words: None for one in queries.would_stay(one, at) if one.there is None}
        first = gettext("先问家里留下谁（台账里有：{who}）").format(who="、".join(named)) if named else gettext("先问家里留下谁")
    note = "；".join(filter(None, [first, up.wants, up.alone_note]))
    done = one.state in (S.ARRIVED, S.RELEASED, S.HOME)
    return _item(one.pk, f"{up.number}. {one.door} {up.name}", note, group, order, kinds, str(one.get_state_display()), done=done)


def _item(pk: Any, title: str, note: str, group: str, order: int, kinds: list[str], state: str, *, key: str = "transfer", done: bool = False, due: datetime | None = None) -> Data:
    return {
        "id": str(pk), "title": title, "note": note, "group": group, "order": order, "kinds": kinds, "preset": {key: str(pk)}, "version": "", "fields": {}, "state": state, "done": done,
        "due": due.isoformat() if due else "",
    }  # fmt: skip


def visits(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """Those whom the phone's person looks after, by when."""
    rows = care_queries.own_left(holder.actor).filter(transfer__unit__path__startswith=holder.path)
    items = []
    for n, line in enumerate(care_queries.lines(rows, at)):
        one = line.one
        due = timezone.localtime(one.next_due).strftime("%m-%d %H:%M") if one.next_due else ""
        note = "；".join(filter(None, [gettext("{at} 前去看").format(at=due) if due else "", one.what[:80]]))
        items.append(_item(one.pk, f"{one.transfer.door} {one.get_kind_display()}", note, "", n, [VISIT], line.why, key="left", due=one.next_due))
    return Delta(items)


def disinfections(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """What is to be disinfected in the phone's part; not what this person has signed for already."""
    rows = disinfecting_queries.disinfections_for(holder.actor, at).filter(unit__path__startswith=holder.path).exclude(first=holder.actor.person_id)
    items = []
    for n, one in enumerate(rows if holder.actor.person_id is not None else []):
        due = timezone.localtime(one.alarm_at).strftime("%m-%d %H:%M") if one.alarm_at else ""
        items.append(_item(one.pk, one.where, gettext("{at} 前").format(at=due) if due else "", "", n, [DISINFECT], str(one.get_state_display()), key="disinfection", due=one.alarm_at))
    return Delta(items)


TRANSFER = Field("transfer", _("谁"), GIVEN, required=True)
NOTE = Field("note", _("备注"), TEXT)
WHO = Dependant.Kind.choices
of_transfers = places_of(Transfer.objects, "transfer", "unit__path")

OFFER = Offer(
    kinds=[
        Kind(ASK, _("问家里留下谁"), queries.OWN, ask, places=of_transfers, fields=[
            TRANSFER, Field("kinds", _("家里还留下谁、什么？一样一样问"), CHOICES, required=True, choices=[(NOBODY, _("没有，都安排好了")), *WHO]),
            Field("what", _("是谁、什么，要做什么"), LONG, most=leaving.LONGEST, hint=_("例如：奶奶 84 岁，一天三顿饭；一只猫")),
            Field("nobody_why", _("台账里的人不用照看的，写明在哪里、谁管"), TEXT),
        ]),
        Kind(DOWN, _("已下楼"), queries.OWN, down, places=of_transfers, fields=[TRANSFER, NOTE]),
        Kind(BOARD, _("上车"), queries.OWN, board, places=of_transfers, fields=[TRANSFER, NOTE]),
        Kind(HAND, _("到达交接"), queries.OWN, hand, places=of_transfers, fields=[
            TRANSFER, Field("receiver", _("接收人姓名（请对方报名、签收）"), TEXT, required=True, most=40), Field("papers", _("证件和药已当面交清"), YES_NO, required=True),
            Field("note", _("没交清的：缺什么、怎么补"), TEXT),
        ]),
        Kind(INSIDE, _("已回屋"), queries.OWN, inside, places=of_transfers, fields=[TRANSFER, NOTE]),
        Kind(ABSENT, _("没接到人"), queries.OWN, absent, places=of_transfers, fields=[
            TRANSFER, Field("how", _("怎么回事"), CHOICE, required=True, choices=[("unreachable", _("没人应门")), ("refuse", _("不肯走"))]),
            Field("note", _("说说情况"), TEXT, required=True),
        ]),
        Kind(VISIT, _("看望"), queries.OWN, visit, places=places_of(Dependant.objects, "left", "transfer__unit__path"), fields=[
            Field("left", _("谁"), GIVEN, required=True), Field("result", _("怎么样"), CHOICE, required=True, choices=Visit.Result.choices),
            Field("note", _("有情况的写清楚；病情危急先打 120"), LONG, most=leaving.LONGEST),
        ]),
        Kind(DISINFECT, _("消毒完，签字"), queries.OWN, disinfect, places=places_of(Disinfection.objects, "disinfection", "unit__path"), fields=[Field("disinfection", _("哪里"), GIVEN, required=True), NOTE]),
    ],
    packs=[
        Pack("transfer.pick_ups", _("转运：按顺序接"), queries.OWN, pick_ups, order=20, own=True),
        Pack("transfer.visits", _("要看望的"), queries.OWN, visits, order=21, own=True),
        Pack("transfer.disinfections", _("要消毒的"), queries.OWN, disinfections, order=44, own=True),
    ],
)  # fmt: skip
