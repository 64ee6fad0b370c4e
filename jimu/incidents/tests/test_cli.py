"""The command line of incidents: the same actions, words a person can read, exit code 1 with a sentence."""

from datetime import timedelta

import pytest

from jimu.core import clock, commands
from jimu.incidents.models import Incident

from .conftest import World


@pytest.fixture
def jimu(capsys: pytest.CaptureFixture[str]):
    """Run words; answers (exit code, stdout, stderr)."""

    def run(*words: str) -> tuple[int, str, str]:
        code = commands.run(["incident", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_an_incident_goes_its_whole_way(world: World, jimu) -> None:
    code, out, _ = jimu("activate", "snow", "--level", "blue", "--unit", "甲片区", "--drill")
    number, sentence = out.splitlines()
    assert code == 0
    assert sentence.startswith("甲片区 扫雪 · 蓝色：2 个居民区，6 个岗位班次，至 ")
    assert "演练" in jimu("list")[1]
    assert jimu("adjust", number, "--level", "red", "--dry-run")[1].startswith("甲片区 扫雪 · 红色：每天岗位人数 24 → 42（未执行）")
    assert "铲雪：20 → 30" in jimu("adjust", number, "--level", "red", "--reason", "雪更大了")[1]
    end = str(clock.today() + timedelta(days=9))
    assert end in jimu("prolong", number, "--ends-on", end, "--reason", "雪未停")[1]
    assert "已解除" in jimu("stand-down", number, "--reason", "雪停了")[1]
    shown = jimu("show", number)[1]
    for words in ("甲片区 扫雪 · 红色（已解除）", "依据：《突发事件应对法》", "甲一居民区：每天岗位 24 人", "系统  解除：雪停了"):
        assert words in shown


def test_a_dry_run_shows_and_makes_nothing(world: World, jimu) -> None:
    code, out, _ = jimu("activate", "snow", "--level", "blue", "--only", "甲一，乙一", "--dry-run")
    assert code == 0
    assert "甲一、乙一 扫雪 · 蓝色：2 个居民区，每天约 20 席" in out
    assert "任何人：约需 23 人，在册 5 人，缺 18 人" in out
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("activate", "snow", "--level", "blue", "--unit", "丙一"), "没有叫“丙一”的街道、片区或居民区。"),
        (("activate", "hail", "--level", "blue"), "没有这个预案"),
        (("activate", "snow", "--level", "x"), "可选：blue（蓝色）、red（红色）"),
        (("show", "00000000-0000-0000-0000-000000000000"), "没有找到"),
    ],
)
def test_a_refusal_is_one_line_and_exit_code_one(world: World, jimu, words: tuple[str, ...], sentence: str) -> None:
    code, out, err = jimu(*words)
    assert (code, out) == (1, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_without_a_grid_the_command_says_what_to_do(db, jimu) -> None:
    assert "jimu intake" in jimu("activate", "typhoon", "--level", "blue")[2]
