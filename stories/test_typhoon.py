"""A typhoon: nothing in the way from the order to the wall is wired to epidemics, and people may move about."""

from collections.abc import Iterator
from typing import Any

import pytest

from jimu.demo.office import make_office
from jimu.demo.sheets import write_office

from .conftest import Office, Visit, go, open_office, violations
from .test_first_light import activate, look_for_somebody, publish, solve


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    opened = open_office(tmp_path_factory.mktemp("home"), tmp_path_factory)
    paths = write_office(make_office(scale=0.12, seed=11), tmp_path_factory.mktemp("office"))
    opened.jimu("intake", str(paths[0].parent))
    opened.account("zhihui", "commander", name="顾指挥")
    opened.serve()
    yield opened
    opened.stop()


def test_a_typhoon_gets_its_own_posts_and_a_roster(visit: Visit) -> None:
    page = visit("zhihui")
    page.on("dialog", lambda dialog: dialog.accept())
    look_for_somebody(page)
    activate(page, "typhoon", "台风")
    posts = page.locator("main").inner_text()
    assert "核酸" not in posts
    solve(page, days="2")
    publish(page)
    the_board_speaks_of_the_typhoon(page)


def the_board_speaks_of_the_typhoon(page: Any) -> None:
    go(page, "/board/")
    page.wait_for_selector("#board-link[data-state=live]")
    assert "台风" in page.locator("main").inner_text()
    assert violations(page) == []
