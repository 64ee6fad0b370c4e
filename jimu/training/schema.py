"""What a course is: step cards, a short quiz, and the qualification that it gives for some time."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class Strict(BaseModel):
    """No key but those named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Card(Strict):
    """One step of a procedure. `hygiene` marks a step after which hands are cleaned; `caution` what must not go wrong."""

    title: str = Field(min_length=1, max_length=20)
    text: str = Field(min_length=1, max_length=160)
    caution: str = Field(default="", max_length=80)
    hygiene: bool = False


class Question(Strict):
    """One question with one right answer, counted from 0, and why it is right."""

    question: str = Field(min_length=1, max_length=80)
    options: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(min_length=2, max_length=6)
    answer: int = Field(ge=0)
    why: str = Field(min_length=1, max_length=120)

    @model_validator(mode="after")
    def _answer_is_an_option(self) -> Self:
        if self.answer >= len(self.options):
            raise ValueError("answer|正确答案不在选项里，从 0 数起")
        return self


class Course(Strict):
    """A whole course.

    `valid_days`: how long its certificate holds. `accepts_declared`: somebody who says they have done it may serve
    without a certificate. `supervised_first_shift`: the first duty is beside somebody who can. `pass_mark`: the
    share of right answers that passes. `micro`: short enough to be done on the way to a first duty.
    """

    code: Code
    version: int = Field(ge=1)
    title: str = Field(min_length=1, max_length=20)
    qualification: Code
    minutes: int = Field(ge=1, le=600)
    valid_days: int = Field(ge=1, le=3650)
    accepts_declared: bool = False
    supervised_first_shift: bool = False
    micro: bool = False
    summary: str = Field(min_length=1, max_length=80)
    cards: list[Card] = Field(min_length=1, max_length=40)
    quiz: list[Question] = Field(min_length=1, max_length=12)
    pass_mark: float = Field(default=1.0, gt=0, le=1)
