"""What a playbook is: levels, shifts, posts with headcount rules. Checked when it is read, never when it is needed."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from jimu.people.models import Kind
from jimu.playbooks.expressions import FACTS, check_expression, check_template

KINDS = tuple(Kind.values)
ALL = "all"
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class Strict(BaseModel):
    """No key but those named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ShiftTimes(Strict):
    """A span of the day; an end at or before the start lies on the next day."""

    title: str = Field(min_length=1, max_length=20)
    start: str
    end: str

    @field_validator("start", "end")
    @classmethod
    def _clock(cls, value: str) -> str:
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5][05]", value):
            raise ValueError("时间要写成 \"08:00\" 这样，带引号，分钟是 5 的倍数")
        return value

    @property
    def start_minute(self) -> int:
        """Minutes from midnight."""
        return int(self.start[:2]) * 60 + int(self.start[3:])

    @property
    def end_minute(self) -> int:
        """Minutes from the midnight before the start; above 1440 on the next day."""
        end = int(self.end[:2]) * 60 + int(self.end[3:])
        return end if end > self.start_minute else end + 1440


class PostRule(Strict):
    """One post: in which shifts, how many, who may take it."""

    code: Code
    title: str = Field(min_length=1, max_length=40)
    group: str = Field(min_length=1, max_length=40)
    shifts: list[str] = Field(min_length=1)
    headcount: str
    reason: str = Field(min_length=1, max_length=160)
    kinds: list[str] = []
    qualifications: list[str] = []
    days: list[Annotated[int, Field(ge=0, le=6)]] = []
    requested_only: bool = False
    suit: bool = False
    heavy: bool = False
    priority: int = Field(default=2, ge=1, le=4)

    @field_validator("kinds")
    @classmethod
    def _known_kinds(cls, value: list[str]) -> list[str]:
        for kind in value:
            if kind not in KINDS:
                raise ValueError(f"没有人员类别 {kind}，可用：{'、'.join(KINDS)}")
        return value


class Level(Strict):
    """A level of response: which posts are on, by which factor, what people may do."""

    title: str = Field(min_length=1, max_length=30)
    colour: Literal["red", "orange", "yellow", "blue"]
    movement: str = Field(min_length=1, max_length=120)
    confined: bool = False
    ends_after_days: int = Field(ge=1, le=180)
    posts: list[str] | Literal["all"]
    factors: dict[str, Annotated[float, Field(gt=0, le=10)]] = {}


class Playbook(Strict):
    """A whole playbook. Its text is kept with every incident that it started."""

    name: Code
    version: int = Field(ge=1)
    title: str = Field(min_length=1, max_length=40)
    hazard: Code
    legal_basis: str = Field(min_length=1, max_length=200)
    parameters: dict[str, float] = {}
    shifts: dict[str, ShiftTimes] = Field(min_length=1)
    posts: list[PostRule] = Field(min_length=1)
    levels: dict[str, Level] = Field(min_length=1)
    notice: str = ""

    def posts_at(self, level: str) -> list[PostRule]:
        """The posts that a level switches on. Raises KeyError for a level that is none."""
        wanted = self.levels[level].posts
        return [post for post in self.posts if wanted == ALL or post.code in wanted]

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        for fault in self.faults():
            raise ValueError(fault)
        return self

    def faults(self) -> list[str]:
        """What one part says and another does not know, each as «path|sentence» so that a line can be named."""
        found: list[str] = []
        names = {*FACTS, *self.parameters}
        seen: set[str] = set()
        for i, post in enumerate(self.posts):
            if post.code in seen:
                found.append(f"posts.{i}.code|岗位代码 {post.code} 重复了")
            seen.add(post.code)
            found += [f"posts.{i}.shifts|班次 {s} 没有在 shifts 里定义" for s in post.shifts if s not in self.shifts]
            found += [f"posts.{i}.headcount|{fault}" for fault in check_expression(post.headcount, names)]
            found += [f"posts.{i}.reason|{fault}" for fault in check_template(post.reason, names)]
        for code, level in self.levels.items():
            wanted: list[str] = [] if level.posts == ALL else list(level.posts)
            found += [f"levels.{code}.posts|岗位 {p} 没有在 posts 里定义" for p in wanted if p not in seen]
            found += [f"levels.{code}.factors|岗位 {p} 没有在 posts 里定义" for p in level.factors if p not in seen]
        return found


def as_data(playbook: Playbook) -> dict[str, Any]:
    """A playbook as plain data."""
    return playbook.model_dump()
