"""The app's screens before a server by hand: what is said and stays said, what is typed and stays typed, whatever happens meanwhile."""

import re
from datetime import timedelta
from typing import Any

import pytest

from jimu.core import clock
from jimu.core.tests.serving import CHROMIUM
from jimu.sync.tests import full_disk
from jimu.sync.tests.app_by_hand import LOOK, NO_WORKER, app, queue, server, write
from jimu.sync.tests.patience import until
from jimu.sync.tests.pretending import DEVICE, HASTE, Pretend, item, moment, pack

__all__ = ["app", "server"]
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]


def test_a_server_that_never_answers_is_said_and_the_next_press_brings_what_waits(server: Pretend, app: Any) -> None:
    app.evaluate(HASTE)
    server.answers["operations"] = server.silence
    write(app)
    app.locator("#net", has_text="没有网络").wait_for()
    queue(app, "1 条待传")
    server.answers["operations"] = server.take
    app.locator("#queue").click()
    app.get_by_role("button", name="现在上传").click()
    queue(app, "都已传完")


def test_storage_that_fails_in_a_round_does_not_end_sending_for_good(server: Pretend, app: Any) -> None:
    app.evaluate(HASTE)
    server.answers["operations"] = server.silence
    write(app)
    app.locator("#net", has_text="没有网络").wait_for()
    app.evaluate("window.real = IDBDatabase.prototype.transaction; IDBDatabase.prototype.transaction = () => { throw new DOMException('broken', 'UnknownError'); }; null")
    with app.expect_event("pageerror"):
        app.evaluate("dispatchEvent(new Event('online')); null")
    app.evaluate("IDBDatabase.prototype.transaction = window.real; null")
    server.troubles.clear()
    server.answers["operations"] = server.take
    app.evaluate("dispatchEvent(new Event('online')); null")
    queue(app, "都已传完")
    server.troubles.clear()


def test_a_code_is_sent_once_however_often_the_phone_is_looked_at_meanwhile(server: Pretend) -> None:
    held: list[Any] = []
    server.answers["enrol"] = held.append
    server.page.goto("https://app.test/app/#enrol=abc")
    server.page.locator("#notices").get_by_text("正在登记").wait_for()
    for _n in range(3):
        server.page.evaluate(LOOK)
    server.page.evaluate("new Promise((go) => { setTimeout(go, 200); })")
    assert server.paths() == ["enrol"]
    held[0].fulfill(json={"token": "t", "device": {"label": "小米", "unit": "1号楼", "ends_at": "2099-01-01T00:00:00+00:00"}, "now": moment()})
    server.page.get_by_role("link", name="1号楼").wait_for()
    assert server.paths().count("enrol") == 1
    assert "enrol" not in server.page.url


def test_a_code_that_could_not_be_sent_stands_in_the_form_and_can_be_sent_again(server: Pretend) -> None:
    usual, server.answers["enrol"] = server.answers["enrol"], lambda route: route.abort()
    server.page.goto("https://app.test/app/#enrol=abc")
    server.page.locator("#notices").get_by_text("登记需要网络").wait_for()
    assert server.page.get_by_label("登记链接").input_value() == "abc"
    server.answers["enrol"] = usual
    server.page.get_by_role("button", name="登记", exact=True).click()
    server.page.get_by_role("link", name="1号楼").wait_for()
    assert [body["code"] for path, body in server.asked if path == "enrol"] == ["abc", "abc"]


def test_a_link_that_is_being_pasted_stays(server: Pretend) -> None:
    server.page.goto("https://app.test/app/")
    box = server.page.get_by_label("登记链接")
    box.fill("https://app.test/app/#enrol=x")
    for _n in range(3):
        server.page.evaluate(LOOK)
    server.page.evaluate("new Promise((go) => { setTimeout(go, 200); })")
    assert box.input_value() == "https://app.test/app/#enrol=x"
    server.page.get_by_role("button", name="登记", exact=True).click()
    server.page.get_by_role("link", name="1号楼").wait_for()
    assert server.asked[0][1]["code"] == "x"


def test_a_new_place_is_not_taken_while_something_of_the_old_one_was_not_sent(server: Pretend, app: Any) -> None:
    server.answers["operations"] = lambda route: route.abort()
    write(app)
    queue(app, "1 条待传")
    server.asked.clear()
    app.evaluate("location.hash = '#enrol=second'; null")
    app.locator("#notices").get_by_text("还有 1 条没有处理完").wait_for()
    assert "enrol" not in server.paths()
    server.answers["operations"] = server.take
    app.evaluate("location.hash = '#enrol=second'; null")
    app.locator("#notices").get_by_text("登记好了").wait_for()
    assert server.paths().index("operations") < server.paths().index("enrol")
    queue(app, "都已传完")
    # A photo counts as well; what somebody looks at lies at the server.
    server.answers["photos"] = lambda route: route.abort()
    app.evaluate("""async () => { const store = await import('/static/sync/store.js');
      await store.keep({ op_id: 'o1', state: 'look', payload: {}, at: 0 }); await store.keepPhoto({ id: 'p1', op_id: 'o1', sent: 0, bytes: new ArrayBuffer(8) }); }""")
    app.evaluate("location.hash = '#enrol=third'; null")
    app.locator("#notices").get_by_text("还有 1 条没有处理完").wait_for()
    server.answers["photos"] = {"have": [0], "done": True}
    app.evaluate("location.hash = '#enrol=third'; null")
    app.locator("#notices").get_by_text("登记好了").wait_for()


@pytest.mark.parametrize(("address", "stays"), [("https://app.test/app/", True), ("http://app.test/app/", False)])
def test_an_address_without_https_promises_nothing_without_a_network(server: Pretend, address: str, stays: bool) -> None:
    page = server.page
    page.goto(address)
    page.get_by_label("登记链接").fill("x#enrol=abc")
    warned, many = page.locator("main").get_by_text("断网时这一页打不开"), 0 if stays else 1
    assert warned.count() == many
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_role("link", name="1号楼").wait_for()
    page.locator("#notices").get_by_text("登记好了").wait_for()
    assert page.get_by_text("没有网络也能用").count() == 1 - many
    # It stays for as long as it is so, not only until the next tap.
    assert warned.count() == many
    page.get_by_role("link", name="1号楼").click()
    page.get_by_role("link", name="返回").click()
    page.get_by_role("link", name="1号楼").wait_for()
    assert warned.count() == many
    told = page.evaluate("async () => (await import('/static/screening/same.js')).tells()")
    assert told == stays


def test_that_the_phone_is_full_stays_said_until_there_is_room(server: Pretend, app: Any) -> None:
    said = app.locator("#standing").get_by_text("手机存储已满")
    full_disk.fill(app, "put")
    write(app)
    said.wait_for()
    app.get_by_role("link", name="返回").click()
    app.get_by_role("link", name="2号楼").wait_for()
    assert said.is_visible()
    full_disk.clear(app)
    write(app, "2号楼")
    app.locator("#notices").get_by_text("已记下：2号楼").wait_for()
    said.wait_for(state="detached")


def test_why_a_phone_had_to_forget_everything_stays_said_until_it_is_enrolled_again(server: Pretend, app: Any) -> None:
    usual = server.answers["heartbeat"]
    server.answers["heartbeat"] = lambda route: route.fulfill(status=403, json={"error": {"code": "device_revoked", "message": "这部手机已停用。", "data": {"wipe": "now"}}})
    app.evaluate(LOOK)
    said = app.locator("main").get_by_text("这部手机已停用")
    said.wait_for()
    app.evaluate("location.hash = '#queue'; null")
    app.evaluate(LOOK)
    app.get_by_label("登记链接").wait_for()
    assert said.is_visible()
    server.answers["heartbeat"] = usual
    app.get_by_label("登记链接").fill("again")
    app.get_by_role("button", name="登记", exact=True).click()
    app.get_by_role("link", name="1号楼").wait_for()
    assert app.get_by_text("这部手机已停用").count() == 0


def test_the_search_stays_under_the_thumb_while_the_list_changes(server: Pretend, app: Any) -> None:
    many = [item(f"{n}单元") for n in range(1, 15)]
    server.answers["pack"] = pack(*many, cursor="2")
    app.evaluate(LOOK)
    box = app.get_by_label("查找")
    box.press_sequentially("1")
    app.evaluate("document.querySelector('#find').mark = 1; null")
    server.answers["pack"] = pack(*many, item("101新来的"), cursor="3")
    app.evaluate(LOOK)
    app.get_by_role("link", name="101新来的").wait_for()
    assert app.evaluate("document.activeElement.mark") == 1
    box.press_sequentially("0")
    app.get_by_role("link", name="1单元", exact=True).wait_for(state="detached")
    assert app.locator("a.item").all_inner_texts() == ["10单元", "101新来的"]


def test_cards_that_did_not_change_stay_where_a_reader_of_the_screen_is(server: Pretend, app: Any) -> None:
    app.get_by_role("link", name="1号楼").focus()
    app.evaluate("document.activeElement.mark = 1; null")
    server.answers["pack"] = pack(item("1号楼"), item("2号楼", note="新门禁"), cursor="2")
    app.evaluate(LOOK)
    app.get_by_text("新门禁").wait_for()
    assert app.evaluate("document.activeElement.mark") == 1
    server.answers["pack"] = pack(item("1号楼", note="两个门"), item("2号楼"), cursor="3")
    app.evaluate(LOOK)
    app.get_by_text("两个门").wait_for()
    assert app.evaluate("document.activeElement.innerText").startswith("1号楼")


def test_two_lists_that_name_one_building_each_open_their_own_form(server: Pretend, app: Any) -> None:
    other = {**server.answers["pack"]["kinds"][0], "name": "test.tell", "title": "居民说有难处"}
    first = pack(item("1号楼", id="same"), cursor="2")
    lists = [*first["packs"], {"name": "test.needs", "title": "哪栋楼的居民有难处", "items": [item("1号楼", id="same", kinds=["test.tell"])], "gone": [], "full": True}]
    server.answers |= {"pack": {**first, "packs": lists, "kinds": [*first["kinds"], other]}, "operations": lambda route: route.abort()}
    app.evaluate(LOOK)
    app.get_by_role("heading", name="哪栋楼的居民有难处").wait_for()
    app.get_by_role("link", name="1号楼").last.click()
    app.get_by_role("heading", name="居民说有难处").wait_for()
    app.get_by_role("button", name="记下").click()
    queue(app, "1 条待传")
    # Only where it was written down does it wait.
    app.get_by_text("已记，待传").wait_for()
    assert app.locator("a.item").filter(has_text="已记，待传").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))") == ["#list=test.needs&item=same"]
    app.get_by_role("link", name="1号楼").first.click()
    app.get_by_role("heading", name="敲门").wait_for()


def test_lists_with_nothing_to_do_stand_in_one_line_below_and_a_long_day_has_a_way_to_each(server: Pretend, app: Any) -> None:
    named = {"gone": [], "full": True, "forms": {}}
    lists = [{"name": f"l{n}", "title": f"第{n}张", "items": [item(f"{n}-{door}") for door in range(many)], **named} for n, many in enumerate([0, 13, 2, 0, 2, 2])]
    server.answers["pack"] = {**server.answers["pack"], "packs": lists, "cursor": "2"}
    app.evaluate(LOOK)
    app.get_by_text("现在没有要做的：第0张、第3张。").wait_for()
    assert app.locator("h2").all_inner_texts() == ["第1张", "第2张", "第4张", "第5张"]
    app.get_by_label("看哪一张单子").select_option("第5张")
    app.wait_for_function("document.activeElement.textContent === '第5张'")
    app.get_by_role("link", name="5-1").wait_for()
    assert app.evaluate("scrollY") > 200
    app.get_by_label("查找").fill("5-1")
    app.get_by_role("link", name="2-1").wait_for(state="detached")
    assert app.get_by_text("现在没有要做的").count() == 0
    app.get_by_label("查找").fill("没有这样的")
    app.get_by_text("没有查到").wait_for()


def test_a_list_with_something_due_within_the_hour_stands_first_and_what_is_done_presses_nobody(server: Pretend, app: Any) -> None:
    soon, later, over = ((clock.now() + timedelta(minutes=n)).isoformat() for n in (50, 70, -10))
    lists = {"一": {}, "二": {"due": later}, "三": {"due": soon}, "四": {"due": over, "done": True}, "五": {"due": over}}
    packs = [{"name": f"test.{title}", "title": title, "items": [item(title, **more)], "gone": [], "full": True} for title, more in lists.items()]
    server.answers["pack"] = pack() | {"packs": packs}
    app.reload()
    app.get_by_role("heading", name="五").wait_for()
    assert app.locator("main h2").all_text_contents() == ["三", "五", "一", "二", "四"]


def test_what_somebody_types_at_a_door_stays_while_lists_change(server: Pretend, app: Any) -> None:
    app.get_by_role("link", name="1号楼").click()
    app.get_by_label("备注").fill("写到一半")
    server.answers["pack"] = pack(item("2号楼"), cursor="2")
    asked = len(server.asked)
    with app.expect_response(re.compile("/sync/pack")):
        app.evaluate(LOOK)
    app.evaluate("new Promise((go) => { setTimeout(go, 200); })")
    assert len(server.asked) > asked
    assert app.get_by_label("备注").input_value() == "写到一半"
    app.get_by_role("button", name="记下").click()
    app.locator("#notices").get_by_text("已记下：1号楼").wait_for()
    app.get_by_role("link", name="1号楼").wait_for(state="detached")
    queue(app, "都已传完")


def test_a_choice_that_was_made_is_seen_by_its_whole_box(server: Pretend, app: Any) -> None:
    asked = {"name": "result", "type": "choice", "label": "结果", "required": True, "choices": [["yes", "有人"], ["no", "没人"]]}
    usual = server.answers["pack"]
    server.answers["pack"] = {**usual, "kinds": [{**usual["kinds"][0], "fields": [asked]}], "cursor": "2"}
    app.evaluate(LOOK)
    until(app, "async () => (await (await import('/static/sync/store.js')).get('kinds'))[0].fields[0].name === 'result'")
    app.get_by_role("link", name="1号楼").click()
    app.get_by_text("没人", exact=True).click()
    seen = """() => [...document.querySelectorAll('label.choice')].map((label) => { const [box, drawn] = [label.getBoundingClientRect(), getComputedStyle(label.querySelector('span'), '::before')];
        return drawn.content === 'none' ? 0 : Math.round(parseFloat(drawn.width) / box.width * parseFloat(drawn.height) / box.height * 100); })"""
    assert app.evaluate(seen) == [0, 100]


def test_a_door_that_left_the_list_is_said_and_the_list_shown(server: Pretend, app: Any) -> None:
    app.evaluate("location.hash = '#item=9号楼'; null")
    app.locator("#notices").get_by_text("已经不在名单里").wait_for()
    app.get_by_role("link", name="2号楼").wait_for()


def test_of_two_taps_the_last_one_counts_however_slow_the_phone_is(server: Pretend, app: Any) -> None:
    # The first screen's lists come last.
    app.evaluate("""(() => { const real = IDBObjectStore.prototype.getAll; let first = true;
      IDBObjectStore.prototype.getAll = function (...given) { const asked = real.apply(this, given);
        if (first && this.name === 'packs') { first = false; const [act, on] = [this.transaction, this.transaction.oncomplete];
          act.oncomplete = () => setTimeout(() => { window.slow = 1; on.call(act); }, 300); }
        return asked; }; })()""")
    app.evaluate("location.hash = '#item=1号楼'; null")
    app.evaluate("location.hash = '#item=2号楼'; null")
    app.get_by_role("heading", name="2号楼").wait_for()
    app.wait_for_function("window.slow === 1")
    app.evaluate("new Promise((go) => { setTimeout(go, 100); })")
    assert app.get_by_role("heading", level=1).inner_text() == "2号楼"


def test_a_screen_that_does_not_open_says_so(server: Pretend, app: Any) -> None:
    broken = {**server.answers["pack"], "cursor": "2"}
    broken["kinds"] = [{**broken["kinds"][0], "screen": {"module": "/static/none/none.js", "words": {}}}]
    server.answers["pack"] = broken
    with app.expect_response(re.compile("/sync/pack")):
        app.evaluate(LOOK)
    queue(app, "都已传完")
    app.route("**/static/none/none.js", lambda route: route.abort())
    until(app, "async () => (await (await import('/static/sync/store.js')).get('kinds'))[0].screen")
    with app.expect_event("pageerror"):
        app.get_by_role("link", name="1号楼").click()
    app.locator("#notices").get_by_text("这一页没有打开").wait_for()
    server.troubles.clear()


def test_a_browser_that_keeps_nothing_says_so_instead_of_showing_nothing(server: Pretend) -> None:
    server.page.add_init_script("indexedDB.open = () => { throw new DOMException('private', 'SecurityError'); }; IDBFactory.prototype.open = indexedDB.open;")
    with server.page.expect_event("pageerror"):
        server.page.goto("https://app.test/app/")
    server.page.locator("#standing").get_by_text("不让应用存东西").wait_for()
    server.troubles.clear()


# What browsers lack that are too old, each in its own way.
LACKS = ["delete window.indexedDB; delete Window.prototype.indexedDB; Object.defineProperty(window, 'indexedDB', { value: undefined });", "delete window.AbortController;", "delete String.prototype.replaceAll;",
         "delete Element.prototype.replaceChildren;", "delete HTMLScriptElement.prototype.noModule;"]  # fmt: skip


@pytest.mark.parametrize("lacks", LACKS)
def test_a_browser_that_is_too_old_says_what_to_do_and_spends_no_code(server: Pretend, lacks: str) -> None:
    server.page.add_init_script(lacks)
    server.page.goto("https://app.test/app/#enrol=abc")
    server.page.locator("main").get_by_text("浏览器太旧").wait_for()
    server.page.evaluate("new Promise((go) => { setTimeout(go, 200); })")
    assert server.page.locator("main").get_by_text("浏览器太旧").is_visible()
    assert server.asked == []
    server.troubles.clear()


def test_a_browser_that_does_not_understand_the_app_s_language_is_too_old(server: Pretend) -> None:
    server.page.route("**/static/sync/app.js", lambda route: route.fulfill(body="const x = y ??@= 1;", content_type="text/javascript"))
    server.page.goto("https://app.test/app/#enrol=abc")
    server.page.locator("main").get_by_text("浏览器太旧").wait_for()
    assert server.asked == []
    server.troubles.clear()


@pytest.mark.parametrize("file", ["app.js", "store.js"])
def test_an_app_that_came_only_in_part_says_so(server: Pretend, file: str) -> None:
    server.page.route(f"**/static/sync/{file}", lambda route: route.abort())
    server.page.goto("https://app.test/app/#enrol=abc")
    server.page.locator("main").get_by_text("应用没有下载完").wait_for()


def test_a_code_opened_inside_wechat_waits_for_a_browser_that_keeps_the_app(browser: Any) -> None:
    context = browser.new_context(user_agent="Mozilla/5.0 (Linux; Android 10) Chrome/116.0 Mobile MicroMessenger/8.0.40")
    page = context.new_page()
    page.set_default_timeout(40_000)
    page.add_init_script(NO_WORKER)
    server = Pretend(page)
    page.route("**/*", server)
    page.goto("https://app.test/app/#enrol=abc")
    page.get_by_text("在浏览器打开").wait_for()
    assert server.asked == []
    assert page.url.endswith("#enrol=abc")
    page.get_by_role("button", name="就在微信里登记").click()
    page.get_by_role("link", name="1号楼").wait_for()
    assert server.asked[0][1]["code"] == "abc"
    context.close()


def test_a_phone_without_a_name_of_its_own_says_its_holder_s_once(server: Pretend, app: Any) -> None:
    assert app.locator("#holder").text_content().startswith("小米 · 王建国 · ")
    server.answers["pack"] = {**pack(item("1号楼"), item("5号楼"), cursor="2"), "device": {**DEVICE, "label": DEVICE["holder"]}}
    write(app)
    app.get_by_role("link", name="5号楼").wait_for()
    until(app, "/^王建国 · (?!.*王建国)/.test(document.querySelector('#holder').textContent)")
