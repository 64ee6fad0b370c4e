"""Whatever arrives at the phones' door: no failure of the service, nothing half written."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core import clock
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.sync.models import Operation
from jimu.sync.tests import offering
from jimu.sync.tests.conftest import Phone

pytestmark = pytest.mark.django_db
OUTCOMES = {"done", "already_done", "look", "refused"}
OFTEN = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
moments = st.sampled_from(["2026-04-06T09:00:00+08:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-04-06", "", "1970-01-02T00:00:00Z"])


def payloads(units: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    edits = st.fixed_dictionaries({}, optional={"note": anything, "elders": anything, "\x00": anything})
    known = {
        "unit": st.sampled_from([*units, "", "x", "\x00"]) | anything, "result": st.sampled_from(["answered", "empty", "moved", "zz"]) | anything,
        "note": anything, "how": st.sampled_from(["", "refuse", "look", "break"]) | anything, "fields": edits | anything, "was": edits | anything,
    }  # fmt: skip
    return st.fixed_dictionaries({}, optional=known)


@st.composite
def operations(draw: st.DrawFn, units: list[str], now: str) -> Any:
    if draw(st.integers(0, 9)) == 0:
        return draw(anything)
    whole = {
        "op_id": str(new_id()), "kind": draw(st.sampled_from(["test.knock", "test.edit", "test.fussy"])), "at": now, "based_on": None,
        "payload": draw(payloads(units)),
    }  # fmt: skip
    for name, wrong in (("op_id", anything), ("kind", anything), ("at", moments | anything), ("based_on", anything), ("payload", anything), ("form", anything)):
        if draw(st.integers(0, 11)) == 0:
            whole[name] = draw(wrong)
    return whole


@OFTEN
@given(data=st.data())
def test_any_batch_is_answered_line_by_line_and_each_record_has_its_answer(phone: Phone, data: st.DataObject) -> None:
    units = [str(unit.pk) for unit in phone.town.units.values()]
    batch = data.draw(st.lists(operations(units, clock.now().isoformat()), max_size=6))
    results = phone.send(*batch)
    assert len(results) == len(batch)
    assert {one["outcome"] for one in results} <= OUTCOMES
    done = {one["op_id"] for one in results if one["outcome"] in ("done", "already_done")}
    wrote = JournalEntry.objects.filter(verb__in=[offering.KNOCKED, offering.FUSSED])
    targets = list(wrote.values_list("target", flat=True))
    assert len(targets) == len(set(targets))
    kept = {str(one) for one in Operation.objects.filter(outcome="done").values_list("pk", flat=True)}
    assert done <= kept
    assert {target.removeprefix("op:") for target in targets} <= kept
    again = phone.send(*batch)
    assert [one["outcome"] for one in again] == ["already_done" if one["outcome"] == "done" else one["outcome"] for one in results]


@OFTEN
@given(body=anything | st.binary(max_size=200), path=st.sampled_from(["operations", "heartbeat", "enrol"]))
def test_any_body_is_understood_or_refused(phone: Phone, body: Any, path: str) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body)
    assert phone.post(path, raw).status_code in (200, 400, 403)


@pytest.mark.parametrize("raw", ["[" * 100_000, '{"operations":' + "9" * 5000 + "}", '{"operations":[NaN]}', "{" * 9, "", '{"operations":[' + "1," * 600 + "1]}"])
def test_what_chokes_a_reader_is_refused(phone: Phone, raw: str) -> None:
    assert phone.post("operations", raw).status_code == 400
