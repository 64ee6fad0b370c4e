"""A playbook that cannot be used is refused with file, line and a sentence that says how to mend it."""

from collections.abc import Callable

import pytest

from jimu.core.datafiles import DEEPEST
from jimu.core.errors import Invalid
from jimu.playbooks.reading import LARGEST, parse

Spoil = Callable[[str, str], tuple[str, int]]


def faults_of(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(Invalid) as refused:
        parse(text, file="snow.yaml")
    assert refused.value.code == "bad_playbook"
    return [(fault["line"], fault["where"], fault["sentence"]) for fault in refused.value.data["faults"]]


def test_the_small_playbook_has_no_fault(small: str) -> None:
    playbook = parse(small)
    assert [post.code for post in playbook.posts_at("blue")] == ["shovel", "watch"]
    assert [post.code for post in playbook.posts_at("red")] == ["shovel", "watch", "elders"]
    assert playbook.parameters["households_per_team"].value == 300


@pytest.mark.parametrize(
    ("old", "new", "where", "sentence"),
    [
        ("posts: [shovel, watch]", "posts: [shovel, wacht]", "levels.blue.posts.2", "岗位 wacht 没有在 posts 里定义"),
        ("factors: {shovel: 1.5}", "factors: {plough: 1.5}", "levels.red.factors.1", "岗位 plough 没有在 posts 里定义"),
        ("title: 扫雪\n", "titel: 扫雪\n", "titel", "不认识的键，请检查拼写或删去"),
        ("    kinds: [property]", "    kinds: [propertie]", "posts.2.kinds.1", "没有人员类别 propertie，可用："),
        ("qualifications: [driving]", "qualifications: [flying]", "posts.2.qualifications.1", "没有资质 flying，可用："),
        ("headcount: 4 * teams", "headcount: 4 * tems", "posts.1.headcount", "不认识的名字 tems，可用："),
        ("headcount: 4 * teams", "headcount: 4 * (teams", "posts.1.headcount", "不成算式"),
        ("headcount: 4 * teams", "headcount: teams ** 99", "posts.1.headcount", "规则里不能用“teams ** 99”"),
        ("headcount: 4 * teams", "headcount: -4 * teams", "posts.1.headcount", "请用 max(…, 0) 避免负数"),
        ("headcount: 4 * teams", "headcount: 4000 * teams", "posts.1.headcount", "一班要 16,000 人，太多了"),
        ("headcount: 4 * teams", "headcount: 4 / blocks", "posts.1.headcount", "除以了零，请用 max(…, 1)"),
        ("headcount: 4 * teams", "headcount: true", "posts.1.headcount", "这里应该是文字"),
        ('reason: "{elders_living_alone} 位', 'reason: "{elder} 位', "posts.3.reason", "不认识 {elder}"),
        ('reason: "{elders_living_alone} 位', 'reason: "{elders_living_alone 位', "posts.3.reason", "花括号没有配对"),
        ("ceil(households / households_per_team)", "ceil(household / 3)", "quantities.teams.formula", "不认识的名字 household"),
        ("ceil(households / households_per_team)", "teams + 1", "quantities.teams.formula", "绕成了圈：teams → teams"),
        ("ceil(households / households_per_team)", "1 / elders", "quantities.teams.formula", "除以了零"),
        ("{value: 300,", "{value: 900,", "parameters.households_per_team", "900 不在 100 到 500 之间"),
        ("{value: 300,", "{value: .nan,", "parameters.households_per_team.value", "这里应该是数字"),
        ("  households: {formula", "  flats: {formula", "assumptions.flats", "没有底数 flats"),
        ("formula: residents / 2.32", "formula: households / 2.32", "assumptions.households.formula", "不认识的名字 households"),
        ('start: "08:00"', 'start: "8:00"', "shifts.day.start", '时间要写成 "08:00" 这样'),
        ('start: "08:00"', "start: 12:30", "shifts.day.start", '时间要写成 "08:00" 这样'),
        ('end: "12:00"', 'end: "08:00"', "shifts.day.end", "开始和结束是同一时刻"),
        ('end: "06:00"', 'end: "11:00"', "shifts.night.end", "一班 13 小时，不能超过 12 小时"),
        ("    shifts: [day, night]", "    shifts: [day, late]", "posts.2.shifts.2", "班次 late 没有在 shifts 里定义"),
        ("    shifts: [day, night]", "    shifts: [day, day]", "posts.2.shifts.2", "day 写了两次"),
        ("    qualifications: [driving]", "    suit: true", "posts.2.suit", "穿防护服一班不能超过 4 小时"),
        ("- code: watch", "- code: shovel", "posts.2.code", "岗位代码 shovel 重复了"),
        ("- code: watch", "- code: Watch", "posts.2.code", "代码只能用小写字母"),
        ("colour: blue", "colour: green", "levels.blue.colour", "只能是 red、orange、yellow、blue 之一"),
        ("ends_after_days: 2", "ends_after_days: 0", "levels.blue.ends_after_days", "不能小于 1"),
        ("version: 1", "version: one", "version", "这里应该是整数"),
        ("legal_basis: 《突发事件应对法》", "legal_basis: ''", "legal_basis", "不能是空的"),
        ("  day: {title: 日班", "  night: {title: 日班", "night", "键 night 写了两次"),
        ("  day: {title: 日班", "  no: {title: 日班", "no", "键要用文字"),
        ("title: 扫雪\n", "patrol: {seen_needs: {damage: repairs}}\ntitle: 扫雪\n", "patrol.seen_needs.damage", "诉求类别 repairs 没有在 needs.classes 里定义，可用：medical_exit、"),
        ("title: 扫雪\n", 'title: "扫\\0雪"\n', "", "有不能保存的字符"),
        ("title: 扫雪\n", 'title: "扫\\ud800雪"\n', "", "有不能保存的字符"),
        ("title: 扫雪\n", "title: [扫雪\n", "", "格式不是 YAML"),
        ("title: 扫雪\n", "title: &a 扫雪\n", "", "这里不用 & 和 *"),
    ],
)
def test_a_fault_is_named_by_its_line(spoilt: Spoil, old: str, new: str, where: str, sentence: str) -> None:
    text, line = spoilt(old, new)
    found = faults_of(text)
    lines = [(place, words) for number, place, words in found if number == line + ("night 写了两次" in sentence)]
    if "YAML" in sentence:  # an open bracket is noticed where the next thing does not fit
        lines = [(place, words) for number, place, words in found if number in (line, line + 1)]
    assert any(place == where and sentence in words for place, words in lines), found


def test_a_finding_becomes_a_need_of_the_playbook_s_own_classes(small: str) -> None:
    own = small + "needs: {classes: [{code: pipes, title: 水管, colour: yellow}]}\npatrol: {seen_needs: {damage: pipes, hazard: repair}}\n"
    assert [(where, "repair" in words and "pipes" in words) for _line, where, words in faults_of(own)] == [("patrol.seen_needs.hazard", True)]
    assert parse(own.replace(", hazard: repair", "")).patrol.seen_needs == {"damage": "pipes"}


def test_what_is_missing_is_asked_for_where_it_belongs(small: str) -> None:
    found = faults_of(small.replace("    group: 道路\n", ""))
    assert found == [(small[: small.index("- code: shovel")].count("\n") + 1, "posts.1.group", "少了这一项，请补上")]


def test_posts_that_are_missing_altogether_are_asked_for(small: str) -> None:
    text = small[: small.index("posts:\n")] + small[small.index("levels:\n") :]
    assert (1, "posts", "少了这一项，请补上") in faults_of(text)


def test_all_faults_are_named_at_once_in_the_order_of_lines(small: str) -> None:
    text = small.replace("kinds: [property]", "kinds: [x]").replace("[shovel, watch]", "[y]").replace("4 * teams", "4 * z")
    lines = [line for line, _, _ in faults_of(text)]
    assert len(lines) == 3
    assert lines == sorted(lines)


def test_a_circle_of_two_is_shown_as_a_way_round(small: str) -> None:
    text = small.replace("formula: ceil(households / households_per_team)}", "formula: groups + 1}\n  groups: {formula: teams}")
    assert any("teams → groups → teams" in sentence for _, _, sentence in faults_of(text))


def test_the_refusal_names_the_file_and_the_line(spoilt: Spoil) -> None:
    text, line = spoilt("posts: [shovel, watch]", "posts: [shovel, wacht]")
    with pytest.raises(Invalid) as refused:
        parse(text, file="snow.yaml")
    assert str(refused.value) == f"snow.yaml 第 {line} 行（levels.blue.posts.2）：岗位 wacht 没有在 posts 里定义"


@pytest.mark.parametrize(
    "text",
    ["", "   \n", "- a\n- b\n", "just words", "? [a, b]\n: c\n", "[" * LARGEST, "a: " + "[" * 3000, "d: 2022-99-99", "x: !!python/none", "\x00"],
)
def test_what_is_no_playbook_at_all_is_refused_in_a_sentence(text: str) -> None:
    assert faults_of(text)


@pytest.mark.parametrize("open_and_close", ["[]", "{}"])
def test_lists_in_lists_are_read_down_to_a_depth_and_refused_before_they_take_long(open_and_close: str) -> None:
    (opening, closing), too_deep = open_and_close, "套得太深"
    for depth in (DEEPEST - 1, DEEPEST):
        # The mapping that a playbook is counts too.
        (_, _, said), *_more = faults_of("a: " + opening * depth + closing * depth)
        assert (too_deep in said) == (depth == DEEPEST)


def test_a_text_that_names_itself_over_and_over_is_refused_before_it_grows() -> None:
    rows = ["a: &a [x, x]", *(f"{name}: &{name} [*{before}, *{before}]" for before, name in zip("abcdefghi", "bcdefghij", strict=True))]
    assert any("这里不用 & 和 *" in sentence for _, _, sentence in faults_of("\n".join(rows)))


def test_a_text_that_is_too_long_is_refused(small: str) -> None:
    assert "太大" in faults_of(small + "#" * LARGEST)[0][2]


def test_an_office_may_name_qualifications_of_its_own(small: str) -> None:
    text = small.replace("qualifications: [driving]", "qualifications: [plough]")
    assert faults_of(text)
    assert parse(text.replace("shifts:\n  day", "qualifications: {plough: 铲雪车}\nshifts:\n  day"))
