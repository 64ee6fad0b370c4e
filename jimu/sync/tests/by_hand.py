"""An enrolled phone on a bare page, its server by hand: the app's own scripts for keeping and sending, without its screens."""

from typing import Any

import pytest

from jimu.sync.tests.pretending import HASTE, Pretend

STORE = "(await import('/static/sync/store.js'))"
ROUND = "async (given) => (await import('/static/sync/sync.js')).round(given ?? {})"


@pytest.fixture
def server(browser: Any) -> Any:
    """An enrolled phone on a bare page, its server by hand."""
    page = browser.new_page()
    page.set_default_timeout(40_000)
    page.add_init_script(f"window.waits = []; {HASTE}; const hasty = setTimeout; window.setTimeout = (work, ms, ...more) => {{ window.waits.push(ms); return hasty(work, ms, ...more); }};")
    server = Pretend(page)
    page.route("**/*", server)
    page.goto("https://app.test/")
    page.evaluate("async () => (await import('/static/sync/sync.js')).enrol('abc')")
    server.asked.clear()
    yield server
    server.end()


def keep(server: Pretend, n: int = 1, note: str = "") -> None:
    """Write some operations down."""
    server.page.evaluate(
        f"""async ([n, note]) => {{ const store = {STORE}; const {{ newId }} = await import('/static/sync/ids.js');
        for (let i = 0; i < n; i += 1) await store.keep({{ op_id: newId(), kind: 'test.knock', at: new Date().toISOString(), based_on: null, payload: {{ note }}, form: 'f', state: 'waiting' }}); }}""",
        [n, note],
    )


def held(server: Pretend) -> list[dict[str, Any]]:
    """The queue of the phone."""
    return server.page.evaluate(f"async () => {STORE}.listed(1000)")


def sync(server: Pretend, **given: Any) -> dict[str, Any]:
    """One round."""
    return server.page.evaluate(ROUND, given)


def titles(server: Pretend) -> list[str]:
    """What the lists of the phone name."""
    return server.page.evaluate(f"async () => (await {STORE}.packs()).flatMap((one) => one.items.map((each) => each.title))")


def refuse(code: str, **data: Any) -> Any:
    """A server that says no."""
    return lambda route: route.fulfill(status=409, json={"error": {"code": code, "message": f"不行：{code}", "data": data}})
