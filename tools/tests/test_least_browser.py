"""Styles and scripts keep to the oldest browser that the house promises to work in (docs/design-system.md, docs/decisions/0014-sync.md)."""

import re
from pathlib import Path

import pytest

JIMU = Path(__file__).resolve().parents[2] / "jimu"
#: Sheets of pages that residents and people on duty open on a phone of their own, from a code or a link: they keep to the app's least browser.
ON_ANY_PHONE = ("own/own.css", "signup/signup.css", "needs/needs.css", "medicine/medicine.css", "supplies/supplies.css", "relay/relay.css", "calls/calls.css", "incidents/orders.css")
NEWER_THAN_PHONES = re.compile(
    r":(?:has|is|where)\(|:not\([^()]*,|\binset(?:-\w+)*\s*:|\baspect-ratio\s*:|\b\d+[dsl]v[hw]\b|color-mix\(|light-dark\(|@(?:layer|container|property|scope)\b|@media[^{]*[<>]|[{;]\s*&|(?:^|[{;\s])(?:rotate|scale|translate)\s*:|overflow\s*:\s*clip"
)
NEWER_THAN_DESKS = re.compile(r"light-dark\(|@(?:property|scope|starting-style)\b|subgrid|field-sizing|\[popover|:popover-open|[{;]\s*&|\brgb\(from ")
NEWER_SCRIPT = re.compile(r"\.to(?:Sorted|Reversed|Spliced)\(|withResolvers|\bgroupBy|canParse\(|AbortSignal\.any|showPopover|\.(?:union|difference|intersection)\(|\bArray\.fromAsync")
MIXED = "@supports (color: color-mix"
# A plain colour of the same property stands before the mixed one.
FALLS_BACK = re.compile(r"\b(background|color|border-color|fill):\s*[^;{}]+;\s*\1:\s*color-mix\(")


def sheets() -> dict[str, str]:
    found = JIMU.glob("**/static/**/*.css")
    return {str(path).split("/static/", 1)[1]: re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S) for path in found}


def unmixed(text: str) -> str:
    """A sheet without what stands in a block for browsers that mix colours, and without mixtures that have a plain colour before them."""
    text = re.sub(re.escape(MIXED) + r"[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", text)
    return FALLS_BACK.sub("", text)


@pytest.mark.parametrize("name", ON_ANY_PHONE)
def test_a_sheet_for_any_phone_keeps_to_what_the_app_asks(name: str) -> None:
    assert NEWER_THAN_PHONES.findall(sheets()[name]) == []


def test_no_sheet_and_no_script_is_newer_than_the_least_browser_of_desks() -> None:
    assert {name: found for name, text in sheets().items() if (found := NEWER_THAN_DESKS.findall(text))} == {}
    scripts = {path.name: path.read_text() for path in JIMU.glob("**/static/**/*.js")}
    assert {name: found for name, text in scripts.items() if (found := NEWER_SCRIPT.findall(text))} == {}


def test_a_mixed_colour_has_a_plain_one_before_it() -> None:
    assert {name: text.count("color-mix(") for name, text in sheets().items() if "color-mix(" in unmixed(text)} == {}
    assert "color-mix(" in unmixed(".a { background: color-mix(in srgb, red, blue); }")
