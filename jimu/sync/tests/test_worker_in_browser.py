"""What the app's service worker fetches by itself, before a server by hand: a network that carries nothing is given up, one that trickles is heard."""

from typing import Any

import pytest

from jimu.core.tests.serving import CHROMIUM
from jimu.sync import eyes, shell
from jimu.sync.tests.by_hand import server
from jimu.sync.tests.pretending import Pretend

__all__ = ["server"]

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]
#: The worker's script on a page, with what a worker is told kept by name.
BEGIN = """(text) => { window.told = {}; window.tooLong = () => new Promise((told) => { setTimeout(() => told('waits'), 15000); }); new Function('addEventListener', 'self', 'location', text)(
    (name, work) => { window.told[name] = work; }, { skipWaiting() {}, clients: { claim() {} } }, location); }"""
INSTALL = "async () => { let all; window.told.install({ waitUntil: (work) => { all = work; } }); return Promise.race([all.then(() => 'kept', () => 'given up'), tooLong()]); }"
KEPT = "async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).length))).reduce((all, one) => all + one, 0)"
#: A file comes in pieces, each sooner than a silence that is given up, together later; `ends` says whether it does.
TRICKLING = """([name, pieces, ends]) => { const real = fetch; window.fetch = async (asked, given) => {
    const signal = given?.signal ?? asked.signal;
    if (!(asked.url ?? asked).includes(name)) return real(asked, given);
    const body = new ReadableStream({ async start(control) {
      signal.addEventListener('abort', () => { try { control.error(signal.reason); } catch { /* it has ended */ } });
      for (let i = 0; i < pieces; i += 1) { await new Promise((go) => { setTimeout(go, 250); }); control.enqueue(new TextEncoder().encode('/*' + i + '*/')); }
      if (ends) control.close();
    } });
    return new Response(body, { headers: { 'Content-Type': 'text/javascript' } }); }; }"""


@pytest.fixture
def worker(server: Pretend, monkeypatch: pytest.MonkeyPatch) -> Pretend:
    """The worker before its first installation, on a phone that has nothing that reads codes to fetch."""
    monkeypatch.setattr(eyes, "installed", lambda: False)
    server.page.evaluate(BEGIN, shell.worker(b"page"))
    return server


def silent(server: Pretend, path: str) -> Any:
    """Nothing ever comes of a path; returns what makes it answer again."""
    server.page.route(f"**{path}", server.silence)
    return lambda: server.page.unroute(f"**{path}")


def test_it_keeps_all_files_or_gives_up_a_network_that_carries_nothing_and_keeps_none(worker: Pretend) -> None:
    again = silent(worker, "/static/sync/form.js")
    assert (worker.page.evaluate(INSTALL), worker.page.evaluate(KEPT)) == ("given up", 0)
    again()
    assert (worker.page.evaluate(INSTALL), worker.page.evaluate(KEPT)) == ("kept", len(shell.kept_files()) + 2)


def test_a_file_that_stops_in_its_middle_is_given_up_and_one_that_only_trickles_is_kept_whole(worker: Pretend) -> None:
    worker.page.evaluate(TRICKLING, ["sync/form.js", 2, False])
    assert worker.page.evaluate(INSTALL) == "given up"
    worker.page.evaluate(TRICKLING, ["sync/form.js", 4, True])
    assert worker.page.evaluate(INSTALL) == "kept"
    assert worker.page.evaluate("async () => (await (await caches.match('/static/sync/form.js')).text())") == "/*0*//*1*//*2*//*3*/"


def test_a_file_that_is_not_there_is_no_part_of_the_app(worker: Pretend) -> None:
    worker.page.route("**/static/sync/form.js", lambda route: route.fulfill(status=404, body=""))
    assert (worker.page.evaluate(INSTALL), worker.page.evaluate(KEPT)) == ("given up", 0)


def test_what_is_not_kept_any_more_is_asked_of_the_network_and_given_up_too(worker: Pretend) -> None:
    asked = """async () => { let all; window.told.fetch({ request: new Request('/static/sync/form.js'), respondWith: (work) => { all = work; } });
        return Promise.race([all.then((answer) => answer.status, () => 'given up'), tooLong()]); }"""
    again = silent(worker, "/static/sync/form.js")
    assert worker.page.evaluate(asked) == "given up"
    again()
    assert worker.page.evaluate(asked) == 200
