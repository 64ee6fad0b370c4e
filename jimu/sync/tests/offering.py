"""What a brick would offer, for sync's tests: knocks at doors, an edit of a unit, and a kind that fails as it is told.

Knocks become journal entries, which are only ever appended: one that was written twice would be seen.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from jimu.core import journal
from jimu.core.errors import Conflict, Invalid, JimuError
from jimu.core.models import JournalEntry
from jimu.grid.models import Unit
from jimu.sync import registry
from jimu.sync.fields import Field, read_id
from jimu.sync.registry import Answer, Delta, Held, Holder, Incoming, Kind, NeedsLook, Offer, Pack, Photos

KNOCKED, FUSSED = "test.knocked", "test.fussed"
RIGHT = "grid.view"


def places(rows: Sequence[Any]) -> list[str | None]:
    ids = [read_id(row["unit"]) for row in rows]
    paths = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "path"))
    return [paths.get(one) for one in ids]


def entry(one: Incoming) -> JournalEntry:
    data = {"result": one.data["result"], "said": one.said_at.isoformat()}
    return JournalEntry(at=one.at, account_id=one.actor.account_id, actor_name=one.actor.name, verb=KNOCKED, target=f"op:{one.op_id}", scope=one.path, data=data)


def knock(one: Incoming) -> Answer:
    entry(one).save()
    return Answer({"result": one.data["result"]})


def knock_all(many: Sequence[Incoming]) -> list[Answer | JimuError | None]:
    JournalEntry.objects.bulk_create([entry(one) for one in many if one.data["result"] != "moved"])
    gone = Conflict("已经搬走的不用再敲。")
    return [gone if one.data["result"] == "moved" else Answer({"result": one.data["result"]}) for one in many]


def fuss(one: Incoming) -> None:
    journal.record(actor=one.actor, at=one.at, verb=FUSSED, target=f"op:{one.op_id}", scope=one.path)
    match one.data["how"]:
        case "refuse":
            raise Invalid("这样不行。")
        case "look":
            raise NeedsLook("请人看一下。")
        case "break":
            raise ZeroDivisionError


def held(one: Incoming) -> Held:
    unit = Unit.objects.get(pk=one.data["unit"])
    return Held(f"unit:{unit.pk}", unit.note, {"note": unit.note, "elders": unit.elders})


def edit(one: Incoming) -> None:
    Unit.objects.filter(pk=one.data["unit"]).update(**one.data["fields"])


def rooms(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    units = Unit.objects.filter(path__startswith=holder.path).order_by("path")
    return Delta([
        {"id": str(unit.pk), "title": unit.name, "note": "", "group": "", "kinds": ["test.knock", "test.edit"], "preset": {"unit": str(unit.pk)},
            "version": unit.note, "fields": {"note": unit.note, "elders": unit.elders}}
        for unit in units
    ])  # fmt: skip


UNIT = Field("unit", "地方", "given", required=True)
RESULT = Field("result", "结果", "choice", required=True, choices=[("answered", "有人"), ("empty", "没人"), ("moved", "搬走了")])
KNOCK = Kind(
    "test.knock", "敲门", RIGHT, knock, knock_all, [UNIT, RESULT, Field("note", "备注", "long")], places=places, several_phones=True,
    photos=Photos(lambda op, payload, told: f"unit:{payload['unit']}:{told['result']}", lambda actor, subject, path: actor.may("sync.manage", path), most=2),
)  # fmt: skip
EDIT = Kind(
    "test.edit", "改楼栋资料", RIGHT, edit, None, [UNIT, Field("note", "备注"), Field("elders", "老人", "number", least=0, most=9999)],
    places=places, fields_of=held, called=lambda data: f"{Unit.objects.get(pk=data['unit']).name}的资料",
)  # fmt: skip
FUSSY = Kind("test.fussy", "会出错的", RIGHT, fuss, None, [Field("how", "怎样")], late=timedelta(days=2), personal=False)
OFFER = Offer([KNOCK, EDIT, FUSSY], [Pack("test.rooms", "今天要敲的门", RIGHT, rooms)])


def install() -> None:
    """Let this process offer them."""
    registry.offers = lambda: (OFFER,)  # type: ignore[assignment]
    registry.forget()
