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


class ToldCard(Strict):
    """The words of one card in another language."""

    title: str = Field(min_length=1, max_length=60)
    text: str = Field(min_length=1, max_length=400)
    caution: str = Field(default="", max_length=160)


class ToldQuestion(Strict):
    """The words of one question."""

    question: str = Field(min_length=1, max_length=200)
    options: list[Annotated[str, Field(min_length=1, max_length=120)]] = Field(min_length=2, max_length=6)
    why: str = Field(min_length=1, max_length=240)


class Told(Strict):
    """A course's words in another language, card by card and question by question as the course has them."""

    title: str = Field(min_length=1, max_length=60)
    summary: str = Field(min_length=1, max_length=200)
    cards: list[ToldCard] = Field(min_length=1)
    quiz: list[ToldQuestion] = Field(min_length=1)

    def fits(self, course: Course) -> bool:
        """Whether it says each thing that the course says, and no other."""
        cards = [bool(card.caution) for card in self.cards] == [bool(card.caution) for card in course.cards]
        return cards and [len(q.options) for q in self.quiz] == [len(q.options) for q in course.quiz]

    def over(self, course: Course) -> Course:
        """The course in these words; what decides (answers, hygiene, validity) stays."""
        cards = [card.model_copy(update=told.model_dump()) for card, told in zip(course.cards, self.cards, strict=True)]
        quiz = [question.model_copy(update=told.model_dump()) for question, told in zip(course.quiz, self.quiz, strict=True)]
        return course.model_copy(update={"title": self.title, "summary": self.summary, "cards": cards, "quiz": quiz})
