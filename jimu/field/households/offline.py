"""What a phone at the doors may write down without a network: knocks, and what is known of a door."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from jimu.core.errors import Invalid, JimuError
from jimu.core.permissions import Actor
from jimu.field.households import (
    actions,
    form_actions,
    form_queries,
    people_offline,
    queries,
    round_actions,
    round_queries,
)
from jimu.field.households.answer_actions import Differs
from jimu.field.households.form_actions import Filling
from jimu.field.households.form_rules import REPEAT, Definition, described
from jimu.field.households.models import FormVersion, Room, Visit
from jimu.field.households.queries import photo_subject
from jimu.field.households.round_actions import Knock
from jimu.field.households.rules import HIGHEST, LOWEST
from jimu.incidents.keeping import least_photo_days, photo_days_at
from jimu.sync.fields import Field, read_id
from jimu.sync.registry import (
    Answer,
    Data,
    Delta,
    Duty,
    Held,
    Holder,
    Incoming,
    Kind,
    Offer,
    Pack,
    Photos,
    Spot,
    places_of,
)
from jimu.sync.rules import read_moment

RECORD, EDIT = "households.record", "households.edit"
VISIT, DOOR, ANSWER = "households.visit", "households.door", "households.answer"
#: What a phone may be for.
DOORS = "households.doors"
#: Fields of the ledger that are a word or a number.
SHORT = ("room.kitchen", "resident.name", "resident.phone", "resident.id_number")
#: How the phone draws each kind of question.
DRAWN = {"text": "long", "integer": "number", "decimal": "decimal", "date": "date", "select_one": "choice", "select_multiple": "choices", "note": "note", "calculate": "calculate", "repeat": "repeat"}


def _knock(one: Incoming) -> Knock:
    data = one.data
    return Knock(one.op_id, read_id(data["round"]), read_id(data["room"]), data["result"], one.at, data["note"])


def visit(one: Incoming) -> None:
    """One knock."""
    round_actions.knock(actor=one.actor, told=_knock(one))


def visits(many: Sequence[Incoming]) -> list[Answer | JimuError | None]:
    """Many knocks of one phone, whose actor is the same."""
    return [*round_actions.knock_all(actor=many[0].actor, told=[_knock(one) for one in many])]


def held(one: Incoming) -> Held:
    """A door as it is now."""
    room = queries.room_for(one.actor, read_id(one.data["room"]), EDIT)
    return Held(f"room:{room.pk}", room.updated_at.isoformat(), known(room))


def known(room: Room) -> dict[str, Any]:
    """What a phone may change of a door."""
    return {"floor": room.floor, "kitchen": room.kitchen, "note": room.note}


def edit(one: Incoming) -> None:
    """Fields of a door that nobody else changed meanwhile."""
    actions.edit_room(actor=one.actor, at=one.at, room_id=read_id(one.data["room"]), seen=None, changes=one.data["fields"])


def filled_in(payload: Data) -> Data:
    """Which door, which round, which version of which form, and what was answered."""
    answers = payload.get("answers")
    if not isinstance(answers, dict):
        raise Invalid
    ids = {"room": str(payload.get("room")), "round": read_id(payload.get("round")), "form": read_id(payload.get("form"))}
    return {**ids, "answers": answers, "begun": read_moment(payload.get("begun"))}


def _filling(one: Incoming) -> Filling:
    data = one.data
    # The phone's clock may be wrong, how long it took is right.
    begun = one.at - max(timedelta(), one.said_at - data["begun"]) if data["begun"] else None
    return Filling(one.op_id, data["round"], read_id(data["room"]), data["form"], data["answers"], one.at, begun=begun)


def answer(one: Incoming) -> Answer | None:
    """One form; or what a person has decided of one that is kept."""
    if one.decided:
        form_actions.decide(actor=one.actor, at=one.received_at, told=_filling(one), decided=one.decided)
        return None
    told = _told(form_actions.keep_answers(actor=one.actor, told=[_filling(one)])[0])
    if isinstance(told, JimuError):
        raise told
    return told


def answers(many: Sequence[Incoming]) -> list[Answer | JimuError | None]:
    """Many forms of one phone."""
    return [_told(one) for one in form_actions.keep_answers(actor=many[0].actor, told=[_filling(one) for one in many])]


def _told(found: JimuError | Differs | None) -> Answer | JimuError | None:
    """For the phone; what differs from the ledger waits for a person."""
    return Answer(differs=found.versions, subject=found.subject) if isinstance(found, Differs) else found


def drawn(version: FormVersion) -> dict[str, Any]:
    """A form for the phone, in the reader's language."""
    language = get_language() or "zh-hans"
    return {"title": version.form.title, "fields": _fields(described(Definition.of(version.definition), language))}


def _fields(told: Sequence[Data]) -> list[dict[str, Any]]:
    """Questions under the types that the phone draws, those of a repeat too; of the ledger's short words a line is enough."""
    return [{**one, "type": "text" if one.get("ledger") in SHORT else DRAWN[one["type"]], **({"questions": _fields(one["questions"])} if one["type"] == REPEAT else {})} for one in told]


def doors(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """Doors of the rounds that go on, by pair, in the order of walking; no name is among them."""
    items: list[dict[str, Any]] = []
    forms: dict[str, Any] = {}
    states = {value: str(words) for value, words in Room.State.choices}
    for found in round_queries.open_rounds_at(holder.path):
        key, asked = str(found.pk), [VISIT, DOOR]
        preset: dict[str, str] = {"round": key}
        of_form: dict[str, str] = {}
        if found.form is not None:
            version = form_queries.newest_of(found.form)
            forms[str(version.pk)] = drawn(version)
            asked, of_form = [ANSWER, *asked], {"form": str(version.pk)}
        stops, known_doors = round_queries.doors_of(found.unit)
        pairs = holder.spots(DOORS)
        for share in round_queries.shares_of(found, stops):
            if pairs is not None and str(share.number) not in pairs:
                continue
            group = _("{title} · 第 {n} 对").format(title=found.title, n=share.number)
            for stop in share.left:
                door = known_doors[stop.room_id]
                if not door.path.startswith(holder.path):
                    continue
                room = str(stop.room_id)
                items.append({
                    "id": room, "title": " ".join(filter(None, [stop.building, stop.entrance, stop.number])), "note": door.kitchen,
                    "place": stop.building, "group": group, "order": len(items), "kinds": asked, "preset": {**preset, **of_form, "room": room}, **of_form,
                    "version": door.updated_at.isoformat(), "fields": {"floor": stop.floor, "kitchen": door.kitchen, "note": door.note},
                    "state": states[door.state], "done": False,
                })  # fmt: skip
    return Delta(items, forms=forms)


def pairs_at(path: str, at: datetime) -> list[Spot]:
    """The pairs of the rounds that go on at a place: a pair's phone holds the doors of its own part, of each round that comes."""
    most = max((found.pairs for found in round_queries.open_rounds_at(path)), default=0)
    return [Spot(str(number), _("第 {n} 对").format(n=number)) for number in range(1, most + 1)]


def shows(op_id: UUID, payload: Data, told: Data) -> str:
    """A photo at a door shows the door."""
    return photo_subject(str(payload.get("room")))


def may_see(actor: Actor, subject: str, path: str) -> bool:
    """Who may read names at that door may see it."""
    return actor.may("households.reveal", path)


ROOM = Field("room", gettext_lazy("室"), "given", required=True)
places = places_of(Room.objects, "room", "building__path")

OFFER = Offer(
    kinds=[
        Kind(
            VISIT, gettext_lazy("敲门"), RECORD, visit, visits,
            fields=[
                ROOM, Field("round", gettext_lazy("入户"), "given", required=True),
                Field("result", gettext_lazy("结果"), "choice", required=True, choices=Visit.Result.choices),
                Field("note", gettext_lazy("备注"), "text"),
            ],
            places=places, called=people_offline.door_called, photos=Photos(shows, may_see, days_at=photo_days_at, least_days=least_photo_days),
        ),
        Kind(
            DOOR, gettext_lazy("这一户的情况"), EDIT, edit, None,
            fields=[
                ROOM, Field("floor", gettext_lazy("楼层"), "number", least=LOWEST, most=HIGHEST),
                Field("kitchen", gettext_lazy("合用厨房组"), "text", most=20), Field("note", gettext_lazy("备注"), "text"),
            ],
            places=places, fields_of=held, called=people_offline.door_called,
        ),
        Kind(ANSWER, gettext_lazy("填表"), RECORD, answer, answers, clean=filled_in, places=places, by_item=True, called=people_offline.door_called),
        *people_offline.KINDS,
    ],
    packs=[people_offline.PACK, Pack("households.round", gettext_lazy("今天要敲的门"), RECORD, doors, duties=[DOORS])],
    duties=[Duty(DOORS, gettext_lazy("入户敲门"), pairs_at), people_offline.DUTY],
)  # fmt: skip
