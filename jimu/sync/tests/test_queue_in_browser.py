"""The queue as its holder sees it: how much waits, what has to be seen, and that all of it goes, once and in order."""

from typing import Any

import pytest

from jimu.core.tests.serving import CHROMIUM
from jimu.sync.tests import full_disk
from jimu.sync.tests.app_by_hand import LOOK, app, queue, server, write
from jimu.sync.tests.pretending import NOW, Pretend, item, pack

__all__ = ["app", "server"]
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]


def test_of_a_long_queue_those_that_a_person_has_to_see_are_listed_first_and_how_many_more_there_are_is_said(server: Pretend, app: Any) -> None:
    server.answers["operations"] = server.answers["heartbeat"] = lambda route: route.abort()
    app.evaluate("""async () => { const store = await import('/static/sync/store.js'); const { newId } = await import('/static/sync/ids.js');
      const one = (title, state) => store.keep({ op_id: newId(), kind: 'test.knock', at: new Date().toISOString(), based_on: null, payload: {}, form: 'f', state, title, item: '2号楼', message: '' });
      for (let n = 1; n <= 130; n += 1) await one(`第${n}条`, 'waiting');
      for (let n = 1; n <= 2; n += 1) await one(`要看${n}`, n === 1 ? 'refused' : 'look'); }""")
    app.locator("#queue").click()
    app.get_by_text("还有 30 条没有列在这里，也都存在手机上。").wait_for()
    queue(app, "130 条待传，2 条要看")
    titles = app.locator("main li strong").all_inner_texts()
    assert titles == ["要看1", "要看2", *(f"第{n}条" for n in range(1, 101))]
    app.get_by_role("link", name="返回").click()
    app.get_by_role("link", name="2号楼", exact=False).get_by_text("已记，待传").wait_for()
    assert app.get_by_role("link", name="1号楼").get_by_text("已记，待传").count() == 0


def test_what_is_written_while_a_batch_is_on_its_way_is_sent_right_after_it(server: Pretend, app: Any) -> None:
    waiting: list[Any] = []
    server.answers["operations"] = waiting.append
    app.evaluate("window.setInterval = () => 0; null")
    write(app)
    queue(app, "1 条待传")
    while not waiting:
        app.wait_for_timeout(50)
    write(app, "2号楼")
    queue(app, "2 条待传")
    server.answers["operations"] = server.take
    server.take(waiting[0])
    queue(app, "都已传完")
    assert server.batches() == [1, 1]


def test_a_server_that_asks_to_come_back_is_asked_again_then(server: Pretend, app: Any) -> None:
    app.evaluate("const later = setTimeout; window.setTimeout = (work, ms, ...more) => later(work, ms === 7000 ? 300 : ms, ...more); null")
    server.answers["heartbeat"] = lambda route: route.fulfill(status=503, json={"error": {"code": "busy", "message": "忙", "data": {"again": 7}}})
    app.evaluate(LOOK)
    app.wait_for_timeout(100)
    while server.paths()[-1] != "heartbeat":
        app.wait_for_timeout(50)
    server.answers["heartbeat"] = {"now": NOW, "ends_at": "2099-01-01T00:00:00+00:00", "settled": []}
    server.answers["pack"] = pack(item("9号楼"), cursor="9")
    app.get_by_role("link", name="9号楼").wait_for(timeout=10_000)


def test_an_app_that_is_opened_again_with_a_clock_set_back_writes_on_in_the_same_order(server: Pretend, app: Any) -> None:
    server.answers["operations"] = lambda route: route.abort()
    write(app)
    queue(app, "1 条待传")
    app.add_init_script("const now = Date.now; Date.now = () => now() - 86400000;")
    app.reload()
    write(app, "2号楼")
    queue(app, "2 条待传")
    listed = app.evaluate("async () => (await (await import('/static/sync/store.js')).waiting(9)).map((one) => one.title)")
    assert listed == ["1号楼", "2号楼"]


def test_a_phone_that_was_full_is_not_any_more_when_all_was_sent(server: Pretend, app: Any) -> None:
    said = app.locator("#standing").get_by_text("手机存储已满")
    server.answers["operations"] = lambda route: route.abort()
    write(app)
    full_disk.fill(app, "put")
    write(app, "2号楼")
    said.wait_for()
    full_disk.clear(app)
    server.answers["operations"] = server.take
    app.evaluate(LOOK)
    app.get_by_role("link", name="返回").click()
    queue(app, "都已传完")
    said.wait_for(state="detached")


def test_a_refused_operation_is_sent_anew_under_an_id_of_its_own(server: Pretend, app: Any) -> None:
    server.answers["operations"] = lambda route: route.fulfill(json={"results": [{"op_id": one["op_id"], "outcome": "refused", "message": "不行"} for one in route.request.post_data_json["operations"]]})
    write(app)
    queue(app, "0 条待传，1 条要看")
    server.answers["operations"] = server.take
    app.locator("#queue").click()
    app.get_by_role("button", name="再传一次").click()
    queue(app, "都已传完")
    first, second = (one["op_id"] for path, body in server.asked if path == "operations" for one in body["operations"])
    assert first < second
