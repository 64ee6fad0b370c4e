"""A small playbook in which every part of the form occurs, as text, so that a test can spoil one line of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

SMALL = """\
name: snow
version: 1
title: 扫雪
hazard: snow
legal_basis: 《突发事件应对法》
parameters:
  households_per_team: {value: 300, range: [100, 500], label: 一队负责户数}
quantities:
  teams: {label: 扫雪队, formula: ceil(households / households_per_team)}
assumptions:
  households: {formula: residents / 2.32, because: 按每户 2.32 人}
shifts:
  day: {title: 日班, start: "08:00", end: "12:00"}
  night: {title: 夜班, start: "22:00", end: "06:00"}
posts:
  - code: shovel
    title: 铲雪
    group: 道路
    shifts: [day]
    headcount: 4 * teams
    reason: "{teams} 队 × 4 人：{households} 户 ÷ {households_per_team}"
  - code: watch
    title: 值守
    group: 值守
    shifts: [day, night]
    headcount: "1"
    reason: 每班 1 人
    kinds: [property]
    qualifications: [driving]
  - code: elders
    title: 看望老人
    group: 关爱
    shifts: [day]
    headcount: 2 * ceil(elders_living_alone / 40)
    reason: "{elders_living_alone} 位独居老人 ÷ 40"
levels:
  blue: {title: 蓝色, colour: blue, movement: 小心路滑, ends_after_days: 2, posts: [shovel, watch]}
  red: {title: 红色, colour: red, movement: 非必要不出门, ends_after_days: 3, posts: all, factors: {shovel: 1.5}}
"""


@pytest.fixture
def small() -> str:
    """The text as it is: it has no fault."""
    return SMALL


@pytest.fixture
def spoilt(small: str) -> Callable[[str, str], tuple[str, int]]:
    """The text with one piece changed, and the line (from 1) on which that piece stood."""

    def spoil(old: str, new: str) -> tuple[str, int]:
        assert small.count(old) == 1, old
        return small.replace(old, new), small[: small.index(old)].count("\n") + 1

    return spoil


@pytest.fixture
def own(tmp_path: Path, settings) -> Path:
    """The folder in which an office keeps its own playbooks; empty."""
    settings.JIMU_HOME = tmp_path
    folder = tmp_path / "playbooks"
    folder.mkdir()
    return folder
