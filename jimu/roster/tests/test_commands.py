"""The commands: a roster from nothing to published, progress on the side, a failure that leaves nothing behind."""

import signal

import pytest

from jimu.core.commands import run
from jimu.roster import solving
from jimu.roster.models import Assignment, Roster

from .conftest import World


def test_solve_prints_progress_aside_and_the_outcome_with_reasons_and_gap(manned: World, capsys) -> None:
    manned.post("扫码", 480, 720, needed=2, qualifications=["scanning"])
    assert run(["roster", "solve", "--days", "2", "--seconds", "0.3", "--workers", "1", "--from", "2026-04-06"]) == 0
    told = capsys.readouterr()
    assert "正在读取人员和岗位" in told.err
    assert "共 10 个席位，排上 6 个，还空 4 个" in told.out
    assert "已证明" in told.out
    assert "空岗 4 个：没有岗位要求的能力或资质" in told.out
    assert str(Roster.objects.get().pk) in told.out
    assert Roster.objects.get().state == "draft"


def test_solve_and_publish_in_one_go_then_list_and_check(manned: World, capsys) -> None:
    assert run(["roster", "solve", "--days", "1", "--seconds", "0.2", "--workers", "1", "--publish"]) == 0
    assert Roster.objects.get().state == "published"
    assert run(["roster", "list"]) == 0
    assert "3/3" in capsys.readouterr().out
    assert run(["roster", "check"]) == 0
    seat = Assignment.objects.filter(shift__post__title="门岗").first()
    seat.pk, seat.seat, seat.shift = None, 5, Roster.objects.get().shifts.get(post__title="巡逻")
    seat._state.adding = True
    seat.save()
    assert run(["roster", "check"]) == 1
    assert seat.person.name in capsys.readouterr().out


def test_publish_takes_the_newest_solved_draft(manned: World, capsys) -> None:
    assert run(["roster", "publish"]) == 1
    assert "jimu roster solve" in capsys.readouterr().err
    assert run(["roster", "solve", "--days", "1", "--seconds", "0.2", "--workers", "1", "--emergency", "多点暴发"]) == 0
    assert run(["roster", "publish"]) == 0
    assert Roster.objects.get().emergency_reason == "多点暴发"


def test_a_failing_solve_takes_its_draft_away_again(manned: World, capsys, monkeypatch) -> None:
    def explode(*args, **kwargs):
        raise MemoryError

    monkeypatch.setattr(solving, "build", explode)
    with pytest.raises(MemoryError):
        run(["roster", "solve", "--days", "1"])
    assert not Roster.objects.exists()


def test_an_interrupt_keeps_the_best_so_far(manned: World, monkeypatch, capsys) -> None:
    monkeypatch.setattr(solving, "TELL_EVERY", 0.0)
    built = solving.build

    def interrupt(*args, **kwargs):
        signal.raise_signal(signal.SIGINT)
        return built(*args, **kwargs)

    monkeypatch.setattr(solving, "build", interrupt)
    before = signal.getsignal(signal.SIGINT)
    assert run(["roster", "solve", "--days", "1", "--seconds", "600", "--workers", "1"]) == 0
    assert "排上 3 个" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) == before


@pytest.mark.parametrize(
    ("words", "says"),
    [(["--days", "0"], "天"), (["--days", "99"], "天"), (["--incident", "123"], "编号"), (["--incident", "0" * 32], "预案")],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line(manned: World, capsys, words: list[str], says: str) -> None:
    assert run(["roster", "solve", *words]) == 1
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
    assert not Roster.objects.exists()
