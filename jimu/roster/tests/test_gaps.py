"""A seat that somebody could take is found without a solver: at once, by one move, or not at all."""

from jimu.roster import gaps
from jimu.roster.models import Assignment
from jimu.roster.problem import build

from .conftest import EVE, World, solve


def found(world: World, roster) -> list[tuple[str, str, str]]:
    """(person, what they leave, who steps in) by name."""
    titles = {str(shift.pk): shift.post.title for shift in roster.shifts.select_related("post")}
    names = {str(person.pk): name for name, person in world.people.items()}
    return [
        (names[gap.person], titles.get(gap.leaves, ""), names.get(gap.steps_in, ""))
        for gap in gaps.gaps(build(roster, at=EVE))
    ]


def test_a_free_person_who_fits_is_a_gap_and_one_who_does_not_is_none(world: World) -> None:
    world.post("扫码", 480, 720, qualifications=["scanning"])
    world.person("不会")
    roster = world.draft()
    assert found(world, roster) == []
    world.person("会", skills=["scanning"])
    assert found(world, roster) == [("会", "", "")]
    world.seat(roster, "扫码", "会")
    assert found(world, roster) == []


def test_one_who_could_move_over_is_a_gap_only_when_somebody_steps_in(world: World) -> None:
    world.post("门岗", 480, 720)
    world.post("扫码", 480, 720, qualifications=["scanning"])
    world.person("会", skills=["scanning"])
    roster = world.draft()
    seat = world.seat(roster, "门岗", "会")
    assert found(world, roster) == []
    world.person("不会")
    assert found(world, roster) == [("会", "门岗", "不会")]
    Assignment.objects.filter(pk=seat.pk).update(pinned=True)
    assert found(world, roster) == []


def test_rest_and_caps_count_and_what_is_asked_for_is_no_gap(world: World) -> None:
    world.post("早岗", 480, 720)
    world.post("午岗", 780, 1020)
    world.post("采样", 480, 720, requested_only=True)
    world.person("张三")
    roster = world.draft()
    world.seat(roster, "早岗", "张三")
    assert found(world, roster) == []


def test_a_solved_roster_leaves_no_gap_even_where_people_are_short(world: World) -> None:
    for n in range(6):
        world.post(f"岗{n}", 360 + 120 * n, 600 + 120 * n, needed=2, qualifications=["scanning"] if n % 3 == 0 else [])
    for n in range(9):
        times = [(127, 360, 840)] if n % 2 else [(127, 600, 1440)]
        world.person(f"人{n}", skills=["scanning"] if n % 3 == 0 else [], times=times)
    roster = solve(world.draft(5), seconds=0.5)
    assert roster.summary["open"] > 0
    assert found(world, roster) == []
