"""Team templates are data: those shipped are whole, and a faulty file names its line."""

import pytest

from jimu.core.errors import Invalid, NotFound
from jimu.playbooks import team_templates

GOOD = """code: rope-team
version: 1
title: 拉绳队
purpose: 拉绳。
shape: crew
seats:
  - {code: lead, title: 队长, leads: true, kinds: [committee_cadre], duty: 带队。}
  - {code: member, title: 队员, kinds: [volunteer], least: 2, most: "ceil(households / 100)", duty: 拉。}
"""


def test_every_template_shipped_is_whole() -> None:
    for path in team_templates.SHIPPED.glob("*.yaml"):
        template = team_templates.parse(path.read_text(encoding="utf-8"), file=path.name)
        assert path.name.endswith(f"{template.code}.v{template.version}.yaml")


def test_the_hexagon_has_six_sides_around_a_subdistrict_leader() -> None:
    template = team_templates.find_template("hexagon")
    leads = [seat for seat in template.seats if seat.leads]
    assert [seat.kinds for seat in leads] == [["subdistrict_leader"]]
    assert len({seat.side for seat in template.seats if not seat.leads}) == 6
    assert all(seat.least >= 1 for seat in template.seats)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("kinds: [volunteer]", "kinds: [wizard]", 8, "没有人员类别"),
        ("households / 100", "tents / 100", 8, "不认识的名字"),
        ("code: member", "code: lead", 8, "重复"),
        ("leads: true, ", "", 6, "带头"),
        ("shape: crew", "shape: blob", 5, ""),
        ("purpose: 拉绳。", "purpose: 拉绳。\ngroups: {title: 组, kinds: [volunteer], low: 9, high: 4, leader_title: 组长, member_title: 员, duty: 拉}", 5, "下限"),
        ("least: 2, most", "teams_per_person: 3, least: 2, most", 8, "一人多队"),
    ],
)
def test_a_faulty_template_names_the_line(old: str, new: str, line: int, words: str) -> None:
    assert team_templates.parse(GOOD).code == "rope-team"
    assert old in GOOD
    with pytest.raises(Invalid) as caught:
        team_templates.parse(GOOD.replace(old, new, 1), file="own.yaml")
    assert caught.value.code == "bad_team"
    assert any(fault["line"] == line and words in fault["sentence"] for fault in caught.value.data["faults"]), caught.value.data


def test_a_template_that_is_none_is_not_found() -> None:
    with pytest.raises(NotFound):
        team_templates.find_template("nothing")


def test_an_office_may_add_its_own_and_a_broken_one_hides_no_other(settings, tmp_path) -> None:
    settings.JIMU_HOME = str(tmp_path)
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams" / "rope.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "teams" / "broken.yaml").write_text("code: [", encoding="utf-8")
    assert {"rope-team", "hexagon"} <= {template.code for template in team_templates.all_templates()}
