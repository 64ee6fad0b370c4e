"""What phones may write down at a door without a network: a need, at a building of their part."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from jimu.core.permissions import Actor
from jimu.field.needs import queries, reporting
from jimu.field.needs.models import Need
from jimu.field.needs.reporting import LONGEST_TEXT, Given
from jimu.field.needs.words import CLASS_WORDS, class_words
from jimu.grid.models import Unit
from jimu.incidents.keeping import least_photo_days, photo_days_at
from jimu.sync.fields import CHOICE, GIVEN, LONG, Field
from jimu.sync.registry import Answer, Data, Delta, Duty, Holder, Incoming, Kind, Offer, Pack, Photos

KIND, HEAR = "need.report", "needs.hear"
#: Whoever comes to doors hears what is needed there.
ASKED = [HEAR, "households.doors", "medicine.doors", "supplies.doors", "screening.homes", "patrol.points"]


def report(incoming: Incoming) -> Answer:
    """The need, its limit counted from when it was heard."""
    data = incoming.data
    given = Given(
        UUID(str(data["unit"])), data["kind"], data["text"], room=data["room"], name=data["name"], phone=data["phone"], way=Need.Way.DOOR
    )
    need = reporting.report(actor=incoming.actor, at=incoming.at, given=given)
    return Answer({"receipt": need.receipt, "class": class_words(need.kind, need.title)} if not need.restricted else {"receipt": need.receipt})


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
    items = [
        {"id": str(unit.pk), "title": unit.name, "note": "", "group": "", "order": n, "kinds": [KIND], "preset": {"unit": str(unit.pk)}, "version": "", "fields": {}, "state": "", "done": False}
        for n, unit in enumerate(buildings)
    ]  # fmt: skip
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


OFFER = Offer(
    kinds=[
        Kind(
            KIND, _("居民说有难处"), queries.REPORT, report, places=places, photos=Photos(shows, may_see, days_at=photo_days_at, least_days=least_photo_days, held=undecided),
            fields=[
                Field("unit", _("楼"), GIVEN, required=True),
                Field("kind", _("需要什么"), CHOICE, required=True, choices=list(CLASS_WORDS.items())),
                Field("room", _("几室"), most=30),
                Field("text", _("说说情况"), LONG, required=True, most=LONGEST_TEXT, hint=_("例如：胰岛素只够用到今晚；老人发烧，要去医院。")),
                Field("phone", _("联系电话"), most=30),
                Field("name", _("怎么称呼（可不填）"), most=40),
            ],
        )
    ],
    packs=[Pack("needs.places", _("哪栋楼的居民有难处"), queries.REPORT, doors_of_part, order=60, duties=ASKED)],
    duties=[Duty(HEAR, _("听居民的难处"))],
)  # fmt: skip
