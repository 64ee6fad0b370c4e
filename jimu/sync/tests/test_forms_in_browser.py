"""Forms of the app as a browser draws them, without a service: conditions as the server reads them, codes by camera or by photo."""

import json
from pathlib import Path
from typing import Any

import pytest

from jimu.core.tests.serving import CHROMIUM
from jimu.field.households.form_expressions import parse
from jimu.sync import shell

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]
CONDITIONS = json.loads((Path(__file__).parents[2] / "field/households/tests/conditions.json").read_text(encoding="utf-8"))
CALCULATIONS = json.loads((Path(__file__).parents[2] / "field/households/tests/calculations.json").read_text(encoding="utf-8"))
FIELDS = [
    {"name": "medicine", "type": "choice", "label": "要配药吗", "required": True, "choices": [["yes", "要"], ["no", "不要"]]},
    {"name": "which", "type": "choices", "label": "哪一类", "required": True, "relevant": parse("${medicine} = 'yes'"), "choices": [["insulin", "胰岛素"]]},
    {"name": "days", "type": "decimal", "label": "还够几天", "relevant": parse("selected(${which}, 'insulin')"), "constraint": parse(". <= 90"), "message": "最多 90 天"},
    {"name": "tube", "type": "code", "label": "管号", "required": False},
]
DRAW = """async (kind) => {
  const { formFor } = await import('/static/sync/form.js');
  window.saved = [];
  document.body.replaceChildren(formFor(kind, { preset: { room: 'r', form: 'f' } }, JSON.parse(document.querySelector('#words').textContent), async (payload) => { window.saved.push(payload); return ''; }));
}"""
# What a camera sees: one code.
DETECTOR = """
class Detector { static async getSupportedFormats() { return ['qr_code']; } async detect() { return [{ rawValue: 'TUBE-7' }]; } }
window.BarcodeDetector = Detector;
navigator.mediaDevices.getUserMedia = async () => { const canvas = document.createElement('canvas'); canvas.getContext('2d').fillRect(0, 0, 9, 9); return canvas.captureStream(30); };
"""


@pytest.fixture
def page(browser: Any) -> Any:
    words = json.dumps({**shell.words(), "save": "记下"}, ensure_ascii=False)
    html = f'<!doctype html><meta charset="utf-8"><script type="application/json" id="words">{words}</script><body></body>'

    def answer(route: Any) -> None:
        path = route.request.url.split("app.test")[1]
        if path.startswith("/static/"):
            route.fulfill(body=shell.file_of(path.removeprefix("/static/")).read_text(), content_type="text/javascript")
        elif path == "/sync/scan":
            route.fulfill(json={"codes": ["PHOTO-9"]})
        else:
            route.fulfill(body=html, content_type="text/html")

    page, troubles = browser.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.route("**/*", answer)
    page.goto("https://app.test/")
    yield page
    assert troubles == []


def test_the_phone_agrees_with_the_server_on_every_example(page: Any) -> None:
    asked = [[parse(text), values, own] for text, values, own, _holds in CONDITIONS]
    told = page.evaluate(
        "async (asked) => { const { evaluate, truth } = await import('/static/sync/conditions.js'); return asked.map(([node, values, own]) => truth(evaluate(node, values, own, '2022-04-06'))); }",
        asked,
    )
    assert [(text, value) for (text, *_rest), value in zip(CONDITIONS, told, strict=True)] == [(text, holds) for text, _values, _own, holds in CONDITIONS]


def test_a_question_shows_when_it_matters_and_what_is_missing_is_said(page: Any) -> None:
    page.evaluate(DRAW, {"name": "households.answer", "title": "填表", "by_item": True, "fields": FIELDS})
    assert not page.get_by_text("哪一类").is_visible()
    page.get_by_text("要", exact=True).click()
    assert page.get_by_text("哪一类").is_visible()
    page.get_by_role("button", name="记下").click()
    page.get_by_text("请填写：哪一类").wait_for()
    page.get_by_text("胰岛素").click()
    page.get_by_label("还够几天").fill("91")
    page.get_by_role("button", name="记下").click()
    page.get_by_text("最多 90 天").wait_for()
    page.get_by_label("还够几天").fill("2.5")
    page.get_by_role("button", name="记下").click()
    page.get_by_text("不要", exact=True).click()
    page.get_by_role("button", name="记下").click()
    assert page.evaluate("window.saved") == [
        {"room": "r", "form": "f", "answers": {"medicine": "yes", "which": ["insulin"], "days": 2.5}}, {"room": "r", "form": "f", "answers": {"medicine": "no"}},
    ]  # fmt: skip


@pytest.mark.parametrize(("detector", "code"), [(DETECTOR, "TUBE-7"), ("delete window.BarcodeDetector;", "PHOTO-9")])
def test_a_code_comes_from_the_camera_or_from_a_photo(page: Any, detector: str, code: str, tmp_path: Path) -> None:
    page.evaluate(detector + "null")
    page.evaluate(DRAW, {"name": "x", "title": "x", "fields": FIELDS[3:]})
    if code == "PHOTO-9":
        page.screenshot(path=tmp_path / "photo.png")
        with page.expect_file_chooser() as choosing:
            page.get_by_role("button", name="扫码").click()
        choosing.value.set_files(tmp_path / "photo.png")
    else:
        page.get_by_role("button", name="扫码").click()
    page.wait_for_function(f"document.querySelector('[name=tube]').value === '{code}'")
    page.get_by_label("管号").press("Enter")
    assert page.evaluate("window.saved") == []
    page.get_by_role("button", name="记下").click()
    assert page.evaluate("window.saved[0].tube") == code


def test_the_phone_reckons_as_the_server_does(page: Any) -> None:
    told = page.evaluate(
        "async (asked) => { const { evaluate } = await import('/static/sync/conditions.js'); return asked.map(([node, values]) => evaluate(node, values, null, '2022-04-06')); }",
        [[parse(text), values] for text, values, _result in CALCULATIONS],
    )
    assert [(one, value) for one, value in zip(told, CALCULATIONS, strict=True) if one != value[2]] == []


def test_choices_follow_the_answers_above_and_what_is_reckoned_is_shown_and_not_sent(page: Any) -> None:
    fields = [
        {"name": "side", "type": "choice", "label": "哪侧", "required": True, "choices": [["east", "东"], ["west", "西"]]},
        {"name": "stair", "type": "choice", "label": "门洞", "required": True, "choices": [["e1", "东一"], ["w1", "西一"]],
         "filter": parse("side = ${side}", ["side"]), "columns": {"e1": {"side": "east"}, "w1": {"side": "west"}}},
        {"name": "old", "type": "number", "label": "几位老人", "required": False},
        {"name": "boxes", "type": "calculate", "label": "", "required": False, "calculation": parse("${old} * 2")},
        {"name": "say", "type": "note", "label": "要 ${boxes} 箱，送 ${stair}", "required": False},
        {"name": "how", "type": "text", "label": "怎么搬", "required": True, "relevant": parse("${boxes} > 5")},
    ]  # fmt: skip
    page.evaluate(DRAW, {"name": "t", "title": "t", "by_item": True, "fields": fields})
    assert page.get_by_text("东一").is_hidden()
    page.get_by_text("东", exact=True).click()
    page.get_by_text("东一").click()
    page.get_by_label("几位老人").fill("2")
    page.get_by_text("要 4 箱，送 东一").wait_for()
    # Another side: what was chosen is not offered any more.
    page.get_by_text("西", exact=True).click()
    assert page.get_by_text("东一").is_hidden()
    page.get_by_text("要 4 箱，送 …").wait_for()
    page.get_by_text("西一").click()
    assert page.get_by_label("怎么搬").is_hidden()
    page.get_by_role("button", name="记下").click()
    assert page.evaluate("window.saved")[0]["answers"] == {"side": "west", "stair": "w1", "old": 2}
