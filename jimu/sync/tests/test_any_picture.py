"""Whatever a phone sends as a photo, as a code to be read, as where it stopped and as its farewell: understood or refused, and what was whole stays whole."""

import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from jimu.core.ids import new_id
from jimu.sync.models import Device, Photo, PhotoPart
from jimu.sync.tests.conftest import Phone

pytestmark = pytest.mark.django_db
OFTEN = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def picture(form: str, size: tuple[int, int] = (60, 40), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 90).save(out, form)
    return out.getvalue()


WHOLE = [picture("JPEG"), picture("PNG"), picture("WEBP"), picture("PNG", mode="P"), picture("PNG", mode="I;16"), picture("GIF"), picture("PNG", (9000, 9000), "1")]


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A picture with bytes changed, cut off, or more behind it."""
    raw = bytearray(draw(st.sampled_from(WHOLE)))
    for _n in range(draw(st.integers(0, 4))):
        raw[draw(st.integers(0, min(len(raw), 200) - 1))] = draw(st.integers(0, 255))
    return bytes(raw[: draw(st.integers(0, len(raw)) | st.just(len(raw)))]) + draw(st.binary(max_size=20))


raws = st.one_of(st.sampled_from(WHOLE), spoilt(), st.binary(max_size=100))


@OFTEN
@given(raw=raws)
def test_whatever_is_to_be_read_for_codes_is_answered(phone: Phone, raw: bytes) -> None:
    answer = send(phone, "scan", raw)
    assert answer.status_code == 200 or 400 <= answer.status_code < 500
    assert answer.status_code != 200 or isinstance(answer.json()["codes"], list)


numbers = st.sampled_from(["0", "1", "2", "39", "40", "-1", "9" * 19, "9" * 40, "x", "٣"])


@OFTEN
@given(data=st.data())
def test_whatever_comes_as_parts_of_a_photo_a_photo_that_is_whole_was_a_picture(phone: Phone, data: st.DataObject) -> None:
    done, other = phone.op(), phone.op(payload={"result": "zz"})
    assert phone.outcomes(done, other) == ["done", "refused"]
    ids, ops = [str(new_id()), str(new_id()), "x"], [done["op_id"], done["op_id"], done["op_id"], other["op_id"], str(new_id()), "", "\x00"]
    for _n in range(data.draw(st.integers(1, 6))):
        photo, op = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(ops))
        number, of, raw = data.draw(st.just("0") | numbers), data.draw(st.sampled_from(["1", "1", "2"]) | numbers), data.draw(raws)
        answer = send(phone, f"photos/{photo}/{number}", raw, op=op, of=of)
        assert answer.status_code < 500
        if answer.status_code == 200:
            # Sent again it changes nothing.
            assert send(phone, f"photos/{photo}/{number}", raw, op=op, of=of).json() == answer.json()
    for photo in Photo.objects.filter(pk__in=ids[:2]):
        parts = PhotoPart.objects.filter(photo=photo).count()
        assert str(photo.operation_id) == done["op_id"]
        assert parts == 0 if photo.whole else 0 < parts < photo.parts


@OFTEN
@given(data=st.data())
def test_wherever_a_phone_says_it_stopped_it_gets_its_lists(phone: Phone, data: st.DataObject) -> None:
    told = phone.pack().json()["cursor"]
    at = data.draw(st.integers(0, len(told)))
    cursor = data.draw(st.sampled_from([told, told[:at], told[:at] + "\x00" + told[at:], told[:at] + "9" * 30 + told[at:], "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"]) | st.text(max_size=40))
    answer = phone.pack(cursor)
    assert answer.status_code == 200
    assert [one["name"] for one in answer.json()["packs"]] == ["test.rooms"]


@OFTEN
@given(token=st.sampled_from(["own", "own", "", "x"]) | st.text(max_size=60), body=st.binary(max_size=60))
def test_only_a_phone_s_own_word_says_that_it_is_wiped(phone: Phone, token: str, body: bytes) -> None:
    Device.objects.update(wiped_at=None)
    said = phone.token if token == "own" else token
    answer = phone.client.post("/sync/wiped", body, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {said}")
    assert answer.status_code < 500
    assert (Device.objects.get().wiped_at is not None) == (answer.status_code == 200) == (token == "own")


def send(phone: Phone, path: str, raw: bytes, **asked: str) -> Any:
    return phone.client.post(f"/sync/{path}", raw, content_type="application/octet-stream", query_params=asked, headers={"Authorization": f"Bearer {phone.token}"})
