"""Anything at the phones' doors, in any wrapping: bodies, types of content, lengths and headers that no phone sends. Understood or refused, never a failure."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core.ids import new_id
from jimu.sync.models import Operation
from jimu.sync.tests.conftest import Phone
from jimu.sync.tests.test_fuzzed import anything

pytestmark = pytest.mark.django_db
OFTEN = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
DOORS = ["enrol", "heartbeat", "operations", "pack", "scan", "wiped", f"photos/{new_id()}/0", f"photos/{new_id()}/999999999999"]
bodies = st.one_of(
    st.binary(max_size=300), anything.map(lambda one: json.dumps(one).encode()), anything.map(lambda one: gzip.compress(json.dumps(one).encode())),
    st.sampled_from([b"\x1f\x8b\x08broken", b"\xff\xfe{\x00}\x00", b'{"code": "\xed\xa0\x80"}', b'{"code": "\\u0000"}', b'{"sent_at": 1e999}', b'{"looks": [null, {}, 7]}', b"x" * 70_000]),
)  # fmt: skip
headers = st.fixed_dictionaries({}, optional={
    "Content-Encoding": st.sampled_from(["gzip", "br", "deflate, gzip", "\x7f"]), "Accept-Encoding": st.sampled_from(["gzip;q=0", "gzip", "*", ",,,"]),
    "Accept-Language": st.sampled_from(["xx", "zh-Hant;q=nan", "," * 300, "en\x7f"]), "If-None-Match": st.sampled_from(["", "W/", "*", '"' * 9]),
    "Authorization": st.sampled_from(["", "Bearer", "Bearer  ", "Basic eA==", "Bearer \x7f", "bearer " + "x" * 5000, "Bearer 长"]),
})  # fmt: skip
kinds_of_content = st.sampled_from(["application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "application/x-www-form-urlencoded", "", "application/json; charset=utf-99"])


@OFTEN
@given(path=st.sampled_from(DOORS), method=st.sampled_from(["post", "post", "get", "put", "options"]), body=bodies, kind=kinds_of_content, more=headers, asked=st.sampled_from(["", "?cursor=%00", "?cursor=%ED%A0%80", "?op=x&of=9", f"?op={new_id()}&of=1"]))
def test_a_door_answers_whatever_is_sent(phone: Phone, path: str, method: str, body: bytes, kind: str, more: dict[str, str], asked: str) -> None:
    given = {"Authorization": f"Bearer {phone.token}", **more}
    answer = phone.client.generic(method.upper(), f"/sync/{path}{asked}", body, content_type=kind, headers=given)
    assert answer.status_code < 500
    assert not Operation.objects.exists()


@OFTEN
@given(length=st.sampled_from(["0", "-1", "x", "", str(2**31), str(2**63), "9" * 40, "1e3", " 7 "]), body=st.sampled_from([b"", b"{}", b'{"operations": []}']))
def test_a_length_that_is_none_is_answered_too(phone: Phone, length: str, body: bytes) -> None:
    given: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {phone.token}", "CONTENT_LENGTH": length}
    assert phone.client.post("/sync/operations", body, content_type="application/json", **given).status_code < 500
