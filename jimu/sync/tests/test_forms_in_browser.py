"""Forms of the app as a browser draws them, without a service: conditions as the server reads them, codes by camera or by photo."""

import json
from pathlib import Path
from typing import Any

import pytest

from jimu.core.tests.serving import CHROMIUM
from jimu.field.households.form_expressions import gathered, parse
from jimu.sync.tests.pretending import Pretend

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]
CONDITIONS = json.loads((Path(__file__).parents[2] / "field/households/tests/conditions.json").read_text(encoding="utf-8"))
CALCULATIONS = json.loads((Path(__file__).parents[2] / "field/households/tests/calculations.json").read_text(encoding="utf-8"))
OF_PERSONS = dict.fromkeys(("person", "name", "age", "care"), "person")
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
    page, troubles = browser.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.route("**/*", Pretend(page))
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
    saved = page.evaluate("window.saved")
    # Each carries since when what is known elsewhere may have changed: one sheet, one beginning.
    assert len({one.pop("begun") for one in saved}) == 1
    assert saved == [
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
        [[gathered(parse(text), OF_PERSONS), values] for text, values, _result in CALCULATIONS],
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


def test_another_entry_is_added_and_taken_away_and_two_phones_give_no_entry_the_same_name(page: Any) -> None:
    person = [
        {"name": "name", "type": "text", "label": "称呼", "required": True, "choices": []},
        {"name": "hot", "type": "choice", "label": "${name} 发热吗", "required": True, "choices": [["yes", "发热"], ["no", "不发热"]]},
        {"name": "temperature", "type": "decimal", "label": "体温", "required": True, "relevant": parse("${hot} = 'yes'"), "constraint": parse(". <= 43"), "message": "最高 43 度"},
        {"name": "line", "type": "calculate", "label": "", "required": False, "calculation": parse("concat(position(..), ${name})")},
    ]  # fmt: skip
    fields = [
        {"name": "people", "type": "repeat", "label": "人员", "required": False, "most": 3, "count": None, "choices": [], "questions": person},
        {"name": "n", "type": "calculate", "label": "", "required": False, "calculation": ["count", ["each", "people", ""]]},
        {"name": "say", "type": "note", "label": "共 ${n} 人", "required": False},
    ]
    page.evaluate(DRAW, {"name": "t", "title": "t", "by_item": True, "fields": fields})
    page.get_by_text("共 0 人").wait_for()
    for _n in range(3):
        page.get_by_role("button", name="添加：人员").click()
    # The most that there may be.
    assert page.get_by_role("button", name="添加：人员").is_hidden()
    first, second, third = (page.get_by_role("group", name=f"人员 {n}") for n in (1, 2, 3))
    third.get_by_role("button", name="去掉这一项").click()
    assert page.get_by_role("button", name="添加：人员").is_visible()
    first.get_by_label("称呼").fill("王")
    second.get_by_label("称呼").fill("李")
    second.get_by_role("group", name="李 发热吗").wait_for()
    first.get_by_text("不发热").click()
    second.get_by_text("发热", exact=True).click()
    # Each entry has its own buttons and conditions.
    assert (first.get_by_label("不发热").is_checked(), first.get_by_label("体温").is_visible(), second.get_by_label("体温").is_visible()) == (True, False, True)
    second.get_by_label("体温").fill("44")
    page.get_by_text("共 2 人").wait_for()
    page.get_by_role("button", name="记下").click()
    page.get_by_text("人员 2：最高 43 度").wait_for()
    second.get_by_label("体温").fill("38.2")
    page.get_by_role("button", name="记下").click()
    (one, two) = page.evaluate("window.saved")[0]["answers"]["people"]
    assert one == {"_id": one["_id"], "name": "王", "hot": "no"}
    assert two == {"_id": two["_id"], "name": "李", "hot": "yes", "temperature": 38.2}
    assert one["_id"] != two["_id"]
    # What was typed is not thrown away by a slip of the thumb.
    page.once("dialog", lambda dialog: dialog.dismiss())
    second.get_by_role("button", name="去掉这一项").click()
    assert second.get_by_label("称呼").input_value() == "李"


def test_a_count_makes_the_entries_and_what_is_beyond_it_waits_unseen(page: Any) -> None:
    fields = [
        {"name": "n", "type": "number", "label": "几人", "required": True, "choices": []},
        {"name": "people", "type": "repeat", "label": "人员", "most": 40, "count": parse("${n}"), "choices": [], "questions": [{"name": "name", "type": "text", "label": "称呼", "required": True, "choices": []}]},
    ]  # fmt: skip
    page.evaluate(DRAW, {"name": "t", "title": "t", "by_item": True, "fields": fields})
    page.get_by_label("几人").fill("2")
    page.get_by_role("group", name="人员 1").get_by_label("称呼").fill("王")
    page.get_by_role("group", name="人员 2").get_by_label("称呼").fill("李")
    assert page.get_by_role("button", name="添加：人员").is_hidden()
    page.get_by_label("几人").fill("1")
    assert page.get_by_role("group", name="人员 2").is_hidden()
    page.get_by_role("button", name="记下").click()
    page.get_by_label("几人").fill("2")
    page.get_by_role("button", name="记下").click()
    assert [[one["name"] for one in given["answers"]["people"]] for given in page.evaluate("window.saved")] == [["王"], ["王", "李"]]
