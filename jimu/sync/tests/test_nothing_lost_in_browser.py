"""What the phone holds, by the app's own scripts before a server by hand: nothing of it is lost, doubled, sent to a stranger or kept too long."""

from typing import Any

import pytest

from jimu.core.tests.serving import CHROMIUM
from jimu.sync.tests import full_disk
from jimu.sync.tests.by_hand import STORE, held, keep, refuse, server, sync
from jimu.sync.tests.pretending import DEVICE, Pretend

__all__ = ["server"]
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]


OLDER = """() => new Promise((done, failed) => {
  indexedDB.deleteDatabase('jimu-phone').onsuccess = () => {
    const asked = indexedDB.open('jimu-phone', 2);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('queue', { keyPath: 'op_id' });
      asked.result.createObjectStore('packs', { keyPath: 'name' });
      asked.result.createObjectStore('meta');
      asked.result.createObjectStore('photos', { keyPath: 'id' }).createIndex('op_id', 'op_id');
    };
    asked.onsuccess = () => {
      const act = asked.result.transaction(['queue', 'photos', 'meta'], 'readwrite');
      const one = { kind: 'test.knock', at: new Date().toISOString(), based_on: null, payload: {}, form: 'f', item: '1号楼', title: '1号楼' };
      act.objectStore('queue').put({ ...one, op_id: '01890000-0000-7000-8000-000000000001', state: 'waiting' });
      act.objectStore('queue').put({ ...one, op_id: '01890000-0000-7000-8000-000000000002', state: 'look' });
      act.objectStore('photos').put({ id: 'p1', op_id: '01890000-0000-7000-8000-000000000001', sent: 0, bytes: new ArrayBuffer(29000000) });
      act.objectStore('meta').put('t', 'token');
      act.oncomplete = () => { asked.result.close(); done(); };
    };
    asked.onerror = failed;
  };
})"""


def test_what_an_older_app_kept_waits_on_and_is_sent(browser: Any) -> None:
    page = browser.new_page()
    server = Pretend(page)
    page.route("**/*", server)
    page.goto("https://app.test/")
    page.evaluate(OLDER)
    assert page.evaluate(f"async () => {STORE}.counts()") == {"all": 2, "waiting": 1, "look": 1, "photos": 1}
    assert page.evaluate(f"async () => {STORE}.touched()") == [["1号楼", "test.knock"]]
    # What its photos take of the phone is known too.
    more = f"async () => {STORE}.keep({{ op_id: 'x', state: 'waiting' }}, [{{ id: 'p2', bytes: new ArrayBuffer(1500000) }}]).then(() => '', (error) => error.constructor.name)"
    assert page.evaluate(more) == "TooManyPhotos"
    server.answers["photos"] = {"have": [0], "done": True}
    assert sync(server)["online"] is True
    assert server.batches() == [1]
    assert page.evaluate(f"async () => {STORE}.counts()") == {"all": 1, "waiting": 0, "look": 1, "photos": 0}


def test_an_operation_that_was_thrown_away_while_it_was_sent_does_not_come_back(server: Pretend) -> None:
    keep(server, 2)
    first, second = (one["op_id"] for one in held(server))

    def judge(route: Any) -> None:
        server.page.evaluate(f"async (id) => {STORE}.drop(id)", first)
        route.fulfill(json={"results": [{"op_id": one, "outcome": "refused", "message": "不行"} for one in (first, second)]})

    server.answers["operations"] = judge
    sync(server)
    assert [one["op_id"] for one in held(server)] == [second]


def test_what_is_sent_anew_leaves_nothing_of_the_old_one_and_its_photos_go_with_it_from_their_beginning(server: Pretend) -> None:
    server.page.evaluate(f"""async () => {{ const store = {STORE}; const one = {{ op_id: 'old', state: 'refused', message: '不行', payload: {{}} }};
      await store.keep(one, [{{ id: 'p1', bytes: new ArrayBuffer(8) }}]); await store.keepPhoto({{ ...(await store.photo('p1')), sent: 3 }}); await store.anew(one, 'new'); }}""")
    assert [(one["op_id"], one["state"], one["message"]) for one in held(server)] == [("new", "waiting", "")]
    assert server.page.evaluate(f"async () => {{ const {{ op_id, sent }} = await {STORE}.photo('p1'); return [op_id, sent]; }}") == ["new", 0]


def test_many_long_operations_go_in_several_batches(server: Pretend) -> None:
    keep(server, 4, "字" * 120_000)
    sync(server)
    assert server.batches() == [2, 2]


def test_no_request_carries_cookies_and_none_is_left_open(server: Pretend) -> None:
    server.page.evaluate("window.given = []; const real = fetch; window.fetch = (path, more) => { window.given.push(more); return real(path, more); }; null")
    keep(server)
    sync(server)
    assert set(server.page.evaluate("window.given.map((one) => one.credentials)")) == {"omit"}
    assert server.page.evaluate("window.given.every((one) => one.signal.aborted)")


def test_a_full_phone_still_hears_what_was_settled_and_tells_that_it_is_full(server: Pretend) -> None:
    sync(server)
    server.page.evaluate(f"async () => {STORE}.keep({{ op_id: 'o1', state: 'look', payload: {{}} }})")
    full_disk.fill(server.page, "put")
    server.asked.clear()
    server.answers["heartbeat"] = {"now": "2036-01-01T00:00:00+00:00", "ends_at": DEVICE["ends_at"], "settled": [{"op_id": "o1", "outcome": "done"}]}
    assert sync(server, full=True, fresh=False)["full"] is True
    assert held(server) == []
    assert server.asked[0][1]["full"] is True


@pytest.mark.parametrize(("code", "wipe"), [("revoked", {"wipe": "now"}), ("unknown_device", {})])
def test_a_photo_goes_with_the_rest_when_the_phone_is_told_to_forget_over_it(server: Pretend, code: str, wipe: dict[str, str]) -> None:
    server.page.evaluate(f"async () => {STORE}.keepPhoto({{ id: 'p1', op_id: 'o1', sent: 0, bytes: new ArrayBuffer(8) }})")
    server.answers["photos"] = refuse(code, **wipe)
    assert sync(server) == {"online": True, "ended": True, "lost": 1, "message": f"不行：{code}"}
    assert server.page.evaluate(f"async () => {STORE}.counts()") == {"all": 0, "waiting": 0, "look": 0, "photos": 0}


def test_whoever_is_told_to_forget_says_so_by_the_secret_that_it_forgets(server: Pretend) -> None:
    heads: list[Any] = []
    server.answers["heartbeat"] = refuse("duty_over", wipe="when_sent")
    server.answers["wiped"] = lambda route: (heads.append(route.request.headers.get("authorization")), route.fulfill(json={}))
    sync(server)
    assert heads == ["Bearer t"]


def test_lists_of_a_duty_that_is_over_go_by_the_server_s_clock_and_what_waits_stays(server: Pretend) -> None:
    sync(server)
    keep(server)
    over = f"async () => [await (await import('/static/sync/sync.js')).dutyOver(), (await {STORE}.packs()).length, (await {STORE}.get('cursor')) ?? null, (await {STORE}.counts()).all]"
    ahead = f"async (ms) => {STORE}.mark({{ device: {{ ends_at: new Date(Date.now() + 3600000).toISOString() }}, ahead: ms }})"
    server.page.evaluate(ahead, 0)
    assert server.page.evaluate(over) == [False, 1, "1", 1]
    server.page.evaluate(ahead, 3_700_000)
    assert server.page.evaluate(over) == [True, 0, None, 1]
    # It stays over: by what the server's clock was known to be.
    assert server.page.evaluate(over) == [True, 0, None, 1]
