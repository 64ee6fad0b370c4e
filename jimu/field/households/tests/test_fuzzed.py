"""Whatever phones send of the ledger's own kinds: an answer for each, no failure of the service, nothing half written."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core import clock
from jimu.core.ids import new_id
from jimu.core.permissions import SYSTEM
from jimu.field.households import form_actions, round_actions
from jimu.field.households.models import Answer, Visit
from jimu.sync.models import Conflict, Operation
from jimu.sync.tests.conftest import enrolled
from jimu.sync.tests.test_fuzzed import anything

from .conftest import AT, Town, door
from .test_forms import xlsform

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_work(town: Town, tmp_path: Path) -> SimpleNamespace:
    rooms = [door(town, "1号楼", "101"), door(town, "3号楼", "101")]
    version, _reading = form_actions.import_form(actor=SYSTEM, at=AT, unit_id=town["甲一居民区"].pk, path=xlsform(tmp_path))
    found = round_actions.open_round(
        actor=SYSTEM, at=clock.now() - timedelta(hours=1), unit_id=town["第1网格块"].pk, title="", pairs=1, form_id=version.form_id
    )
    phone = enrolled(town, town.account("block_leader", "第1网格块"))
    return SimpleNamespace(phone=phone, ids={"room": [str(one.pk) for one in rooms], "round": [str(found.pk)], "form": [str(version.pk)]})


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_payload_is_answered_and_what_is_done_is_there_once(at_work: SimpleNamespace, data: st.DataObject) -> None:
    answers = st.fixed_dictionaries({}, optional={"people": st.integers(-2, 30) | anything, "medicine": st.sampled_from(["yes", "no", "x"]) | anything, "which": anything, "\x00": anything})
    edits = st.fixed_dictionaries({}, optional={"floor": st.integers(-9, 200) | anything, "kitchen": anything, "note": anything})
    payload = {name: st.sampled_from(ids) | st.sampled_from(["", "x", str(new_id())]) | anything for name, ids in at_work.ids.items()}
    payload |= {"result": st.sampled_from(["answered", "second", "flew"]) | anything, "note": anything, "answers": answers | anything, "fields": edits | anything, "was": edits | anything}
    kinds = st.sampled_from(["households.visit", "households.door", "households.answer"])
    ops = data.draw(st.lists(st.tuples(kinds, st.fixed_dictionaries({}, optional=payload)), max_size=5))
    batch = [{"op_id": str(new_id()), "kind": kind, "at": at_work.phone.now().isoformat(), "based_on": None, "payload": given} for kind, given in ops]
    results = at_work.phone.send(*batch)
    assert {one["outcome"] for one in results} <= {"done", "look", "refused"}
    # No action of the ledger may break over a payload: that would be a look for "broken".
    assert not Conflict.objects.filter(why="broken").exists()
    done = {one["op_id"] for one in results if one["outcome"] == "done"}
    kept = {str(pk) for pk in Operation.objects.filter(outcome="done").values_list("pk", flat=True)}
    assert done <= kept
    assert {str(pk) for pk in Answer.objects.values_list("pk", flat=True)} <= {str(pk) for pk in Visit.objects.values_list("pk", flat=True)} <= kept
