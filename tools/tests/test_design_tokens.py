"""The tokens keep what the design system promises: readable in both themes, and both ways into the dark agree."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[2] / "jimu" / "static" / "jimu" / "tokens.css").read_text()
STATES = ("good", "warn", "bad")
GROUNDS = ("ground", "surface", "surface-sunken", "surface-raised")
# (what is written, on what); WCAG 2.2 AA wants 4.5 for text, 3 for edges and the focus ring.
TEXT = [
    *((ink, ground) for ink in ("text", "text-muted", "accent", "accent-strong", *STATES) for ground in GROUNDS),
    *((state, f"{state}-wash") for state in STATES),
    *(("text", f"{wash}-wash") for wash in (*STATES, "accent")),
    ("accent-strong", "accent-wash"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    *((f"level-{level}", "surface") for level in ("red", "orange", "yellow", "blue")),
]
EDGES = [("border-strong", ground) for ground in GROUNDS] + [("focus", ground) for ground in GROUNDS]


def block(opening: str) -> dict[str, str]:
    """The custom properties of the block that begins so."""
    start = TOKENS.index(opening)
    body = TOKENS[start : TOKENS.index("}", start)]
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))


LIGHT = block(":root {")
DARK = {**LIGHT, **block(':root[data-theme="dark"]')}


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_the_guidelines_do() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_and_focus_can_be_seen(theme: dict[str, str], edge: str, ground: str) -> None:
    assert contrast(theme[edge], theme[ground]) >= 3


def test_the_chosen_dark_and_the_systems_dark_are_the_same() -> None:
    assert block(':root[data-theme="dark"]') == block(':root:not([data-theme="light"])')


def test_a_target_is_as_large_as_a_finger() -> None:
    assert LIGHT["target"] == "44px"
