"""Why a seat is open, whom to ask, why somebody is where they are: true, in words, in the reader's language."""

import pytest
from django.utils import translation

from jimu.roster import explain, words
from jimu.roster.models import Assignment
from jimu_engine.rules import RULES

from .conftest import EVE, World, solve


def test_every_rule_has_words_in_every_language() -> None:
    for language in ("zh-hans", "zh-hant", "en"):
        with translation.override(language):
            for code in [*RULES, *words.FIRM, "twice"]:
                assert words.rule_words(code) != code
                assert words.relaxed(code, 3)


def test_an_open_seat_names_the_rule_that_keeps_most_people_off_and_who_is_nearest(world: World) -> None:
    world.post("扫码", 480, 720, qualifications=["scanning"])
    for n in range(3):
        world.person(f"不会{n}")
    world.person("会但没空", skills=["scanning"], times=[(127, 1080, 1320)])
    world.person("医生", "medic", skills=["scanning"])
    roster = world.solved()
    why = explain.why_open(world.shift(roster, "扫码"))
    assert why.sentence == "合适的人不够：有 3 人没有岗位要求的能力或资质。"
    assert set(why.counts) == {
        "3 人：没有岗位要求的能力或资质", "1 人：这段时间没有空", "1 人：由自己的指挥调派（医护、民警），只能商请",
    }  # fmt: skip
    assert "另有 3 人只有这一条不合" in why.relax
    assert "培训" in why.relax
    assert {name for name, _ in why.nearest} <= set(world.people)


def test_limits_of_the_body_are_never_proposed_to_be_eased(world: World) -> None:
    world.post("早岗", 480, 720)
    world.post("午岗", 780, 1020)
    world.person("张三")
    roster = world.solved()
    shift = next(s for s in (world.shift(roster, t) for t in ("早岗", "午岗")) if not s.filled)
    why = explain.why_open(shift)
    assert "不能放宽" in why.relax
    found = explain.candidates(shift, at=EVE)
    assert found.fits == []
    assert not found.near


def test_candidates_are_people_who_break_nothing_best_first_with_reasons(world: World) -> None:
    world.post("门岗", 480, 720, needed=2)
    world.person("时间不明", times_known=False)
    world.person("随时")
    world.person("没空", times=[(127, 0, 60)])
    world.person("邻区", unit="甲二")
    roster = world.draft()
    found = explain.candidates(world.shift(roster, "门岗"), at=EVE)
    assert [fit.name for fit in found.fits] == ["随时", "时间不明"]
    assert "可服务时间未确认，请先打电话问一问" in found.fits[1].reasons
    assert found.fits[0].kind_name == "志愿者"


def test_candidates_take_as_many_queries_for_many_people_as_for_few(world: World, django_assert_max_num_queries) -> None:
    world.post("门岗", 480, 720, needed=2)
    for size in (3, 60):
        for n in range(size):
            world.person(f"人{size}-{n}", skills=["scanning"])
        shift = world.shift(world.draft(3), "门岗")
        with django_assert_max_num_queries(27):
            assert len(explain.candidates(shift, at=EVE).fits) == min(explain.LISTED, len(world.people))


def test_somebody_on_a_seat_is_told_why_they(manned: World) -> None:
    roster = solve(manned.draft(3))
    seat = Assignment.objects.filter(shift__post__title="门岗").select_related("shift__roster__incident", "shift__unit").first()
    assert any("本期" in line for line in explain.why_here(seat, at=EVE))
    seat.origin = "hand"
    assert explain.why_here(seat, at=EVE)[0] == "由人工安排"
    seat.override = {"rules": ["availability"], "by": "沈书记", "reason": "电话确认"}
    assert explain.why_here(seat, at=EVE) == ["由沈书记人工安排。越过的规则：这段时间没有空。理由：电话确认"]
    manned.people[seat.person.name].active = False
    manned.people[seat.person.name].save()
    seat.override, seat.origin = {}, "engine"
    assert explain.why_here(seat, at=EVE) == ["不在这次响应可以排班的人员名单里"]
    assert roster.summary["open"] == 0


@pytest.mark.parametrize(
    ("code", "value", "said"),
    [("load", 0, "本期还没有排班"), ("load", 90, "本期已排 1.5 小时"), ("rested", 660, "班前休息 11 小时"), ("rested", 6001, "班前休息 100 小时"), ("owed", 2.0, "约定的岗位还差 2 班"), ("off_rhythm", 1.0, "会打乱作息 1 天"), ("unwished", 1.0, "本人不太愿意上这个班")],
)  # fmt: skip
def test_numbers_are_told_as_people_say_them(code: str, value: float, said: str) -> None:
    assert words.advice(code, value) == said


def test_what_the_system_did_is_not_called_by_its_english_name() -> None:
    assert (words.who("system"), words.who("沈书记")) == ("系统", "沈书记")
