"""Team templates: which seats a team has, who may take each, how many, which of them leads. Data, as playbooks are."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from jimu.core import datafiles
from jimu.core.errors import Invalid, NotFound
from jimu.people.models import Kind
from jimu.playbooks.expressions import check_expression
from jimu.playbooks.terms import FACTS

SHIPPED = Path(__file__).parent / "team_library"
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class Strict(BaseModel):
    """No key but those named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("kinds", check_fields=False)
    @classmethod
    def _known_kinds(cls, value: list[str]) -> list[str]:
        for kind in value:
            if kind not in Kind.values:
                raise ValueError(f"没有人员类别 {kind}，可用：{'、'.join(Kind.values)}")
        return value


class SeatRule(Strict):
    """Seats of one sort. `least` of them must be filled, up to `most` (an expression over the cell's facts) may be.

    `home`: "cell" takes people who belong to the cell or were sent to it, "any" whoever may be sent. `prefers` a
    veteran (knows the place or holds a certificate) or a newcomer, so that a pair learns from each other.
    `teams_per_person`: on how many teams' seats of this sort one person may sit; only where a team has one such seat.
    """

    code: Code
    title: str = Field(min_length=1, max_length=20)
    side: str = Field(default="", max_length=20)
    duty: str = Field(min_length=1, max_length=160)
    kinds: list[str] = []
    qualifications: list[str] = []
    least: int = Field(default=1, ge=0, le=200)
    most: str = ""
    leads: bool = False
    deputy: bool = False
    home: Literal["cell", "any"] = "cell"
    prefers: Literal["", "veteran", "newcomer"] = ""
    heavy: bool = False
    teams_per_person: int = Field(default=1, ge=1, le=20)

    @field_validator("most", mode="before")
    @classmethod
    def _number_or_rule(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value


class Groups(Strict):
    """Everybody of some kinds in the cell, in groups of `low` to `high` with a leader each."""

    title: str = Field(min_length=1, max_length=20)
    kinds: list[str] = Field(min_length=1)
    low: int = Field(ge=2, le=60)
    high: int = Field(ge=2, le=60)
    leader_title: str = Field(min_length=1, max_length=20)
    member_title: str = Field(min_length=1, max_length=20)
    duty: str = Field(min_length=1, max_length=160)


class TeamTemplate(Strict):
    """One sort of team.

    `per`: one team for each neighborhood or for each block. `exclusive`: somebody holds at most one seat among all
    teams that name the same word.
    """

    code: Code
    version: int = Field(ge=1)
    title: str = Field(min_length=1, max_length=30)
    purpose: str = Field(min_length=1, max_length=120)
    shape: Literal["hexagon", "branch", "squad", "crew", "pair", "linkage"]
    per: Literal["neighborhood", "block"] = "neighborhood"
    exclusive: str = Field(default="", max_length=20)
    seats: list[SeatRule] = Field(min_length=1)
    groups: Groups | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        for fault in self.faults():
            raise ValueError(fault)
        return self

    def faults(self) -> list[str]:
        """What one part says and another contradicts, each as «path|sentence»."""
        found: list[str] = []
        seen: set[str] = set()
        for number, seat in enumerate(self.seats):
            if seat.code in seen:
                found.append(f"seats.{number}.code|席位代码 {seat.code} 重复了")
            seen.add(seat.code)
            found += [f"seats.{number}.most|{fault}" for fault in (check_expression(seat.most, FACTS) if seat.most else ())]
            if seat.teams_per_person > 1 and (seat.least > 1 or seat.most not in ("", "1") or self.exclusive):
                found.append(f"seats.{number}.teams_per_person|一人多队的席位，每队只能有一个，也不能属于互斥的队伍")
        leading = [seat for seat in self.seats if seat.leads]
        if len(leading) != 1 or leading[0].least != 1:
            found.append("seats|要有且只有一个带头的席位（leads: true，least: 1）")
        if self.groups and self.groups.low > self.groups.high:
            found.append("groups.low|下限不能大于上限")
        return found


def parse(text: str, *, file: str = "team.yaml") -> TeamTemplate:
    """A template from its text. Raises Invalid (`bad_team`) naming the line of every fault."""
    return datafiles.parse(text, TeamTemplate, file=file, code="bad_team")


def all_templates() -> list[TeamTemplate]:
    """The newest version of each template: shipped ones, then those in JIMU_HOME/teams; a broken one of those is left out."""
    newest: dict[str, TeamTemplate] = {}
    for path in [*sorted(SHIPPED.glob("*.yaml")), *sorted((Path(settings.JIMU_HOME) / "teams").glob("*.yaml"))]:
        try:
            template = _read(path, path.stat().st_mtime)
        except Invalid:
            continue
        if template.code not in newest or newest[template.code].version <= template.version:
            newest[template.code] = template
    return list(newest.values())


def find_template(code: str) -> TeamTemplate:
    """A template by its code. Raises NotFound."""
    for template in all_templates():
        if template.code == code:
            return template
    raise NotFound(_("没有这个队伍模板。"), template=code)


@lru_cache(maxsize=64)
def _read(path: Path, changed: float) -> TeamTemplate:
    return parse(path.read_text(encoding="utf-8"), file=path.name)
