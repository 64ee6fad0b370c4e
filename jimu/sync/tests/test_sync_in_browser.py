"""Sending and fetching by the app's own scripts, before a server by hand: networks that carry nothing, storage that fails, answers of every kind."""

from typing import Any

import pytest

from jimu.core.tests.serving import CHROMIUM
from jimu.sync.rules import is_secret
from jimu.sync.tests.by_hand import STORE, held, keep, refuse, server, sync, titles
from jimu.sync.tests.pretending import DEVICE, NOW, Pretend, item, pack

__all__ = ["server"]

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]


@pytest.mark.parametrize("where", ["operations", "heartbeat", "pack"])
def test_a_server_that_never_answers_is_given_up_and_the_next_round_brings_everything(server: Pretend, where: str) -> None:
    keep(server, 2)
    usual, server.answers[where] = server.answers[where], server.silence
    assert sync(server) == {"online": False, "message": ""}
    assert len(held(server)) == (2 if where == "operations" else 0)
    server.answers[where] = usual
    assert sync(server)["online"] is True
    assert held(server) == []
    assert titles(server) == ["1号楼", "2号楼"]


def test_whoever_did_not_hear_that_they_are_enrolled_asks_again_with_the_same_secret(server: Pretend) -> None:
    enrol = "async (code) => { await (await import('/static/sync/sync.js')).enrol(code).catch(() => {}); }"
    usual, server.answers["enrol"] = server.answers["enrol"], lambda route: route.abort()
    server.page.evaluate(enrol, "new")
    server.page.reload()
    server.answers["enrol"] = usual
    server.page.evaluate(enrol, "new")
    server.page.evaluate(enrol, "another")
    first, second, third = (body["token"] for path, body in server.asked if path == "enrol")
    assert first == second != third
    assert is_secret(first)
    # Code and secret of the beginning are forgotten when it is done.
    assert server.page.evaluate(f"async () => (await {STORE}.get('enrolling')) ?? null") is None


def test_whoever_takes_a_place_knows_the_server_s_clock_at_once_and_asks_the_browser_to_keep_what_waits(server: Pretend) -> None:
    server.page.evaluate("window.kept = 0; navigator.storage.persist = async () => { window.kept += 1; return true; }; null")
    server.answers["enrol"] = {"token": "t", "device": DEVICE, "now": "2036-01-01T00:00:00+00:00"}
    server.page.evaluate("async () => (await import('/static/sync/sync.js')).enrol('new')")
    assert server.page.evaluate(f"async () => {STORE}.get('ahead')") > 86_400_000
    assert server.page.evaluate("window.kept") == 1


def test_what_changed_is_asked_for_since_the_last_lists(server: Pretend) -> None:
    seen: list[str] = []
    server.answers["pack"] = lambda route: (seen.append(route.request.url.split("?")[1]), route.fulfill(json=pack(item("1号楼"), cursor=f"2026-01-0{len(seen)}T00:00:00+00:00")))
    sync(server)
    sync(server)
    assert seen == ["cursor=", "cursor=2026-01-01T00%3A00%3A00%2B00%3A00"]


def test_an_answer_that_stops_in_its_middle_is_given_up_and_one_that_only_trickles_is_heard(server: Pretend) -> None:
    keep(server)
    stalled = """([pieces, ends]) => { const real = fetch; window.fetch = async (path, given) => {
      if (!path.includes('pack')) return real(path, given);
      const body = new ReadableStream({ async start(control) {
        given.signal.addEventListener('abort', () => { try { control.error(given.signal.reason); } catch { /* it has ended */ } });
        for (const piece of pieces) { await new Promise((go) => { setTimeout(go, 250); }); control.enqueue(new TextEncoder().encode(piece)); }
        if (ends) control.close();
      } });
      return new Response(body, { headers: { 'Content-Type': 'application/json', ETag: '"a"' } }); }; }"""
    server.page.evaluate(stalled, [['{"packs": ['], False])
    assert sync(server)["online"] is False
    assert held(server) == []
    # Four pieces, together longer than a silence that is given up.
    server.page.evaluate(stalled, [['{"packs": [], "kinds": [], ', '"device": {}, ', '"cursor": ', '"c9"}'], True])
    assert sync(server)["online"] is True
    assert server.page.evaluate(f"async () => {STORE}.get('cursor')") == "c9"


def test_a_batch_that_the_network_cannot_carry_is_followed_by_smaller_ones(server: Pretend) -> None:
    keep(server, 20)
    server.answers["operations"] = server.silence
    sync(server)
    server.answers["operations"] = server.take
    assert sync(server)["online"] is True
    assert server.batches() == [20, 5, 10, 5]
    assert held(server) == []


def test_what_is_large_gets_the_time_that_a_slow_way_up_needs(server: Pretend) -> None:
    server.page.evaluate("window.waits.length = 0; null")
    sync(server)
    small = max(server.page.evaluate("window.waits"))
    keep(server, 1, "字" * 100_000)
    sync(server)
    large = max(server.page.evaluate("window.waits"))
    assert 20_000 <= small <= 60_000
    # 300 kB at 3 kB a second.
    assert large >= small + 90_000


def test_ids_are_sent_in_the_order_in_which_they_were_written_and_never_more_than_a_batch_holds(server: Pretend) -> None:
    keep(server, 205)
    sync(server)
    assert server.batches() == [200, 5]
    sent = [one["op_id"] for path, body in server.asked if path == "operations" for one in body["operations"]]
    assert sent == sorted(sent)
    assert len(set(sent)) == 205
    body = next(body for path, body in server.asked if path == "operations")
    assert (body["waiting"], body["looking"], body["protocol"]) == (205, 0, 1)


def test_a_clock_that_was_set_back_does_not_change_the_order(server: Pretend) -> None:
    ids = server.page.evaluate("""async () => { const { continueFrom, newId } = await import('/static/sync/ids.js'); const first = newId();
      const now = Date.now; Date.now = () => now() - 86400000; const second = newId(); continueFrom(['0fffffff-ffff-7fff-8000-000000000000']); return [first, second, newId()]; }""")
    assert ids == sorted(ids)


def test_what_was_not_taken_stays_with_its_reason_and_what_was_done_goes(server: Pretend) -> None:
    keep(server, 4)

    def judge(route: Any) -> None:
        outcomes = ["done", "already_done", "look", "refused"]
        sent = route.request.post_data_json["operations"]
        route.fulfill(json={"results": [{"op_id": one["op_id"], "outcome": outcome, "message": f"因为{outcome}"} for one, outcome in zip(sent, outcomes, strict=True)]})

    server.answers["operations"] = judge
    sync(server)
    assert [(one["state"], one["message"]) for one in held(server)] == [("look", "因为look"), ("refused", "因为refused")]
    look = held(server)[0]["op_id"]
    # Only what waits for a person is asked after, and nothing is sent twice.
    assert server.asked[1][1]["looks"] == [look]
    server.answers["heartbeat"] = {"now": NOW, "ends_at": DEVICE["ends_at"], "settled": [{"op_id": look, "outcome": "done"}]}
    sync(server)
    assert server.batches() == [4]
    assert [one["state"] for one in held(server)] == ["refused"]


def test_lists_are_taken_in_full_or_by_what_changed_and_what_left_is_gone(server: Pretend) -> None:
    sync(server)
    assert titles(server) == ["1号楼", "2号楼"]
    server.answers["pack"] = pack(item("2号楼", note="新"), item("3号楼"), cursor="2", full=False, gone=("1号楼",))
    sync(server)
    assert titles(server) == ["2号楼", "3号楼"]
    server.answers["pack"] = pack(item("4号楼"), cursor="3")
    sync(server)
    assert titles(server) == ["4号楼"]
    server.answers["pack"] = {**pack(cursor="4"), "packs": []}
    sync(server)
    assert server.page.evaluate(f"async () => (await {STORE}.packs()).length") == 0


def test_a_phone_fetches_when_it_has_reason_to(server: Pretend) -> None:
    sync(server)
    server.asked.clear()
    sync(server, fresh=False)
    assert server.paths() == ["heartbeat"]
    keep(server)
    sync(server, fresh=False)
    assert server.paths() == ["heartbeat", "operations", "heartbeat", "pack"]
    server.asked.clear()
    server.page.evaluate("const now = Date.now; Date.now = () => now() + 100000; null")
    sync(server, fresh=False)
    assert server.paths() == ["heartbeat", "pack"]
    server.asked.clear()
    # What a person decided meanwhile may have changed the lists.
    server.page.evaluate(f"async () => {STORE}.keep({{ op_id: 'o1', state: 'look', payload: {{}} }})")
    server.answers["heartbeat"] = {"now": NOW, "ends_at": DEVICE["ends_at"], "settled": [{"op_id": "o1", "outcome": "done"}]}
    sync(server, fresh=False)
    assert server.paths() == ["heartbeat", "pack"]
    server.asked.clear()
    # A duty that was over and goes on has no lists, however lately some were fetched.
    server.answers["heartbeat"] = {"now": NOW, "ends_at": DEVICE["ends_at"], "settled": []}
    server.page.evaluate(f"async () => {STORE}.endDuty()")
    sync(server, fresh=False)
    assert server.paths() == ["heartbeat", "pack"]


def test_the_tag_of_the_last_answer_spares_the_same_lists(server: Pretend) -> None:
    heads: list[Any] = []

    def tagged(route: Any) -> None:
        heads.append(route.request.headers.get("if-none-match"))
        if heads[-1]:
            route.fulfill(status=304, body="")
        else:
            route.fulfill(json=pack(item("1号楼")), headers={"ETag": '"x1"'})

    server.answers["pack"] = tagged
    assert [sync(server)["online"], sync(server)["online"]] == [True, True]
    assert heads == [None, '"x1"']
    assert titles(server) == ["1号楼"]


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(server: Pretend) -> None:
    server.answers["pack"] = refuse("busy", again=7)
    assert sync(server) == {"online": True, "again": 7, "message": "不行：busy"}
    server.answers["pack"] = pack(item("1号楼"))
    sync(server)
    server.answers["pack"] = refuse("busy", again=7)
    # Who has lists goes on with them and hears nothing.
    assert sync(server) == {"online": True, "again": 7, "message": ""}


@pytest.mark.parametrize(("code", "wipe"), [("revoked", "now"), ("duty_over", "when_sent"), ("unknown_device", None)])
def test_a_phone_that_is_told_to_forget_forgets_all_and_says_that_it_did(server: Pretend, code: str, wipe: str | None) -> None:
    sync(server)
    server.page.evaluate(f"async () => {{ const store = {STORE}; await store.mark({{ ...store.left('table', 'T1 (2)'), ...store.left('other', ''), own: 1 }}); }}")
    server.answers["heartbeat"] = refuse(code, **({"wipe": wipe} if wipe else {}))
    keep(server)
    assert sync(server) == {"online": True, "ended": True, "lost": 0, "message": f"不行：{code}"}
    assert server.page.evaluate(f"async () => [(await {STORE}.counts()).all, (await {STORE}.packs()).length, await {STORE}.get('token') ?? null]") == [0, 0, None]
    assert server.paths()[-1] == "wiped"
    # Whoever holds it when the duty ended still hears of what was not finished, until they take a new place; a lost phone says nothing.
    left = ["T1 (2)"] if wipe == "when_sent" else []
    assert server.page.evaluate(f"async () => {STORE}.unfinished()") == left
    server.asked.clear()
    sync(server)
    assert server.asked == []
    server.page.evaluate("async () => (await import('/static/sync/sync.js')).enrol('new')")
    assert server.page.evaluate(f"async () => {STORE}.unfinished()") == []


def test_another_refusal_forgets_nothing(server: Pretend) -> None:
    keep(server)
    server.answers["operations"] = refuse("malformed")
    assert sync(server) == {"online": False, "message": "不行：malformed"}
    assert len(held(server)) == 1
    assert server.page.evaluate(f"async () => {STORE}.get('token')") == "t"


def test_a_sign_in_page_of_a_foreign_network_is_no_answer(server: Pretend) -> None:
    keep(server)
    server.answers["operations"] = lambda route: route.fulfill(body="<h1>WiFi</h1>", content_type="text/html")
    assert sync(server) == {"online": False, "message": ""}
    assert len(held(server)) == 1


def photograph(server: Pretend, size: int, state: str = "") -> None:
    """A photo that waits, beside its operation if it has a state."""
    server.page.evaluate(
        f"""async ([size, state]) => {{ const store = {STORE}; await store.keepPhoto({{ id: 'p1', op_id: 'o1', sent: 0, bytes: new ArrayBuffer(size) }});
        if (state) await store.keep({{ op_id: 'o1', state, payload: {{}}, kind: 'test.knock' }}); }}""",
        [size, state],
    )


def photos(server: Pretend) -> int:
    return server.page.evaluate(f"async () => (await {STORE}.photos()).length")


def test_a_photo_goes_part_by_part_and_on_from_what_the_server_has(server: Pretend) -> None:
    photograph(server, 100_000)
    sizes, told = [], iter([{"have": [0], "done": False}, {"have": [0, 2], "done": False}, {"have": [0, 1, 2], "done": True}])

    def take(route: Any) -> None:
        sizes.append((route.request.url.split("/")[-1].split("?")[0], len(route.request.post_data_buffer)))
        route.fulfill(json=next(told))

    server.answers["photos"] = take
    assert sync(server) == {"online": True, "message": ""}
    assert sizes == [("0", 48_000), ("1", 48_000), ("1", 48_000)]
    assert photos(server) == 0


def test_a_photo_cut_off_by_silence_goes_on_where_it_stopped(server: Pretend) -> None:
    photograph(server, 100_000)
    server.answers["photos"] = lambda route: route.fulfill(json={"have": [0], "done": False}) if "/0?" in route.request.url else server.silence(route)
    assert sync(server)["online"] is False
    server.answers["photos"] = lambda route: route.fulfill(json={"have": [0, 1, 2], "done": True})
    server.asked.clear()
    assert sync(server)["online"] is True
    assert server.paths()[-1] == "photos/p1/1"
    assert photos(server) == 0


@pytest.mark.parametrize(("state", "sent"), [("refused", 0), ("look", 1)])
def test_a_photo_waits_for_its_record_only(server: Pretend, state: str, sent: int) -> None:
    photograph(server, 10, state)
    server.answers["photos"] = {"have": [0], "done": True}
    sync(server)
    assert len([path for path in server.paths() if path.startswith("photos")]) == sent
    assert photos(server) == 1 - sent


def test_a_photo_that_the_server_does_not_take_is_said_and_holds_up_nothing(server: Pretend) -> None:
    photograph(server, 10)
    server.answers["photos"] = refuse("invalid")
    assert sync(server) == {"online": True, "message": "不行：invalid"}
    assert photos(server) == 0


def test_photos_of_a_duty_that_ended_stay_while_the_network_does_not_carry_them(server: Pretend) -> None:
    photograph(server, 10)
    server.answers |= {"heartbeat": refuse("duty_over", wipe="when_sent"), "photos": server.silence}
    assert sync(server) == {"online": False}
    assert photos(server) == 1
    server.answers["photos"] = {"have": [0], "done": True}
    assert sync(server)["ended"] is True
    assert photos(server) == 0


def test_a_difference_of_clocks_is_kept_when_it_is_more_than_the_way_through_the_network(server: Pretend) -> None:
    page = server.page
    known = f"async () => [await {STORE}.get('ahead'), (await {STORE}.get('device')).ends_at]"
    sync(server)
    page.evaluate("const fixed = Date.now(); Date.now = () => fixed; null")

    def heard(ms: int, ends_at: str = DEVICE["ends_at"]) -> list[Any]:
        server.answers["heartbeat"] = {"now": page.evaluate("(ms) => new Date(Date.now() + ms).toISOString()", ms), "ends_at": ends_at, "settled": []}
        sync(server, fresh=False)
        return page.evaluate(known)

    assert heard(3_600_000, "2098-01-01T00:00:00+00:00") == [3_600_000, "2098-01-01T00:00:00+00:00"]
    assert heard(3_603_000) == [3_600_000, DEVICE["ends_at"]]
    assert heard(3_606_000) == [3_606_000, DEVICE["ends_at"]]


def test_storage_that_was_closed_is_opened_again(server: Pretend) -> None:
    closed = """async () => { const real = IDBDatabase.prototype.transaction; window.failed = 0;
      IDBDatabase.prototype.transaction = function (...given) { if (!window.failed) { window.failed = 1; this.close(); throw new DOMException('closing', 'InvalidStateError'); } return real.apply(this, given); }; }"""
    server.page.evaluate(closed)
    acts = "window.acts = []; const begin = IDBDatabase.prototype.transaction; IDBDatabase.prototype.transaction = function (...given) { if (given[1] === 'readwrite') window.acts.push(given[2]?.durability); return begin.apply(this, given); }; null"
    server.page.evaluate(acts)
    keep(server)
    assert len(held(server)) == 1
    assert server.page.evaluate("window.failed") == 1
    # Confirmed is what lies on the disk, then too.
    keep(server)
    assert server.page.evaluate("window.acts") == ["strict"] * 3
