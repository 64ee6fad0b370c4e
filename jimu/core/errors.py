"""Errors that people see: a class with a code, one sentence and data.

`core.answers` turns them into a page, JSON or a terminal line, in one place. The sentence says what is
wrong and how to mend it; it never holds a phone number or an ID number.
"""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class JimuError(Exception):
    """A refusal with its reason. `status` is the HTTP status it becomes."""

    code = "error"
    status = 400
    sentence: str | Promise = _("没有做成，请再试一次。")

    def __init__(self, sentence: str | Promise | None = None, *, code: str | None = None, **data: Any) -> None:
        self.sentence = sentence if sentence is not None else self.sentence
        self.code = code or self.code
        self.data = data
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.sentence)


class Invalid(JimuError):
    """What was given cannot be used as it is."""

    code = "invalid"
    status = 422
    sentence = _("填写的内容有误，请检查后再提交。")


class NotFound(JimuError):
    """There is no such thing, or it is outside the asker's part of the grid: the two look alike."""

    code = "not_found"
    status = 404
    sentence = _("没有找到，或不在您负责的范围内。")


class NotPermitted(JimuError):
    """The actor has no such right on this part of the grid."""

    code = "not_permitted"
    status = 403
    sentence = _("您没有做这件事的权限。需要时请联系指挥长开通。")


class Conflict(JimuError):
    """Somebody else changed it first, or it is not in the state this needs."""

    code = "conflict"
    status = 409
    sentence = _("情况刚刚有变，请刷新后再试。")


class NotNow(Conflict):
    """What something is now does not allow the act; the sentence says what is missing."""

    code = "not_now"


class InOtherHands(Conflict):
    """A thing is somewhere else than who gives or takes it says."""

    code = "in_other_hands"


class SamePerson(NotPermitted):
    """Two people have to sign, and one tried to be both."""

    code = "same_person"


class NotOnRegister(NotPermitted):
    """A signature needs a person, and the account names none."""

    code = "not_on_register"
    sentence = _("您的账号还没有对应到名册上的人，不能签字。请管账号的人在“账号”里补上。")
