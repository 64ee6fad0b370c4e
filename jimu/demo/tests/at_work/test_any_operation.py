"""Whatever a phone sends under any kind of any brick: an answer for each, no failure of the service, nothing half written.

Payloads are drawn from what is right, then one or two fields are spoilt; or they are anything at all. Every kind that a brick offers is
found by itself. Of every kind something is taken, so that none is only ever refused.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.field.households.models import FormVersion, Resident, Room
from jimu.field.households.models import Round as Survey
from jimu.field.medicine import acting
from jimu.field.medicine.models import Order
from jimu.field.needs.models import Need
from jimu.field.patrol import seeing
from jimu.field.patrol.models import Crossing, Gate, Point
from jimu.field.patrol.seeing import Found
from jimu.field.screening.models import Round, Site, Slot
from jimu.field.supplies.models import Consignment, Load, Parcel, Plan
from jimu.field.transfer.models import Dependant, Disinfection, Transfer
from jimu.grid.models import Unit
from jimu.roster.models import Assignment
from jimu.sync import registry
from jimu.sync.fields import CHOICE, CHOICES, DATE, GIVEN, NUMBER, YES_NO, Field
from jimu.sync.models import Conflict, Device, Operation
from jimu.sync.registry import Kind
from jimu.sync.tests.conftest import Phone
from jimu.sync.tests.test_fuzzed import anything

from .conftest import Sample, often, phone_of
from .rows import row

EXAMPLES = 2
#: Sound payloads that are tried until one is taken.
TRIED = 40
#: What has to happen first to the order that one of two has checked, so that this can be done to it.
BEFORE = {
    "medicine.deliver": ["check"], "medicine.witness": ["check"], "medicine.sign": ["check", "deliver"], "medicine.hold": ["check", "deliver"],
    "medicine.return": ["check", "deliver", "sign"],
}  # fmt: skip
#: How far a need of the holder's must be for this to be done with it.
GIVEN_TO = {"need.accept": Need.State.ASSIGNED, "need.finish": Need.State.ACCEPTED}
#: What is done with something that was seen.
FINDINGS = {"patrol.take", "patrol.settle", "patrol.pass_on"}
BAGGED = (Order.State.FETCHED, Order.State.CHECKED, Order.State.DELIVERED)
#: What the sample has none of.
WANTED: dict[str, Any] = {"supplies.bring": Parcel, "supplies.sign_load": Load}
KINDS = sorted(registry.kinds())
#: Which table an id of a payload is of, by the kind's first word or by itself.
IDS: dict[str, Any] = {
    "households.round": Survey, "screening.round": Round, "room": Room, "form": FormVersion, "site": Site, "person": Resident, "slot": Slot,
    "medicine.order": Order, "unit": Unit, "gate": Gate, "point": Point, "plan": Plan, "consignment": Consignment, "transfer": Transfer,
    "left": Dependant, "disinfection": Disinfection, "seat": Assignment,
}  # fmt: skip
#: What kinds that read their payload by hand take besides ids.
BY_HAND: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "screening.scan": {
        "tube": st.sampled_from(["F-1", "F-2"]), "code": st.sampled_from(["", "310101199001010000", "JM1:x", "13800001234"]),
        "act": st.sampled_from(["scan", "seal"]), "table": st.integers(1, 4), "said": st.integers(0, 10),
    },
    "households.answer": {name: st.just("") for name in ("room", "round", "form")},
}  # fmt: skip
#: Words that a field takes, where not any will do.
GOOD = {"missing": [""], "phone": ["", "13800001234"], "more": ["", "氨氯地平片 2盒"], "room": ["101"], "number": ["jw4rtx4x8p9q"]}
LONG = [300, 2001, 19_000, 1_000_000]
texts = st.sampled_from(["", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud83d", "٣", "１２", "-0", "1e400", "NaN", "0" * 12, "9" * 40, "\u202e倒", "<b>", "{}", "%s", "'; --", *("长" * n for n in LONG[:3]), "x" * LONG[3]])
numbers = st.sampled_from([0, -1, 2**31, 2**63, -(2**63) - 1, 10**30, 10**400, 0.5, -0.0, 1e308, 5e-324])
moments = st.sampled_from(["0001-01-01", "9999-12-31", "2026-02-30", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1970-01-02T00:00:00Z", "2099-12-31T00:00:00Z"])
spoilt = st.none() | st.booleans() | texts | numbers | moments | st.sampled_from([[], {}, [[]], [None], {"": None}]) | anything


def table_of(kind: str, name: str) -> Any:
    """The table of an id: as it is called above, or one of the brick's own."""
    brick = kind.split(".")[0]
    known = {model._meta.model_name: model for model in apps.get_app_config(label_of(kind)).get_models()}
    return IDS.get(f"{brick}.{name}") or IDS.get(name) or known.get(name)


def ids(model: Any, under: str = "") -> list[str]:
    found = model.objects.filter(path__startswith=under) if model is Unit else model.objects.all()
    return [str(pk) for pk in found.order_by("pk").values_list("pk", flat=True)[:12]]


def right(kind: Kind, field: Field) -> st.SearchStrategy[Any]:
    """Values of a field that its form takes."""
    values: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
        NUMBER: lambda: st.integers(field.least or 0, min(field.most or 50, 10_000)), YES_NO: st.booleans,
        CHOICE: lambda: st.sampled_from([value for value, _words in field.choices]), DATE: lambda: st.just("2026-11-24"),
        CHOICES: lambda: st.lists(st.sampled_from([value for value, _words in field.choices]), min_size=1, max_size=3, unique=True),
    }  # fmt: skip
    if field.type == GIVEN and (model := table_of(kind.name, field.name)):
        return st.sampled_from(ids(model) or [""])
    return values.get(field.type, lambda: st.sampled_from(GOOD.get(field.name, ["好", "101", "测试"])))()


def presets(phone: Phone, kind: str) -> list[dict[str, Any]]:
    """What the phone's own lists give a payload of this kind; with a form that comes by the item, answers to it; of an edit, what was there."""
    made = []
    for pack in phone.pack().json()["packs"]:
        for item in (one for one in pack["items"] if kind in one["kinds"]):
            given = dict(item["preset"])
            if kind == "households.answer":
                given["answers"] = answers(pack["forms"][item["form"]])
            if registry.kinds()[kind].fields_of:
                given["was"] = item["fields"]
            made.append(given)
    return made[:8]


def make_ready(phone: Phone, kind: str, place: Unit) -> None:
    """Bring the sample so far that something of this kind can be done at a place."""
    for act in BEFORE.get(kind, []):
        acting.act(actor=actor_of(phone.device.account), at=clock.now(), order_id=Order.objects.get(state__in=BAGGED).pk, name=act)
    if kind == "medicine.witness":
        Order.objects.update(controlled=True)
    if kind in GIVEN_TO:
        Need.objects.filter(unit__path__startswith=place.path).update(handler=phone.device.account.person_id, team=None, state=GIVEN_TO[kind])
    if kind == "transfer.inside":
        Transfer.objects.filter(state=Transfer.State.SEATED).update(state=Transfer.State.DOWN)
    if kind == "households.resident":
        building = Room.objects.filter(building__path__startswith=place.path).order_by("pk").values_list("building", flat=True)[0]
        Device.objects.filter(pk=phone.device.pk).update(work=[f"households.people@{building}"])
    if kind in FINDINGS:
        seeing.see(actor=SYSTEM, found=Found(new_id(), "hazard", clock.now(), unit_id=place.pk, text="楼道堆着纸箱"))
    if kind in WANTED:
        row(WANTED[kind], place)


def answers(form: dict[str, Any]) -> dict[str, Any]:
    """A form filled in."""
    values = {"number": 1, "decimal": 1, "date": "2026-11-24", "long": "好"}
    asked = [one for one in form["fields"] if one["type"] in (*values, "choice", "choices")]
    chosen = {one["name"]: one["choices"][0][0] for one in asked if one["type"] in ("choice", "choices")}
    return {one["name"]: [chosen[one["name"]]] if one["type"] == "choices" else chosen.get(one["name"], values.get(one["type"])) for one in asked}


def whole(kind: Kind, offered: Sequence[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Payloads as a phone writes them."""
    fields = {field.name: right(kind, field) for field in kind.fields} | BY_HAND.get(kind.name, {})
    drawn = st.fixed_dictionaries(fields)
    if kind.fields_of:
        given_names = {field.name for field in kind.fields if field.type == GIVEN}
        drawn = drawn.map(lambda made: {**{n: v for n, v in made.items() if n in given_names}, "fields": {n: v for n, v in made.items() if n not in given_names}, "was": {}})
    return st.tuples(drawn, st.sampled_from(list(offered) or [{}])).map(lambda two: {**two[0], **two[1]})


@st.composite
def spoil(draw: st.DrawFn, payload: dict[str, Any]) -> dict[str, Any]:
    """One or two fields of a payload made wrong, also within what lies in it."""
    payload = dict(payload)
    for _n in range(draw(st.integers(1, 2))):
        name = draw(st.sampled_from([*payload, "\x00", "extra"]))
        if isinstance(payload.get(name), dict) and payload[name] and draw(st.booleans()):
            payload[name] = draw(spoil(payload[name]))
        elif draw(st.integers(0, 7)) == 0:
            payload.pop(name, None)
        else:
            payload[name] = draw(spoilt | st.sampled_from(foreign()))
    return payload


def foreign() -> list[str]:
    """Ids of something else, and of nothing."""
    return [str(new_id()), *(one for model in (Room, Unit, Order) for one in ids(model)[-1:])]


def standing(label: str) -> str:
    """A mark of all rows of a brick, with what phones did in the journal."""
    told = hashlib.sha256()
    for model in apps.get_app_config(label).get_models(include_auto_created=True):
        told.update(repr(list(model.objects.order_by("pk").values_list())).encode(errors="replace"))
    told.update(str(JournalEntry.objects.exclude(verb__startswith="sync.").count()).encode())
    return told.hexdigest()


def label_of(kind: str) -> str:
    """The brick whose tables an operation writes."""
    return {"need": "needs", "relay": "roster"}.get(kind.split(".")[0], kind.split(".")[0])


@contextmanager
def undone() -> Iterator[None]:
    """What happens within is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def op(phone: Phone, kind: str, payload: Any, **more: Any) -> dict[str, Any]:
    return {"op_id": str(new_id()), "kind": kind, "at": phone.now().isoformat(), "based_on": None, "payload": payload, **more}


def beside(phone: Phone, kind: str) -> tuple[dict[str, Any], Callable[[], int]]:
    """A sound operation of another brick in the same batch, and how many rows such ones have made."""
    if label_of(kind) != "needs":
        unit = str(Unit.objects.filter(kind=Unit.Kind.BUILDING).order_by("path").first().pk)
        return op(phone, "need.report", {"unit": unit, "kind": "food", "text": "米吃完了", "room": "101"}), Need.objects.count
    gate = str(Gate.objects.order_by("pk").first().pk)
    return op(phone, "patrol.medical", {"gate": gate, "way": "out", "note": ""}), Crossing.objects.count


def alone(phone: Phone, kind: str, payload: Any, **more: Any) -> str:
    """What becomes of one operation by itself. One that is refused, or waits for a person, leaves its brick as it was."""
    before = standing(label_of(kind))
    (told,) = phone.send(op(phone, kind, payload, **more))
    assert told["outcome"] in {"done", "look", "refused"}
    if told["outcome"] != "done":
        assert told["message"]
        assert told["code"]
    # Of an edit whose field was changed elsewhere too, the other fields are kept.
    if told["outcome"] == "refused" or (told["outcome"] == "look" and told["code"] != f"look_{Conflict.Why.SAME_FIELD}"):
        assert standing(label_of(kind)) == before, (told, payload)
    # An action that broke would be a look at "broken".
    assert not Conflict.objects.filter(why=Conflict.Why.BROKEN).exists(), (kind, payload)
    return str(told["outcome"])


def among_others(phone: Phone, kind: str, payloads: Sequence[Any], **more: Any) -> None:
    """Several of a kind between two sound ones of another brick, which stand whatever becomes of these."""
    (first, rows), (last, _same) = beside(phone, kind), beside(phone, kind)
    had = rows()
    batch = [first, *(op(phone, kind, payload, **more) for payload in payloads), last]
    outcomes = phone.outcomes(*batch)
    assert [outcomes[0], outcomes[-1]] == ["done", "done"], payloads
    assert rows() == had + 2
    assert not Conflict.objects.filter(why=Conflict.Why.BROKEN).exists(), (kind, payloads)
    kept = {str(pk) for pk in Operation.objects.filter(outcome="done").values_list("pk", flat=True)}
    assert {one["op_id"] for one, outcome in zip(batch, outcomes, strict=True) if outcome == "done"} <= kept
    again = ["already_done" if outcome == "done" else outcome for outcome in outcomes]
    assert phone.outcomes(*batch) == again


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_of_another_neighborhood_changes_nothing_here(phone: Phone, at_work: Sample, kind: str) -> None:
    make_ready(phone, kind, at_work.here)
    sound = whole(registry.kinds()[kind], presets(phone, kind))
    strange = phone_of(at_work.account("commander", at_work.there), at_work.there)

    @often(1)
    @given(payload=sound)
    def refused(payload: dict[str, Any]) -> None:
        # A building is of either neighborhood; everything else that is named lies here.
        if "unit" in payload:
            payload["unit"] = str(Unit.objects.filter(kind=Unit.Kind.BUILDING, path__startswith=at_work.here.path).first().pk)
        with undone():
            assert alone(strange, kind, payload) == "refused"

    refused()


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_payload_is_taken(phone: Phone, at_work: Sample, kind: str) -> None:
    """Else a kind that is refused whatever it holds would pass here, and nothing of it were tried."""
    make_ready(phone, kind, at_work.here)
    outcomes: set[str] = set()

    @often(TRIED)
    @given(payload=whole(registry.kinds()[kind], presets(phone, kind)))
    def tried(payload: dict[str, Any]) -> None:
        if "done" not in outcomes:
            with undone():
                outcomes.add(alone(phone, kind, payload))

    tried()
    assert "done" in outcomes, outcomes


@pytest.mark.parametrize("kind", KINDS)
def test_any_payload_is_answered_and_a_refused_one_writes_nothing(phone: Phone, at_work: Sample, kind: str) -> None:
    make_ready(phone, kind, at_work.here)
    sound = whole(registry.kinds()[kind], presets(phone, kind))
    drawn = st.one_of(sound, sound, *[sound.flatmap(spoil)] * 5, anything)

    @often(EXAMPLES)
    @given(payloads=st.lists(drawn, min_size=1, max_size=3), based_on=st.none() | st.sampled_from(["", "1", "\x00"]) | st.integers())
    def answered(payloads: list[Any], based_on: Any) -> None:
        with undone():
            alone(phone, kind, payloads[0], based_on=based_on)
        with undone():
            among_others(phone, kind, payloads, based_on=based_on)

    answered()
