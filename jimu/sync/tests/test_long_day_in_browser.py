"""The lists of a whole neighborhood on one phone: folded by building, quick to draw, and where somebody was they are again."""

from datetime import timedelta
from typing import Any

import pytest

from jimu.core import clock
from jimu.core.tests.serving import CHROMIUM
from jimu.sync.tests import in_hand
from jimu.sync.tests.app_by_hand import LOOK, app, queue, server
from jimu.sync.tests.clean import clean
from jimu.sync.tests.pretending import Pretend, item, pack

__all__ = ["app", "server"]
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]
BUILDINGS, DOORS = 25, 40
MIDDLE = """(title) => { const box = [...document.querySelectorAll('a.item')].find((one) => one.innerText.includes(title))?.getBoundingClientRect();
    return box && box.top > document.querySelector('.phone-head').getBoundingClientRect().bottom && box.bottom < innerHeight; }"""


def look(page: Any, name: str) -> None:
    """A picture as the phone shows it."""
    page.set_viewport_size({"width": 360, "height": 740})
    in_hand.look(page, f"long-{name}")


def doors() -> list[dict[str, Any]]:
    """A thousand doors, in the order of walking."""
    named = [(f"{building}号楼", f"{floor}0{door}") for building in range(1, BUILDINGS + 1) for floor in range(1, 11) for door in range(1, 5)]
    return [item(f"{place} {room}", place=place, group="第一轮 · 第 1 对", order=n) for n, (place, room) in enumerate(named)]


@pytest.fixture
def long(server: Pretend, app: Any) -> Any:
    """The app with the lists of a neighborhood: a thousand doors, and its buildings once more for something else."""
    asked = [item(f"{n}号楼", id=f"b{n}") for n in range(1, BUILDINGS + 1)]
    lists = [*pack(*doors(), cursor="2")["packs"], {"name": "test.asked", "title": "谁家有难处", "items": asked, "gone": [], "full": True}]
    server.answers["pack"] = {**pack(cursor="2"), "packs": lists}
    app.evaluate(LOOK)
    app.get_by_role("button", name="25号楼").wait_for()
    return app


def cards(page: Any) -> list[str]:
    """The doors that stand there."""
    return page.locator("a.item strong").all_inner_texts()


def test_a_thousand_doors_are_folded_by_building_and_an_old_phone_draws_little(long: Any) -> None:
    look(long, "folded")
    assert long.evaluate("document.querySelectorAll('main *').length") < 300
    assert long.evaluate("document.documentElement.scrollHeight") < 5000
    assert long.locator(".fold").first.inner_text().split("\n") == ["1号楼", "40 项"]
    long.get_by_text("1000 项分开收在一起").wait_for()
    # What is no door of a building begins with a few.
    assert cards(long) == [f"{n}号楼" for n in range(1, 7)]
    long.get_by_role("button", name="还有 19 项，接着看").click()
    long.get_by_role("link", name="25号楼").wait_for()
    clean(long)


def test_one_building_is_open_at_a_time_and_stays_under_the_thumb(long: Any) -> None:
    long.get_by_role("button", name="3号楼", exact=False).first.click()
    long.get_by_role("link", name="3号楼 101", exact=True).wait_for()
    long.get_by_role("button", name="14号楼").click()
    long.get_by_role("link", name="14号楼 1004").wait_for()
    long.wait_for_function(MIDDLE, arg="14号楼 101")
    look(long, "open")
    assert [title for title in cards(long) if " " in title] == [f"14号楼 {floor}0{door}" for floor in range(1, 11) for door in range(1, 5)]
    assert long.locator("[aria-expanded=true]").count() == 1
    clean(long)
    long.get_by_role("button", name="14号楼").click()
    long.get_by_role("link", name="14号楼 101").wait_for(state="detached")


def test_who_wrote_something_down_stands_at_that_door_again_and_its_building_has_one_less_to_do(server: Pretend, long: Any) -> None:
    server.answers["operations"] = lambda route: route.abort()
    long.get_by_role("button", name="14号楼").click()
    long.get_by_role("link", name="14号楼 804").click()
    long.get_by_role("button", name="记下").click()
    queue(long, "1 条待传")
    long.get_by_role("button", name="14号楼").get_by_text("39 项").wait_for()
    long.wait_for_function(MIDDLE, arg="14号楼 804")
    look(long, "back")
    # What was said of it is seen there too.
    said = long.locator("#notices").get_by_text("已记下：14号楼 804").bounding_box()
    assert 0 <= said["y"] < 740
    # The next time too, when the phone has thrown the app out of its memory meanwhile, and when the door has left the list.
    long.reload()
    long.wait_for_function(MIDDLE, arg="14号楼 804")
    left = [one for one in doors() if one["id"] != "14号楼 804"]
    server.answers |= {"pack": pack(*left, cursor="3"), "operations": server.take}
    long.evaluate(LOOK)
    queue(long, "都已传完")
    long.get_by_role("link", name="14号楼 804").wait_for(state="detached")
    long.reload()
    long.wait_for_function(MIDDLE, arg="14号楼 901")


def test_a_door_is_found_by_words_of_its_name_and_a_building_chosen_stands_open(long: Any) -> None:
    long.get_by_label("查找").fill("21号楼 702")
    long.get_by_role("link", name="21号楼 702").wait_for()
    long.wait_for_function("document.querySelectorAll('a.item').length === 1")
    long.get_by_label("查找").fill("号楼 100")
    # Of many only some stand there, and how many more there are is said.
    long.get_by_role("button", name="还有 40 项，接着看").wait_for()
    assert len(cards(long)) == 60
    long.get_by_label("查找").fill("")
    long.get_by_label("看哪一张单子").select_option("　18号楼")
    long.get_by_role("link", name="18号楼 101").wait_for()
    long.wait_for_function(MIDDLE, arg="18号楼 101")
    assert long.evaluate("document.activeElement.innerText").startswith("18号楼")


def test_a_building_where_something_is_due_stands_open_by_itself_and_is_marked(server: Pretend, long: Any) -> None:
    due = [{**one, "due": (clock.now() + timedelta(minutes=20)).isoformat()} if one["id"] == "7号楼 301" else one for one in doors()]
    server.answers["pack"] = pack(*due, cursor="3")
    long.evaluate(LOOK)
    long.get_by_role("link", name="7号楼 301").wait_for()
    assert long.locator(".fold", has_text="快到时限").count() == 1
    look(long, "due")


def test_where_somebody_was_goes_with_the_lists_when_the_duty_ends(long: Any) -> None:
    long.get_by_role("button", name="14号楼").click()
    long.get_by_role("link", name="14号楼 101").wait_for()
    kept = "async () => (await (await import('/static/sync/store.js')).get('where')) ?? null"
    assert long.evaluate(kept)["open"] == {"test.doors": "14号楼"}
    long.evaluate("async () => (await import('/static/sync/store.js')).endDuty()")
    assert long.evaluate(kept) is None


def test_a_day_of_a_few_things_stands_there_whole(server: Pretend, app: Any) -> None:
    server.answers["pack"] = pack(*doors()[:60], cursor="2")
    app.evaluate(LOOK)
    app.get_by_role("link", name="2号楼 504").wait_for()
    assert app.locator(".fold").count() == 0
    assert len(cards(app)) == 60
