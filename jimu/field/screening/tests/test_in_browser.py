"""A sampling table on a phone without a network: scans, a reload in the middle of a tube, a seal; then everything there once."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jimu.core import clock
from jimu.core.permissions import SYSTEM
from jimu.core.tests.serving import CHROMIUM
from jimu.field.households.actions import Given, edit_resident
from jimu.field.screening.codes import HOUSEHOLD, PERSON, code_of
from jimu.field.screening.models import Scan, Tube
from jimu.field.screening.tests.at_table import at_table, go_to_table, type_code
from jimu.field.screening.tests.conftest import ID_NUMBER, Yard
from jimu.sync.models import Device, Operation
from jimu.sync.tests import camera, full_disk
from jimu.sync.tests.clean import clean

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]
FOLDER = os.environ.get("JIMU_STORY_PICTURES")


@pytest.fixture
def table(browser: Any) -> Iterator[tuple[Any, Yard]]:
    """A table without a network, before its first tube."""
    with at_table(browser) as (page, yard):
        page.context.set_offline(True)
        go_to_table(page)
        yield page, yard


def test_a_table_scans_and_seals_without_a_network_and_through_a_reload(table: tuple[Any, Yard]) -> None:
    page, yard = table
    type_code(page, "新管的条码", "t100")
    for person in yard.people[:2]:
        type_code(page, "居民的码", code_of(PERSON, person.pk))
    type_code(page, "居民的码", code_of(PERSON, yard.people[0].pk))
    page.get_by_text("没有重复记").wait_for()
    type_code(page, "居民的码", "999999198506150029")
    page.get_by_text("身份证号不对").wait_for()
    page.reload()
    page.get_by_text("2 / 5", exact=True).wait_for()
    for person in yard.people[2:5]:
        type_code(page, "居民的码", code_of(PERSON, person.pk))
    page.get_by_text("满 5 人").wait_for()
    assert not page.locator("#scanned").is_visible()
    page.get_by_role("button", name="封管").click()
    page.get_by_text("T100 管已封").wait_for()
    # A sealed one is not opened again.
    type_code(page, "新管的条码", "t200")
    page.get_by_role("button", name="换一支管").click()
    type_code(page, "新管的条码", "t100")
    page.get_by_text("T100 管已封，共 5 人").wait_for()
    assert not page.locator(".table-head").is_visible()
    assert not Operation.objects.exists()
    page.context.set_offline(False)
    page.locator("#queue", has_text="都已传完").wait_for()
    tube = Tube.objects.get()
    assert (tube.code, tube.taken, tube.said, tube.sealed_at is not None) == ("T100", 5, 5, True)
    assert set(Scan.objects.values_list("resident", flat=True)) == {person.pk for person in yard.people[:5]}


def with_number(yard: Yard) -> None:
    """The first person's ID number stands in the ledger."""
    person = yard.people[0]
    edit_resident(actor=SYSTEM, at=clock.now(), resident_id=person.pk, seen=person.updated_at, given=Given(name=person.name, id_number=ID_NUMBER))


def test_a_phone_without_a_network_says_that_two_codes_are_one_person(browser: Any) -> None:
    with at_table(browser, before=with_number) as (page, yard):
        assert page.locator("h2").all_inner_texts().count("") == 0
        person, neighbour, alone = yard.people[0], yard.people[1], yard.people[11]
        page.context.set_offline(True)
        go_to_table(page)
        type_code(page, "新管的条码", "t100")
        same = page.get_by_text("同一个人的，这次没有记")
        type_code(page, "居民的码", ID_NUMBER.lower())
        type_code(page, "居民的码", code_of(PERSON, neighbour.pk))
        page.get_by_text("2 / 5", exact=True).wait_for()
        assert not same.is_visible()
        type_code(page, "居民的码", code_of(PERSON, person.pk).lower())
        same.wait_for()
        if FOLDER:
            page.screenshot(path=f"{FOLDER}/one-person.png", full_page=True)
        type_code(page, "居民的码", code_of(HOUSEHOLD, alone.room_id))
        page.get_by_text("3 / 5", exact=True).wait_for()
        assert not same.is_visible()
        type_code(page, "居民的码", code_of(PERSON, alone.pk))
        same.wait_for()
        page.reload()
        type_code(page, "居民的码", code_of(PERSON, person.pk))
        same.wait_for()
        page.get_by_text("3 / 5", exact=True).wait_for()
        page.get_by_role("button", name="照样记下").click()
        page.get_by_text("4 / 5", exact=True).wait_for()
        page.get_by_role("button", name="封管").click()
        page.get_by_text("T100 管已封").wait_for()
        page.context.set_offline(False)
        page.locator("#queue", has_text="都已传完").wait_for()
        tube = Tube.objects.get()
        assert (tube.taken, tube.same, tube.said, tube.missing) == (3, 1, 3, 0)
        # What was noted all the same is kept, and waits for a person.
        assert list(Scan.objects.filter(doubt="two").values_list("resident", flat=True)) == [person.pk]


@pytest.mark.parametrize("how", full_disk.WAYS)
def test_a_full_phone_says_what_was_not_kept_and_goes_on_when_there_is_room(table: tuple[Any, Yard], how: str) -> None:
    page, yard = table
    full, codes = page.locator(".table-screen").get_by_text("手机存储已满"), [code_of(PERSON, person.pk) for person in yard.people[:3]]
    full_disk.fill(page, how)
    type_code(page, "新管的条码", "t100")
    full.wait_for()
    full_disk.clear(page)
    type_code(page, "新管的条码", "t100")
    type_code(page, "居民的码", codes[0])
    page.get_by_text("1 / 5", exact=True).wait_for()
    full_disk.fill(page, how)
    type_code(page, "居民的码", codes[1])
    page.get_by_text(f"…{codes[1][-4:]}：手机存储已满").wait_for()
    if FOLDER:
        page.screenshot(path=f"{FOLDER}/table-full-{how}.png", full_page=True)
    page.get_by_role("button", name="封管").click()
    full.wait_for()
    assert page.get_by_text("1 / 5", exact=True).is_visible()
    full_disk.clear(page)
    for code in codes[1:]:
        type_code(page, "居民的码", code)
    page.get_by_text("3 / 5", exact=True).wait_for()
    assert page.get_by_text("手机存储已满").count() == 0
    page.reload()
    page.get_by_text("3 / 5", exact=True).wait_for()
    page.get_by_role("button", name="封管").click()
    page.get_by_text("T100 管已封，共 3 人").wait_for()
    page.context.set_offline(False)
    page.locator("#queue", has_text="都已传完").wait_for()
    tube = Tube.objects.get()
    assert (tube.code, tube.taken, tube.said) == ("T100", 3, 3)


def test_a_table_s_camera_reads_one_after_another_and_without_a_reader_a_photo_does(table: tuple[Any, Yard], tmp_path: Path) -> None:
    page, yard = table
    codes = [code_of(PERSON, person.pk) for person in yard.people[:3]]
    camera.reads(page)
    page.get_by_role("button", name="扫码", exact=True).click()
    page.get_by_role("button", name="不扫了").wait_for()
    camera.show(page, "t200")
    page.get_by_role("heading", name="T200").wait_for()
    for number, code in enumerate(codes[:2], 1):
        camera.show(page, code)
        page.get_by_text(f"{number} / 5", exact=True).wait_for()
    page.get_by_role("button", name="不扫了").click()
    assert page.locator("video").is_hidden()
    camera.reads_none(page)
    page.get_by_role("button", name="扫码", exact=True).click()
    page.get_by_text("这部手机要连上网才能认照片里的码").wait_for()
    if FOLDER:
        page.screenshot(path=f"{FOLDER}/table-camera.png", full_page=True)
    page.screenshot(path=tmp_path / "photo.png")
    page.context.set_offline(False)
    camera.shoot(page, codes[2:], tmp_path / "photo.png")
    page.get_by_text("3 / 5", exact=True).wait_for()


def test_every_state_of_a_table_is_accessible_and_large_enough(table: tuple[Any, Yard]) -> None:
    page, yard = table
    page.get_by_label("新管的条码").wait_for()
    clean(page)
    assert page.locator("#scanned").evaluate("(box) => box.offsetHeight") >= 64
    type_code(page, "新管的条码", "t100")
    for person in yard.people[:2]:
        type_code(page, "居民的码", code_of(PERSON, person.pk))
    page.get_by_text("2 / 5", exact=True).wait_for()
    clean(page)
    type_code(page, "居民的码", "999999198506150029")
    page.get_by_text("身份证号不对").wait_for()
    clean(page)
    for person in yard.people[2:5]:
        type_code(page, "居民的码", code_of(PERSON, person.pk))
    page.get_by_text("满 5 人").wait_for()
    clean(page)


def test_a_duty_that_ends_in_the_middle_of_a_tube_leaves_it_standing_and_says_who_seals_it(table: tuple[Any, Yard]) -> None:
    page, yard = table
    type_code(page, "新管的条码", "t100")
    for person in yard.people[:2]:
        type_code(page, "居民的码", code_of(PERSON, person.pk))
    page.get_by_text("2 / 5", exact=True).wait_for()
    later = int((clock.now() + timedelta(hours=9)).timestamp() * 1000)
    page.evaluate(f"window.real = Date.now; Date.now = () => {later}; document.dispatchEvent(new Event('visibilitychange')); null")
    page.locator("#standing").get_by_text("还没有封的管：T100 (2)").wait_for()
    if FOLDER:
        page.screenshot(path=f"{FOLDER}/table-over.png", full_page=True)
    assert page.get_by_text("2 / 5", exact=True).is_visible()
    type_code(page, "居民的码", code_of(PERSON, yard.people[2].pk))
    page.locator(".table-screen").get_by_text("值守已经结束，这里不能再记了").wait_for()
    page.get_by_role("button", name="封管").click()
    page.get_by_text("2 / 5", exact=True).wait_for()
    page.get_by_role("link", name="返回").click()
    page.evaluate("location.hash = ''; null")
    page.get_by_role("heading", name="这次值守已经结束").wait_for()
    # It still stands there whenever somebody looks.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange')); null")
    page.locator("main").get_by_text("还没有封的管：T100 (2)").wait_for()
    page.locator("#queue", has_text="2 条待传").wait_for()
    page.evaluate("Date.now = window.real; null")
    page.context.set_offline(False)
    page.locator("#queue", has_text="都已传完").wait_for()
    tube = Tube.objects.get()
    assert (tube.code, tube.taken, tube.sealed_at) == ("T100", 2, None)


def test_an_app_that_was_closed_in_the_middle_of_a_tube_names_it_whenever_it_is_opened_after_the_duty(table: tuple[Any, Yard]) -> None:
    page, yard = table
    for tube, people in (("t100", yard.people[:2]), ("t200", yard.people[2:3]), ("t300", yard.people[3:4])):
        type_code(page, "新管的条码", tube)
        for number, person in enumerate(people, 1):
            type_code(page, "居民的码", code_of(PERSON, person.pk))
            page.get_by_text(f"{number} / 5", exact=True).wait_for()
        page.get_by_role("button", name="封管" if tube == "t300" else "换一支管").click()
    page.get_by_text("T300 管已封").wait_for()
    left = page.locator("main").get_by_text("还没有封的管：T200 (1), T100 (2)")
    later = int((clock.now() + timedelta(hours=9)).timestamp() * 1000)
    page.add_init_script(f"if (!sessionStorage.getItem('back')) Date.now = () => {later};")
    page.evaluate("location.hash = ''; null")
    for _time in range(2):
        page.reload()
        page.get_by_role("heading", name="这次值守已经结束").wait_for()
        left.wait_for()
    if FOLDER:
        page.screenshot(path=f"{FOLDER}/table-over-afresh.png", full_page=True)
    # The server ends it too, and the phone forgets everything but this.
    Device.objects.update(created_at=clock.now() - timedelta(hours=1), ends_at=clock.now())
    page.evaluate("sessionStorage.setItem('back', '1'); null")
    page.context.set_offline(False)
    page.get_by_text("登记这部手机").wait_for()
    assert Scan.objects.count() == 4
    for _time in range(2):
        left.wait_for()
        page.reload()
    if FOLDER:
        page.screenshot(path=f"{FOLDER}/table-wiped-afresh.png", full_page=True)
    kept = page.evaluate("""new Promise((done) => { indexedDB.open('jimu-phone').onsuccess = (event) => {
        const asked = event.target.result.transaction(['meta']).objectStore('meta').getAllKeys(); asked.onsuccess = () => done(asked.result); }; })""")
    assert kept == [f"left:screening:{yard.round.pk}:{yard.site.pk}"]
