"""An auditor who reads English, on a phone, in the dark: every word of the menu pages is English."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import PHONE, Office, Visit, overflow, sample, violations

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    opened = sample(tmp_path_factory)
    opened.serve()
    yield opened
    opened.stop()


def test_the_house_in_english_on_a_phone_at_night(visit: Visit, office: Office) -> None:
    passwords = json.loads((office.home / "demo-logins.json").read_text())
    page = visit("jiandu", passwords["jiandu"], color_scheme="dark", **PHONE)
    page.click("button[name=language][value=en]")
    assert page.locator("html").get_attribute("lang") == "en"
    left: dict[str, Any] = {}
    for path in menu(page):
        page.goto(office.address + path)
        # Names of people, places and posts stay as they are; what the house itself says does not.
        words = page.eval_on_selector_all("nav a span, main button, main dt, main legend", "all => all.map(one => one.textContent)")
        if chinese := [word for word in words if HAN.search(word)]:
            left[path] = chinese
        assert overflow(page) <= 0, path
        assert violations(page) == [], path
    assert left == {}


def menu(page: Any) -> list[str]:
    found: list[str] = page.eval_on_selector_all(".shell-menu a", "all => all.map(a => a.getAttribute('href'))")
    assert len(found) >= 3
    return found
