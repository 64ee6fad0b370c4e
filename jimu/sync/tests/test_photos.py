"""Photos of operations: after their operation, in parts that may come twice and in any order, seen by few, gone when their time is over."""

import io
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from jimu.core import clock
from jimu.core.commands import run
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.grid.tests.town import Town
from jimu.sync import actions, photos, registry, rules
from jimu.sync.models import Conflict, Device, Operation, Photo, PhotoPart
from jimu.sync.tests.conftest import Phone, enrolled

pytestmark = pytest.mark.django_db
PART = 3000


def picture(side: int = 300) -> bytes:
    """A photo with a place in it, as a camera writes it."""
    made = Image.effect_noise((side, side), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = "121.47,31.23"
    out = io.BytesIO()
    made.save(out, "JPEG", quality=70, exif=exif)
    return out.getvalue()


@pytest.fixture
def raw() -> bytes:
    return picture()


def parts(raw: bytes) -> list[bytes]:
    return [raw[at : at + PART] for at in range(0, len(raw), PART)]


def put(phone: Phone, op: dict[str, Any], raw: bytes, number: int, *, photo: object, of: int | None = None) -> Any:
    path = f"/sync/photos/{photo}/{number}?op={op['op_id']}&of={of or len(parts(raw))}"
    header = {"Authorization": f"Bearer {phone.token}"}
    return phone.client.post(path, data=parts(raw)[number], content_type="application/octet-stream", headers=header)


def whole(phone: Phone, op: dict[str, Any], raw: bytes, photo: object = None) -> Any:
    photo, answer = photo or new_id(), None
    for number in range(len(parts(raw))):
        answer = put(phone, op, raw, number, photo=photo)
    return answer


@pytest.fixture
def op(phone: Phone) -> dict[str, Any]:
    """A knock that has arrived."""
    sent = phone.op()
    assert phone.outcomes(sent) == ["done"]
    return sent


def code(answer: Any) -> str:
    return answer.json()["error"]["code"]


def test_parts_come_twice_and_in_any_order_and_are_one_photo(phone: Phone, op: dict[str, Any], raw: bytes) -> None:
    photo, n = new_id(), len(parts(raw))
    assert n > 3
    for number in (2, 0, 2):
        told = put(phone, op, raw, number, photo=photo).json()
    assert told == {"have": [0, 2], "done": False}
    assert photos.of([f"unit:{op['payload']['unit']}:answered"]) == []
    for number in range(n):
        told = put(phone, op, raw, number, photo=photo).json()
    assert told == {"have": list(range(n)), "done": True}
    assert put(phone, op, raw, 1, photo=photo).json()["done"]
    assert [str(one.pk) for one in photos.of([f"unit:{op['payload']['unit']}:answered"])] == [str(photo)]
    assert not PhotoPart.objects.exists()
    assert JournalEntry.objects.filter(verb="sync.photo_kept").count() == 1


def test_a_photo_is_sealed_and_says_nothing_of_its_camera(phone: Phone, op: dict[str, Any], raw: bytes, town: Town) -> None:
    assert b"121.47" in raw
    whole(phone, op, raw)
    row = Photo.objects.get()
    assert "JFIF" not in row.image_sealed
    seen = photos.see(actor=SYSTEM, at=clock.now(), photo_id=row.pk)
    assert Image.open(io.BytesIO(seen)).size == (300, 300)
    assert b"121.47" not in seen


class TestRefused:
    def test_a_photo_waits_for_its_operation(self, phone: Phone, raw: bytes) -> None:
        sent = phone.op()
        answer = put(phone, sent, raw, 0, photo=new_id())
        assert (answer.status_code, code(answer)) == (409, "operation_first")
        phone.send(sent)
        assert put(phone, sent, raw, 0, photo=new_id()).status_code == 200

    def test_another_phone_s_operation_is_none(self, phone: Phone, op: dict[str, Any], raw: bytes, town: Town) -> None:
        other = enrolled(town, town.account("block_leader", "第1网格块"))
        assert code(put(other, op, raw, 0, photo=new_id())) == "operation_first"

    def test_a_refused_operation_and_a_kind_without_photos_take_none(self, phone: Phone, raw: bytes) -> None:
        refused, without = phone.op(unit="3号楼"), phone.op("test.fussy", payload={"how": "look"})
        assert phone.outcomes(refused, without) == ["refused", "look"]
        assert [code(put(phone, one, raw, 0, photo=new_id())) for one in (refused, without)] == ["no_photos"] * 2
        assert not Photo.objects.exists()

    def test_no_more_than_the_kind_takes(self, phone: Phone, op: dict[str, Any], raw: bytes) -> None:
        assert [whole(phone, op, raw).status_code for _n in range(2)] == [200, 200]
        assert code(put(phone, op, raw, 0, photo=new_id())) == "too_many_photos"

    def test_an_id_is_one_photo_of_one_operation(self, phone: Phone, op: dict[str, Any], raw: bytes) -> None:
        photo, second = new_id(), phone.op()
        phone.send(second)
        put(phone, op, raw, 0, photo=photo)
        assert code(put(phone, second, raw, 0, photo=photo)) == "photo_id_reused"
        assert code(put(phone, op, raw, 0, photo=photo, of=2)) == "photo_id_reused"

    def test_what_is_no_photo_leaves_nothing(self, phone: Phone, op: dict[str, Any]) -> None:
        answer = put(phone, op, b"no picture", 0, photo=new_id())
        assert (answer.status_code, code(answer)) == (422, "bad_photo")
        assert not Photo.objects.exists()
        assert not PhotoPart.objects.exists()

    def test_nonsense_is_refused_and_nothing_breaks(self, phone: Phone, op: dict[str, Any], raw: bytes) -> None:
        header = {"Authorization": f"Bearer {phone.token}"}
        for query in ("", "?op=x&of=2", f"?op={op['op_id']}", f"?op={op['op_id']}&of=-1", f"?op={op['op_id']}&of=0", f"?op={op['op_id']}&of=99999", f"?op={op['op_id']}&of=²"):
            answer = phone.client.post(f"/sync/photos/{new_id()}/0{query}", data=b"x", content_type="application/octet-stream", headers=header)
            assert answer.status_code in (400, 422), query
        large = phone.client.post(f"/sync/photos/{new_id()}/0?op={op['op_id']}&of=2", data=b"x" * (photos.PART_BYTES + 1), content_type="application/octet-stream", headers=header)
        assert code(large) == "bad_part"

    def test_a_revoked_phone_sends_none_one_past_its_duty_does(self, phone: Phone, op: dict[str, Any], raw: bytes) -> None:
        ended = clock.now() - timedelta(minutes=5)
        Device.objects.update(created_at=ended - timedelta(hours=1), ends_at=ended)
        assert put(phone, op, raw, 0, photo=new_id()).status_code == 200
        actions.revoke(actor=SYSTEM, at=clock.now(), device_id=phone.device.pk)
        assert code(put(phone, op, raw, 0, photo=new_id())) == "device_revoked"


def test_only_who_may_read_what_it_goes_with_sees_it_and_the_look_is_on_record(phone: Phone, op: dict[str, Any], raw: bytes, town: Town) -> None:
    whole(phone, op, raw)
    address = f"/sync/photos/{Photo.objects.get().pk}/"
    statuses = {}
    for role, unit in (("secretary", "甲一居民区"), ("secretary", "乙一居民区"), ("building_leader", "1号楼")):
        client = Client()
        client.force_login(town.account(role, unit), backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(address)
        statuses[role, unit] = answer.status_code
        if answer.status_code == 200:
            assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/jpeg", "no-store")
    assert statuses == {("secretary", "甲一居民区"): 200, ("secretary", "乙一居民区"): 404, ("building_leader", "1号楼"): 404}
    assert JournalEntry.objects.filter(verb="sync.photo_seen").count() == 1
    assert Client().get(address).status_code == 302


def test_a_half_photo_is_shown_to_nobody(phone: Phone, op: dict[str, Any], raw: bytes) -> None:
    put(phone, op, raw, 0, photo=new_id())
    with pytest.raises(photos.NotFound):
        photos.see(actor=SYSTEM, at=clock.now(), photo_id=Photo.objects.get().pk)


def kept(monkeypatch: pytest.MonkeyPatch, **more: Any) -> None:
    """The brick of the tests says for how long, or what it holds."""
    kind = registry.kinds()["test.knock"]
    assert kind.photos is not None
    changed = replace(kind, photos=replace(kind.photos, **more))
    monkeypatch.setattr(photos, "kinds", lambda: {"test.knock": changed})


def on_disk() -> bytes:
    """What the files of an embedded database hold; of a server's nothing is read here."""
    if connection.vendor != "sqlite":
        return b""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
    file = Path(connection.settings_dict["NAME"])
    # Another process reads: to close a file gives up all locks that this process has on it, the database's own too.
    return subprocess.run(["cat", file, file.with_name(f"{file.name}-wal")], check=True, capture_output=True).stdout


def plan_of(sql: str) -> list[str]:
    """How the embedded database would read it; of a server's nothing is asked here."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[-1] for row in cursor.fetchall()]


class TestRetention:
    def test_a_photo_goes_when_its_time_is_over_and_its_operation_stays(self, phone: Phone, op: dict[str, Any], raw: bytes) -> None:
        whole(phone, op, raw)
        end = Photo.objects.get().at + timedelta(days=registry.USUAL_DAYS)
        assert photos.purge(actor=SYSTEM, at=end - timedelta(seconds=1)) == 0
        assert not photos.purge_due()
        assert photos.purge(actor=SYSTEM, at=end) == 1
        assert (Photo.objects.count(), Operation.objects.count()) == (0, 1)
        assert JournalEntry.objects.get(verb="sync.photos_purged").data == {"photos": 1}

    def test_a_place_may_keep_photos_for_fewer_days_than_another(self, phone: Phone, op: dict[str, Any], raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        whole(phone, op, raw)
        at, scope = Photo.objects.get().at, Photo.objects.get().scope
        kept(monkeypatch, days_at=lambda paths: {path: 7 if path == scope else 90 for path in paths})
        assert (photos.purge(actor=SYSTEM, at=at + timedelta(days=7, seconds=-1)), photos.purge(actor=SYSTEM, at=at + timedelta(days=7))) == (0, 1)

    def test_one_under_dispute_stays_until_somebody_decided(self, phone: Phone, op: dict[str, Any], raw: bytes) -> None:
        whole(phone, op, raw)
        doubt = Conflict.objects.create(operation=Operation.objects.get(), why=Conflict.Why.KIND, made_at=clock.now())
        late = clock.now() + timedelta(days=300)
        assert (photos.purge_due(), photos.purge(actor=SYSTEM, at=late), Photo.objects.count()) == (False, 0, 1)
        Conflict.objects.filter(pk=doubt.pk).update(state=Conflict.State.HERE)
        assert (photos.purge(actor=SYSTEM, at=late), Photo.objects.count()) == (1, 0)

    def test_what_a_brick_holds_stays(self, phone: Phone, op: dict[str, Any], raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        whole(phone, op, raw)
        late = clock.now() + timedelta(days=300)
        kept(monkeypatch, held=lambda subjects: {one for one in subjects if one.startswith("unit:")})
        assert photos.purge(actor=SYSTEM, at=late) == 0
        kept(monkeypatch, held=lambda subjects: set())
        assert photos.purge(actor=SYSTEM, at=late) == 1

    @pytest.mark.django_db(transaction=True)
    def test_nothing_of_it_is_left_on_the_disk(self, phone: Phone, op: dict[str, Any], raw: bytes) -> None:
        whole(phone, op, raw)
        written = Photo.objects.get().image_sealed.encode()[200:260]
        assert written in on_disk() or connection.vendor != "sqlite"
        assert photos.purge(actor=SYSTEM, at=clock.now() + timedelta(days=31)) == 1
        assert (Photo.objects.count(), written in on_disk()) == (0, False)

    def test_while_no_photo_is_old_enough_anywhere_no_place_is_looked_at(self, phone: Phone, op: dict[str, Any], raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        whole(phone, op, raw)
        asked: list[str] = []

        def seven(paths: Iterable[str]) -> dict[str, int]:
            asked.extend(paths)
            return dict.fromkeys(paths, 7)

        kept(monkeypatch, days_at=seven, least_days=lambda: 7)
        Photo.objects.update(at=clock.now() - timedelta(days=7, seconds=-60))
        with CaptureQueriesContext(connection) as looks:
            assert not photos.purge_due()
        assert (len(looks), asked) == (2, [])
        assert not any("SCAN sync_photo" in step and "part" not in step for look in looks.captured_queries for step in plan_of(look["sql"]))
        Photo.objects.update(at=clock.now() - timedelta(days=7))
        assert photos.purge_due()
        assert asked == [Photo.objects.get().scope]

    def test_a_command_does_it_too(self, phone: Phone, op: dict[str, Any], raw: bytes, capsys: pytest.CaptureFixture[str]) -> None:
        whole(phone, op, raw)
        Photo.objects.update(at=clock.now() - timedelta(days=31))
        assert photos.purge_due()
        assert run(["devices", "photos"]) == 0
        assert (capsys.readouterr().out.strip(), Photo.objects.count(), photos.purge_due()) == ("1", 0, False)

    def test_what_never_came_whole_goes_when_its_phone_may_send_nothing_more(self, phone: Phone, op: dict[str, Any], raw: bytes) -> None:
        put(phone, op, raw, 0, photo=new_id())
        at = clock.now()
        assert photos.purge(actor=SYSTEM, at=at + rules.STILL_SENDS - timedelta(minutes=1)) == 0
        assert photos.purge(actor=SYSTEM, at=at + rules.STILL_SENDS + timedelta(minutes=1)) == 1
        assert not PhotoPart.objects.exists()
