"""What every screen of the phone app keeps: readable by anybody, no wider than the phone, large enough for a thumb, with text at twice its size too."""

from typing import Any

import pytest

# Everything that is touched, and how high app.css promises it to be (px).
SMALL = """() => [...document.querySelectorAll('a, button, select, textarea, label.choice, input:not([type=radio]):not([type=checkbox]):not([type=file])')]
    .filter((one) => one.offsetParent)
    .filter((one) => one.getBoundingClientRect().height < (one.matches('.button.big, a.item') ? 64 : 56) - 0.5)
    .map((one) => `${one.getBoundingClientRect().height} ${one.outerHTML.slice(0, 160)}`)"""


def clean(page: Any) -> None:
    """The screen that stands there now keeps all of it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == []
    for size, width in (("", 390), ("200%", 360)):
        page.set_viewport_size({"width": width, "height": 740})
        page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", size)
        assert (
            page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        )
        assert page.evaluate(SMALL) == []
    page.evaluate("document.documentElement.style.fontSize = ''; null")
