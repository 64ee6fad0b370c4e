"""From facts to posts: numbers, reasons, and honesty about what nobody has counted."""

import pytest

from jimu.playbooks.headcount import UnitCount, count, seats_by_weekday, seats_per_week
from jimu.playbooks.library import SHIPPED, find, shelf
from jimu.playbooks.reading import parse

KNOWN = {"households": 1115, "residents": 2587, "elders": 800, "elders_living_alone": 48, "buildings": 40, "blocks": 4}


def by_post(counted: UnitCount) -> dict[str, int]:
    return {need.rule.code: need.needed for need in counted.needs}


def test_a_site_has_its_whole_crew_by_the_defaults_of_the_field() -> None:
    playbook, _ = find("epidemic-lockdown")
    crew = by_post(count(playbook, "lockdown", KNOWN))
    # 2,587 people: two sites of up to 2,500; two tables of up to 700 people in each of two shifts.
    assert {code: crew[code] for code in ("site_leader", "sampler", "scanner", "label", "order", "temperature", "triage")} == {
        "site_leader": 2, "sampler": 4, "scanner": 2, "label": 2, "order": 4, "temperature": 4, "triage": 4,
    }  # fmt: skip
    assert (crew["caller"], crew["site_disinfection"], crew["tube_courier"], crew["site_float"]) == (3, 2, 1, 4)
    assert (crew["gate"], crew["patrol"], crew["survey"], crew["supplies"]) == (2, 4, 6, 8)
    assert (crew["medicine"], crew["hotline"], crew["disinfection"], crew["care"]) == (5, 2, 2, 4)


def test_gates_are_two_a_shift_around_the_clock_and_medics_are_asked_for() -> None:
    playbook, _ = find("epidemic-lockdown")
    needs = count(playbook, "lockdown", KNOWN).needs
    gates = [need for need in needs if need.rule.code == "gate"]
    assert sum(need.end_minute - need.start_minute for need in gates) == 1440
    sampler = next(need.rule for need in needs if need.rule.code == "sampler")
    assert (sampler.requested_only, sampler.kinds) == (True, ["medic"])


def test_every_number_says_how_it_came_about() -> None:
    playbook, _ = find("epidemic-lockdown")
    reasons = {need.rule.code: need.reason for need in count(playbook, "controlled", KNOWN).needs}
    assert reasons["scanner"] == "2 台 × 1 人：2,587 人 ÷ 700，分 2 班"
    assert reasons["patrol"].endswith("（本级别按 0.5 倍）")


def test_a_fact_that_nobody_counted_is_assumed_and_said_to_be() -> None:
    playbook, _ = find("epidemic-lockdown")
    found = count(playbook, "lockdown", {**KNOWN, "residents": None})
    assert [assumed.sentence() for assumed in found.assumed] == ["缺常住人口，按每户 2.32 人，估为 2,587"]
    assert by_post(found)["site_leader"] == 2
    assert any(need.reason.endswith("（常住人口为估算）") for need in found.needs if need.rule.code == "site_leader")
    assert not any("估算" in need.reason for need in found.needs if need.rule.code == "gate")


def test_a_post_that_cannot_be_counted_is_left_out_and_named(small: str) -> None:
    playbook = parse(small)
    found = count(playbook, "red", {"households": 700})
    assert [left.sentence() for left in found.left_out] == ["缺独居老人，“看望老人”算不出人数，没有列入"]
    assert by_post(found) == {"shovel": 18, "watch": 1}
    assert count(playbook, "blue", {"households": 700}).left_out == []


def test_nothing_known_leaves_only_what_needs_no_facts(small: str) -> None:
    found = count(parse(small), "red", {})
    assert by_post(found) == {"watch": 1}
    assert {left.rule.code for left in found.left_out} == {"shovel", "elders"}
    assert {left.missing for left in found.left_out} == {("households",), ("elders_living_alone",)}


def test_zero_is_a_fact_and_not_a_gap(small: str) -> None:
    found = count(parse(small), "red", {"households": 0, "elders_living_alone": 0})
    assert (by_post(found), found.assumed, found.left_out) == ({"watch": 1}, [], [])


def test_a_factor_rounds_up_to_whole_people(small: str) -> None:
    text = small.replace("factors: {shovel: 1.5}", "factors: {shovel: 0.3}")
    assert by_post(count(parse(text), "red", {"households": 300, "elders_living_alone": 0}))["shovel"] == 2


def test_weeks_and_weekdays_count_only_the_days_that_are_on(small: str) -> None:
    text = small.replace("    group: 道路\n", "    group: 道路\n    days: [0, 3]\n")
    needs = count(parse(text), "blue", {"households": 300}).needs
    assert seats_per_week(needs) == 4 * 2 + 7 + 7
    assert seats_by_weekday(needs) == [6, 2, 2, 6, 2, 2, 2]


@pytest.mark.parametrize("name", ["typhoon", "gas-leak"])
def test_other_emergencies_run_on_the_same_machine(name: str) -> None:
    playbook, text = find(name)
    for level in playbook.levels:
        assert count(playbook, level, KNOWN).needs
    assert not any(word in text for word in ("核酸", "封控", "采样", "疫"))


def test_nothing_outside_the_library_knows_an_epidemic() -> None:
    words = ("epidemic", "lockdown", "核酸", "疫情", "封控", "管控区")
    folder = SHIPPED.parent
    code = [*folder.glob("*.py"), *folder.glob("templates/**/*.html")]
    code += [*folder.parent.glob("incidents/*.py"), *folder.parent.glob("incidents/templates/**/*.html")]
    assert len(code) > 15
    assert [f"{path.name}: {word}" for path in code for word in words if word in path.read_text(encoding="utf-8")] == []


def test_every_shipped_file_is_sound() -> None:
    assert shelf().broken == []
    assert {playbook.name for playbook, _ in shelf().playbooks} >= {"epidemic-lockdown", "typhoon", "gas-leak"}
