"""The phone app in a browser: enrolled by a link, offline for a while and through a reload, everything there once; wiped when told."""

import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.permissions import SYSTEM
from jimu.core.tests.elsewhere import environment, free_port
from jimu.core.tests.serving import CHROMIUM
from jimu.grid.models import Unit
from jimu.grid.tests.town import Town
from jimu.sync import actions, photos
from jimu.sync.models import Device, Operation, Photo
from jimu.sync.tests import full_disk, killing
from jimu.sync.tests.clean import clean
from jimu.sync.tests.conftest import knocks
from jimu.sync.tests.patience import kept_by_worker, until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]
FOLDER = os.environ.get("JIMU_STORY_PICTURES")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Callable[[], None]]]:
    """The service's address, and what starts it afresh: its process is loaded once for this file."""
    port = free_port()
    with killing.service(port, tmp_path_factory.mktemp("service") / "serving", environment()) as anew:
        yield f"http://127.0.0.1:{port}", anew


@pytest.fixture
def address(town: Town, offered: None, loaded: tuple[str, Callable[[], None]]) -> str:
    found, anew = loaded
    anew()
    return found


@pytest.fixture
def app(browser: Any, address: str, town: Town) -> Iterator[Any]:
    """The app on a phone that has just been enrolled by its link; troubles that nobody sees fail the test."""
    account = town.account("block_leader", "第1网格块")
    at = clock.now()
    _device, secret = actions.invite(
        actor=actor_of(account), at=at, account_id=account.pk, unit_id=town["第1网格块"].pk, label="小米", ends_at=at + timedelta(hours=8)
    )
    context = browser.new_context(**PHONE)
    context.set_default_timeout(40_000)
    page, troubles = context.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" and "Failed to load resource" not in said.text else None)
    page.goto(f"{address}/app/#enrol={secret}")
    page.get_by_role("link", name="1号楼").wait_for()
    kept_by_worker(page)
    assert secret not in page.url
    yield page
    assert troubles == []


def queue(page: Any, text: str) -> None:
    page.locator("#queue", has_text=text).wait_for()


def knock(page: Any, unit: str, answer: str = "有人") -> None:
    page.get_by_role("link", name=unit).click()
    page.get_by_role("link", name="敲门").click()
    page.get_by_text(answer, exact=True).click()
    page.get_by_role("button", name="记下").click()
    page.get_by_text(f"已记下：{unit}").wait_for()


def change(page: Any, unit: str, note: str) -> None:
    page.get_by_role("link", name=unit).click()
    page.get_by_role("link", name="改楼栋资料").click()
    page.get_by_label("备注").fill(note)
    page.get_by_role("button", name="记下").click()
    page.get_by_text(f"已记下：{unit}").wait_for()


def test_a_phone_without_network_keeps_everything_through_a_reload_and_the_server_gets_each_once(app: Any) -> None:
    app.context.set_offline(True)
    knock(app, "1号楼")
    knock(app, "2号楼", "没人")
    change(app, "2号楼", "新门禁")
    queue(app, "3 条待传")
    app.reload()
    queue(app, "3 条待传")
    assert app.locator("#net").inner_text() == "没有网络"
    # What this phone changed is what it shows, before anything was sent.
    change(app, "2号楼", "新门禁两处")
    queue(app, "4 条待传")
    assert not Operation.objects.exists()
    app.context.set_offline(False)
    queue(app, "都已传完")
    assert Counter(Operation.objects.values_list("kind", "outcome")) == {("test.knock", "done"): 2, ("test.edit", "done"): 2}
    assert sorted(one.data["result"] for one in knocks()) == ["answered", "empty"]
    assert Unit.objects.get(name="2号楼").note == "新门禁两处"


def test_what_a_person_must_see_is_shown_in_the_queue_and_leaves_it_when_settled(app: Any) -> None:
    app.context.set_offline(True)
    change(app, "1号楼", "手机写的")
    Unit.objects.filter(name="1号楼").update(note="办公室写的")
    app.context.set_offline(False)
    queue(app, "0 条待传，1 条要看")
    app.locator("#queue").click()
    app.get_by_text("同一项别处也改了").wait_for()
    assert Unit.objects.get(name="1号楼").note == "办公室写的"
    Operation.objects.update(outcome="done")
    app.get_by_role("button", name="现在上传").click()
    queue(app, "都已传完")


@pytest.mark.parametrize("how", full_disk.WAYS)
def test_a_full_phone_says_so_and_keeps_what_it_has(app: Any, how: str) -> None:
    app.context.set_offline(True)
    knock(app, "1号楼")
    full_disk.fill(app, how)
    app.get_by_role("link", name="2号楼").click()
    app.get_by_role("link", name="敲门").click()
    app.get_by_text("有人", exact=True).click()
    app.get_by_role("button", name="记下").click()
    app.locator("form").get_by_text("手机存储已满").wait_for()
    assert app.get_by_label("有人").is_checked()
    queue(app, "1 条待传")
    app.context.set_offline(False)
    queue(app, "都已传完")
    assert len(knocks()) == 1


@pytest.mark.parametrize("end", ["revoked", "duty over"])
def test_a_phone_forgets_everything_when_its_duty_ends_or_it_is_revoked(app: Any, end: str) -> None:
    app.context.set_offline(True)
    knock(app, "1号楼")
    device = Device.objects.get()
    if end == "revoked":
        actions.revoke(actor=SYSTEM, at=clock.now(), device_id=device.pk)
    else:
        Device.objects.update(created_at=clock.now() - timedelta(hours=1), ends_at=clock.now())
    app.context.set_offline(False)
    app.get_by_text("登记这部手机").wait_for()
    counts = app.evaluate("""new Promise((done) => { indexedDB.open('jimu-phone').onsuccess = (event) => {
        const act = event.target.result.transaction(['queue', 'photos', 'packs', 'meta']);
        const asked = [...act.objectStoreNames].map((name) => act.objectStore(name).count());
        act.oncomplete = () => done(asked.map((one) => one.result)); }; })""")
    assert counts == [0, 0, 0, 0]
    # What was written during the duty still arrived when the duty merely ended.
    assert len(knocks()) == (0 if end == "revoked" else 1)
    assert Device.objects.get().wiped_at is not None


def test_every_screen_is_accessible_and_no_wider_than_the_phone(app: Any) -> None:
    clean(app)
    app.context.set_offline(True)
    knock(app, "1号楼")
    clean(app)
    app.get_by_role("link", name="1号楼").click()
    app.get_by_role("link", name="敲门").click()
    clean(app)
    app.locator("#queue").click()
    app.get_by_role("heading", name="待传的记录").wait_for()
    clean(app)


def tiny() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1, 1)).save(out, "JPEG")
    return out.getvalue()


JPEG = tiny()


def shoot(page: Any, photo: bytes) -> None:
    page.locator("form input[type=file]").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo})


def photo_counts(page: Any) -> int:
    return page.evaluate("""new Promise((done) => { indexedDB.open('jimu-phone').onsuccess = (event) => {
        const asked = event.target.result.transaction(['photos']).objectStore('photos').count(); asked.onsuccess = () => done(asked.result); }; })""")


def knock_with_photos(page: Any, photos: list[bytes]) -> None:
    page.get_by_role("link", name="1号楼").click()
    page.get_by_role("link", name="敲门").click()
    page.get_by_text("有人", exact=True).click()
    for number, photo in enumerate(photos, 1):
        shoot(page, photo)
        page.locator(".photos li").nth(number - 1).wait_for()
    page.get_by_role("button", name="记下").click()


def test_photos_taken_without_network_are_made_small_and_follow_their_record(app: Any) -> None:
    large = io.BytesIO()
    Image.effect_noise((2600, 1300), 40).convert("RGB").save(large, "JPEG", quality=90)
    app.context.set_offline(True)
    knock_with_photos(app, [large.getvalue(), JPEG])
    queue(app, "1 条待传 · 2 张照片待传")
    app.reload()
    queue(app, "1 条待传 · 2 张照片待传")
    # The second part of a photo is cut off, however often the app tries by itself: later it goes on where it stopped.
    cut = {"n": 0, "asked": 0, "bad": True}

    def fail_for_now(route: Any) -> None:
        cut["asked"] += 1
        if "/1?" in route.request.url and cut["bad"]:
            cut["n"] += 1
            route.abort()
        else:
            route.continue_()

    app.context.route("**/sync/photos/**", fail_for_now)
    app.context.set_offline(False)
    app.locator("#queue", has_text=re.compile("^2 张照片待传")).wait_for()
    assert Operation.objects.count() == 1
    app.locator("#queue").click()
    cut["bad"] = False
    app.get_by_role("button", name="现在上传").click()
    queue(app, "都已传完")
    kept = [Image.open(io.BytesIO(photos.see(actor=SYSTEM, at=clock.now(), photo_id=one.pk))).size for one in Photo.objects.order_by("pk")]
    assert sorted(kept) == [(1, 1), (1280, 640)]
    assert cut["n"] >= 1
    parts = sum(one.parts for one in Photo.objects.all())
    assert parts > 2
    assert cut["asked"] == parts + cut["n"]
    assert photo_counts(app) == 0


def test_photos_of_a_refused_record_stay_with_it_and_go_when_it_is_thrown_away(app: Any) -> None:
    app.context.set_offline(True)
    knock_with_photos(app, [JPEG])
    queue(app, "1 张照片待传")
    app.evaluate("""new Promise((done) => { indexedDB.open('jimu-phone').onsuccess = (event) => {
        const act = event.target.result.transaction(['queue'], 'readwrite'); const all = act.objectStore('queue');
        const asked = all.getAll(); asked.onsuccess = () => asked.result.forEach((one) => all.put({ ...one, state: 'refused', message: '不收' }));
        act.oncomplete = done; }; })""")
    app.context.set_offline(False)
    app.reload()
    queue(app, "0 条待传，1 条要看 · 1 张照片待传")
    app.on("dialog", lambda dialog: dialog.accept())
    app.locator("#queue").click()
    app.get_by_role("button", name="不要这条").click()
    queue(app, "都已传完")
    assert photo_counts(app) == 0
    assert not Photo.objects.exists()


def test_more_photos_than_the_phone_may_keep_are_said_before_anything_is_lost(app: Any) -> None:
    app.context.set_offline(True)
    knock_with_photos(app, [JPEG])
    queue(app, "1 条待传 · 1 张照片待传")
    app.evaluate("""new Promise((done) => { indexedDB.open('jimu-phone').onsuccess = (event) => {
        const act = event.target.result.transaction(['photos'], 'readwrite');
        act.objectStore('photos').put({ id: 'x', op_id: 'x', sent: 0, bytes: new ArrayBuffer(30000000), size: 30000000 }); act.oncomplete = done; }; })""")
    knock_with_photos(app, [JPEG])
    app.locator("form").get_by_text("待传的照片太多了").wait_for()
    queue(app, "1 条待传")
    app.get_by_role("button", name="不要这张").click()
    app.get_by_role("button", name="记下").click()
    queue(app, "2 条待传")


HOUR = timedelta(hours=1)
CLOCK = "const real = Date.now; Date.now = () => real() + Number(sessionStorage.getItem('shift') ?? 0);"
# What the server said of the duty's end and of its clock is kept, and the lists are there.
HEARD = """([end, ahead]) => new Promise((done) => { indexedDB.open('jimu-phone').onsuccess = (event) => {
    const act = event.target.result.transaction(['meta', 'packs']);
    const [device, clock, cursor] = ['device', 'ahead', 'cursor'].map((name) => act.objectStore('meta').get(name));
    const packs = act.objectStore('packs').count();
    act.oncomplete = () => done(Math.abs(Date.parse(device.result.ends_at) - end) < 2 && Math.abs(clock.result - ahead) < 60000 && Boolean(cursor.result) && packs.result > 0); }; })"""
HELD = """new Promise((done) => { indexedDB.open('jimu-phone').onsuccess = (event) => {
    const act = event.target.result.transaction(['queue', 'packs', 'meta']);
    const [queue, packs, meta] = [act.objectStore('queue').count(), act.objectStore('packs').count(), act.objectStore('meta').getAllKeys()];
    act.oncomplete = () => done([queue.result, packs.result, meta.result]); }; })"""


def set_clock(page: Any, hours: int) -> None:
    """The phone's clock is so many hours ahead; it looks at it as when somebody takes the phone out of the pocket."""
    page.evaluate(f"sessionStorage.setItem('shift', {hours * 3_600_000}); document.dispatchEvent(new Event('visibilitychange')); null")


def test_without_a_network_the_lists_go_when_the_duty_ends_and_come_back_when_it_is_prolonged(app: Any) -> None:
    end = clock.now() + HOUR
    Device.objects.update(ends_at=end)
    app.add_init_script(CLOCK)
    # A clock that is two hours ahead ends no duty: the server's counts.
    set_clock(app, 2)
    app.reload()
    until(app, HEARD, [end.timestamp() * 1000, -2 * 3_600_000])
    app.get_by_role("link", name="2号楼").wait_for()
    app.context.set_offline(True)
    knock(app, "1号楼")
    app.get_by_role("link", name="2号楼").click()
    app.get_by_role("link", name="敲门").click()
    app.get_by_text("有人", exact=True).click()
    set_clock(app, 4)
    # Who was filling in a form keeps what was typed, and hears that it is not taken any more.
    standing = app.locator("#standing").get_by_text("值守已经结束，这里不能再记了")
    standing.wait_for()
    assert app.get_by_label("有人").is_checked()
    app.get_by_role("button", name="记下").click()
    app.locator("form").get_by_text("值守已经结束，这里不能再记了").wait_for()
    app.get_by_role("link", name="返回").click()
    app.evaluate("location.hash = ''")
    app.get_by_text("还有 1 条没有传").wait_for()
    assert standing.count() == 0
    assert app.get_by_role("link", name="1号楼").count() == 0
    queued, packs, meta = app.evaluate(HELD)
    assert (queued, packs, sorted(meta)) == (1, 0, ["ahead", "device", "token"])
    app.reload()
    app.get_by_role("heading", name="这次值守已经结束").wait_for()
    if FOLDER:
        app.screenshot(path=f"{FOLDER}/duty-over.png", full_page=True)
    queue(app, "1 条待传")
    set_clock(app, 2)
    Device.objects.update(ends_at=clock.now() + 8 * HOUR)
    app.context.set_offline(False)
    app.get_by_role("link", name="2号楼").wait_for()
    queue(app, "都已传完")
    assert len(knocks()) == 1
