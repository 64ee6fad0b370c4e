"""Needs on the phone without a network: what is heard at a door, and what was given to its holder."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jimu.core.permissions import Actor
from jimu.field.needs import acting, queries, reporting
from jimu.field.needs.models import Need
from jimu.field.needs.moving import LONGEST_NOTE
from jimu.field.needs.reporting import LONGEST_TEXT, Given
from jimu.field.needs.words import CLASS_WORDS, class_words
from jimu.grid import naming
from jimu.grid.models import Unit
from jimu.incidents.keeping import least_photo_days, photo_days_at
from jimu.sync.fields import CHOICE, GIVEN, LONG, Field, read_id
from jimu.sync.registry import (
    Answer,
    Data,
    Delta,
    Duty,
    Holder,
    Incoming,
    Kind,
    Offer,
    Pack,
    Photos,
    places_of,
)

KIND, HEAR = "need.report", "needs.hear"
ACCEPT, FINISH = "need.accept", "need.finish"
WAYS = [(Need.Way.DOOR.value, _("当面说的")), (Need.Way.PHONE.value, _("替人打电话问的、电话里说的"))]
#: Whoever comes to doors hears what is needed there.
ASKED = [HEAR, "households.doors", "medicine.doors", "supplies.doors", "screening.homes", "patrol.points"]


def report(incoming: Incoming) -> Answer:
    """The need, its limit counted from when it was heard."""
    data = incoming.data
    given = Given(
        UUID(str(data["unit"])), data["kind"], data["text"], room=data["room"], name=data["name"], phone=data["phone"], way=data["way"] or Need.Way.DOOR
    )
    need = reporting.report(actor=incoming.actor, at=incoming.at, given=given)
    return Answer({"receipt": need.receipt, "class": class_words(need.kind, need.title)} if not need.restricted else {"receipt": need.receipt})


def accept(one: Incoming) -> None:
    """Take on what was given to oneself or one's team; when a mate was quicker the refusal says who."""
    acting.accept(actor=one.actor, at=one.at, need_id=read_id(one.data["need"]))


def finish(one: Incoming) -> None:
    """Say that it is done. Said again, its words go into the story; the resident or the finder confirms, never the handler."""
    need_id, note = read_id(one.data["need"]), one.data["note"]
    given: dict[str, Any] = {"actor": one.actor, "at": one.at, "need_id": need_id, "note": note}
    if one.actor.person_id is not None and Need.objects.filter(pk=need_id, handler=one.actor.person_id, state=Need.State.DONE).exists():
        acting.add_note(**given)
        return
    with one.happened():
        acting.finish(**given)


def places(datas: Sequence[Data]) -> list[str | None]:
    """The path of each one's unit, in one query."""
    ids = {_uuid(data.get("unit")) for data in datas} - {None}
    paths = dict(Unit.objects.filter(pk__in=ids, retired_at=None).values_list("pk", "path"))
    return [paths.get(_uuid(data.get("unit"))) for data in datas]


def _uuid(given: object) -> UUID | None:
    try:
        return UUID(str(given))
    except ValueError:
        return None


def doors_of_part(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """The buildings (where there are none, the blocks and neighborhoods) at which a need may be heard."""
    units = list(queries.places_under([holder.path]))
    buildings = [unit for unit in units if unit.kind == Unit.Kind.BUILDING] or units
    names = naming.places(buildings, [holder.path])
    items = [
        {"id": str(unit.pk), "title": names.of(unit), "note": "", "group": "", "order": n, "kinds": [KIND], "preset": {"unit": str(unit.pk)}, "version": "", "fields": {}, "state": "", "done": False}
        for n, unit in enumerate(buildings)
    ]  # fmt: skip
    return Delta(items)


def given_to_holder(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """What was given to the phone's person or to a team of theirs, the most pressing first. What it says only where they may read it; never a name or a number."""
    rows = queries.mine(holder.actor).filter(unit__path__startswith=holder.path)
    items: list[Data] = []
    for line in queries.lines(holder.actor, rows, at):
        need = line.need
        pending = gettext("还没有决定，先不能办") if need.decision == Need.Decision.PENDING else ""
        limit = gettext("{at} 前办好").format(at=timezone.localtime(need.due_at).strftime("%m-%d %H:%M"))
        taken = need.state == Need.State.ACCEPTED
        # A phone without a network takes a need on and says that it is done in one row.
        kinds = [*([] if taken else [ACCEPT]), *([] if pending else [FINISH])]
        items.append({
            "id": str(need.pk), "title": f"{line.title} {line.place}", "note": "；".join(filter(None, [limit, pending, line.text])), "group": "", "order": len(items),
            "kinds": kinds, "preset": {"need": str(need.pk)}, "version": "", "fields": {}, "state": str(need.get_state_display()), "done": False, "due": need.due_at.isoformat(),
        })  # fmt: skip
    return Delta(items)


def shows(op_id: UUID, payload: Data, told: Data) -> str:
    """A photo shows the need that was written down with it."""
    return queries.photo_subject(str(told.get("receipt")))


def may_see(actor: Actor, subject: str, path: str) -> bool:
    """Who may read the need."""
    need = Need.objects.select_related("unit").filter(receipt=subject.partition(":")[2]).first()
    return need is not None and queries.may_read(actor, need)


def undecided(subjects: Iterable[str]) -> set[str]:
    """Needs that are not over: their photos stay, since somebody may not agree yet."""
    receipts = {subject.partition(":")[2]: subject for subject in subjects}
    return {receipts[one] for one in Need.objects.filter(receipt__in=receipts, closed_at=None).values_list("receipt", flat=True)}


NEED = Field("need", _("哪一件"), GIVEN, required=True)
of_needs = places_of(Need.objects, "need", "unit__path")

OFFER = Offer(
    kinds=[
        Kind(
            KIND, _("居民说有难处"), queries.REPORT, report, places=places, photos=Photos(shows, may_see, days_at=photo_days_at, least_days=least_photo_days, held=undecided),
            fields=[
                Field("unit", _("楼"), GIVEN, required=True),
                Field("kind", _("需要什么"), CHOICE, required=True, choices=list(CLASS_WORDS.items())),
                Field("way", _("怎么知道的"), CHOICE, choices=WAYS, hint=_("不选就是当面说的。")),
                Field("room", _("几室"), most=30),
                Field("text", _("说说情况"), LONG, required=True, most=LONGEST_TEXT, hint=_("例如：胰岛素只够用到今晚；老人发烧，要去医院。")),
                Field("phone", _("联系电话"), most=30),
                Field("name", _("怎么称呼（可不填）"), most=40),
            ],
        ),
        Kind(ACCEPT, _("接单"), queries.OWN, accept, places=of_needs, fields=[NEED]),
        Kind(FINISH, _("办好了"), queries.OWN, finish, places=of_needs, fields=[
            NEED, Field("note", _("怎么办的"), LONG, required=True, most=LONGEST_NOTE, hint=_("写清办了什么、交给谁；是不是办好，由居民或报告人确认。")),
        ]),
    ],
    packs=[
        Pack("needs.mine", _("派给我的诉求"), queries.OWN, given_to_holder, order=22, own=True),
        Pack("needs.places", _("哪栋楼的居民有难处"), queries.REPORT, doors_of_part, order=60, duties=ASKED),
    ],
    duties=[Duty(HEAR, _("听居民的难处"))],
)  # fmt: skip
