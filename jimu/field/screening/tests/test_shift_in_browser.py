"""A whole shift at a table without a network: thousands of scans wait on the phone, the page stays as quick as at its beginning, each arrives once."""

import re
from collections import Counter
from typing import Any

import pytest

from jimu.core.tests.serving import CHROMIUM
from jimu.field.screening.models import QueueCount, Scan, Tube
from jimu.field.screening.tests.at_table import at_table, go_to_table, type_code
from jimu.sync.models import Operation
from jimu.sync.tests.patience import ASKED, until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]
POOL, TUBES = 20, 100
SCANS = POOL * TUBES
# What the app reads out of its storage from now on, in rows; and how long its longest list is.
COUNTING = """() => {
  window.rows = 0;
  const count = (asked) => asked.addEventListener('success', () => { window.rows += Array.isArray(asked.result) ? asked.result.length : asked.result ? 1 : 0; });
  for (const kind of [IDBObjectStore, IDBIndex]) for (const name of ['get', 'getAll', 'getAllKeys', 'openCursor', 'openKeyCursor']) {
    const real = kind.prototype[name];
    kind.prototype[name] = function (...given) { const asked = real.apply(this, given); count(asked); return asked; };
  }
}"""
# As a hand scanner does it, by the screen's own form and buttons: tubes one after the other, each filled and sealed.
SCANNED = """async ([from, tubes, pool]) => {
  window.confirm = () => true;
  const box = document.querySelector('#scanned');
  const type = (text) => { box.value = text; box.form.requestSubmit(); };
  const seal = [...document.querySelectorAll('button')].find((one) => one.textContent === '封管');
  for (let tube = from; tube < from + tubes; tube += 1) {
    type(`t${tube}`);
    for (let n = 0; n < pool; n += 1) type(`https://jkm.example/${tube}-${n}`);
    seal.click();
  }
}"""
HELD = "async (n) => (await new Promise((done) => { indexedDB.open('jimu-phone').onsuccess = (event) => { const asked = event.target.result.transaction(['queue']).objectStore('queue').count(); asked.onsuccess = () => { event.target.result.close(); done(asked.result); }; }; })) === n"
# How many operations go with each batch that is answered.
BATCHES = """() => {
  const real = window.fetch;
  window.batches = [];
  window.fetch = async (path, given) => {
    const answer = await real(path, given);
    if (path.endsWith('/operations') && answer.ok) window.batches.push(JSON.parse(new TextDecoder().decode(given.body)).operations.length);
    return answer;
  };
}"""
# Nothing is on its way: no try to send, no screen that is being drawn.
SETTLED = "async () => { const before = window.rows; await new Promise((go) => { setTimeout(go, 600); }); return window.rows === before; }"


def rows_of_one_more(page: Any, code: str) -> int:
    """How many rows the phone reads when one more person is scanned."""
    until(page, SETTLED)
    page.evaluate("window.rows = 0; null")
    type_code(page, "居民的码", code)
    page.get_by_text(f"刚扫 …{code[-4:]}").wait_for()
    until(page, SETTLED)
    return int(page.evaluate("window.rows"))


def test_thousands_that_wait_slow_nothing_down_and_arrive_once(browser: Any) -> None:
    with at_table(browser, pool=POOL) as (page, yard):
        page.context.set_offline(True)
        go_to_table(page)
        page.evaluate(COUNTING)
        type_code(page, "新管的条码", "first")
        few = rows_of_one_more(page, "https://jkm.example/a001")
        page.get_by_role("button", name="封管").click()
        page.get_by_text("FIRST 管已封").wait_for()
        page.evaluate(SCANNED, [0, TUBES, POOL])
        # Two thousand times a write to the phone's disk, one after the other.
        until(page, HELD, SCANS + TUBES + 2, asked=10 * ASKED)
        page.locator("#queue", has_text=f"{SCANS + TUBES + 2} 条待传").wait_for()
        # One more costs what the first ones did, beside the one batch that the app tries to send.
        type_code(page, "新管的条码", "last")
        many = rows_of_one_more(page, "https://jkm.example/z001")
        assert many < few + 2 * 200
        # What the table remembers of itself does not grow with the tubes that are sealed.
        state = page.evaluate("([key]) => new Promise((done) => { indexedDB.open('jimu-phone').onsuccess = (event) => { const asked = event.target.result.transaction(['meta']).objectStore('meta').get(key); asked.onsuccess = () => { event.target.result.close(); done(asked.result); }; }; })", [f"screening:{yard.round.pk}:{yard.site.pk}"])
        assert list(state["tubes"]) == ["LAST"]
        # A sealed one stays sealed.
        page.get_by_role("button", name="封管").click()
        page.get_by_text("LAST 管已封").wait_for()
        type_code(page, "新管的条码", "t7")
        page.get_by_text(f"T7 管已封，共 {POOL} 人").wait_for()

        # Other pages: the queue lists some and says how many there are, a form is filled in, the list of today opens, also afresh.
        held = SCANS + TUBES + 4
        page.locator("#queue").click()
        page.get_by_text(f"还有 {held - 100} 条没有列在这里").wait_for()
        assert page.locator("main li").count() == 100
        page.reload()
        page.locator("#queue", has_text=f"{held} 条待传").wait_for()
        page.get_by_role("link", name="返回").click()
        page.get_by_role("link", name=re.compile("^东门")).click()
        page.get_by_role("link", name="数一数排队").click()
        page.get_by_label("排着多少人").fill("30")
        page.get_by_label("开着几个采样台").fill("2")
        page.get_by_role("button", name="记下").click()
        page.get_by_text("已记下：东门").wait_for()
        page.locator("#queue", has_text=f"{held + 1} 条待传").wait_for()
        page.get_by_text("已记，待传").wait_for()
        assert not Operation.objects.exists()

        page.evaluate(BATCHES)
        page.context.set_offline(False)
        page.locator("#queue", has_text="都已传完").wait_for(timeout=240_000)
        assert page.get_by_text("已记，待传").count() == 0
        assert Counter(Operation.objects.values_list("kind", "outcome")) == {("screening.scan", "done"): held, ("screening.queue", "done"): 1}
        assert (Scan.objects.count(), Tube.objects.count(), QueueCount.objects.count()) == (SCANS + 2, TUBES + 2, 1)
        assert set(Tube.objects.filter(code__startswith="T").values_list("taken", "said")) == {(POOL, POOL)}
        assert not Tube.objects.filter(sealed_at=None).exists()
        # Each was sent once, in full batches.
        batches = page.evaluate("window.batches")
        assert (sum(batches), len(batches)) == (held + 1, -(-(held + 1) // 200))
