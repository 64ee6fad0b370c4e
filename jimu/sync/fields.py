"""Fields of a form that a phone shows without a network, and how what was typed is read again on the server."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jimu.core.errors import Invalid

TEXT, LONG, NUMBER, YES_NO, CHOICE, CHOICES, DATE, CODE, GIVEN = "text", "long", "number", "yes_no", "choice", "choices", "date", "code", "given"
#: A telephone number that is written anew and never shown: what is there now stands masked beside it, and stays when nothing is typed.
TELEPHONE = "telephone"
MOST_LETTERS = {TEXT: 200, LONG: 2000, CODE: 200, GIVEN: 100, TELEPHONE: 20}


@dataclass(frozen=True)
class Field:
    """One field: `type` is text, long, number, yes_no, choice, choices, date, code (scanned or typed), telephone or given.

    A `given` field is not shown: its value comes from the item that was opened (a unit's id, a household's). Where an edit is judged, values are compared by
    their `mark`: a number by what the phone was shown of it, a list whatever its order.
    """

    name: str
    label: str | Promise
    type: str = TEXT
    required: bool = False
    choices: Sequence[tuple[str, str | Promise]] = ()
    least: int | None = None
    most: int | None = None
    hint: str | Promise = ""
    mark: Callable[[Any], Any] | None = None

    def describe(self) -> dict[str, Any]:
        """The field for the phone, in the reader's language."""
        return {
            "name": self.name, "label": str(self.label), "type": self.type, "required": self.required, "least": self.least,
            "most": self.most, "hint": str(self.hint), "choices": [[value, str(words)] for value, words in self.choices],
        }  # fmt: skip

    def read(self, given: Any) -> Any:
        """The value of this field. Raises Invalid."""
        if given is None or given == "" or given == []:
            if self.required:
                raise Invalid(_("请填写：{label}").format(label=self.label), field=self.name)
            return [] if self.type == CHOICES else None if self.type in (NUMBER, YES_NO, DATE) else ""
        try:
            return READERS[self.type](self, given)
        except (TypeError, ValueError):
            raise Invalid(_("填写有误：{label}").format(label=self.label), field=self.name) from None


def _text(field: Field, given: Any) -> str:
    if not isinstance(given, str) or len(given) > (field.most or MOST_LETTERS[field.type]):
        raise ValueError
    return given.strip()


def _number(field: Field, given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int | str) or (isinstance(given, str) and len(given) > 12):
        raise TypeError
    number = int(given)
    if (field.least is not None and number < field.least) or number > (2**31 - 1 if field.most is None else field.most):
        raise ValueError
    if number < -(2**31):
        raise ValueError
    return number


def _yes_no(field: Field, given: Any) -> bool:
    if not isinstance(given, bool):
        raise TypeError
    return given


def _choice(field: Field, given: Any) -> str:
    if not isinstance(given, str) or given not in dict(field.choices):
        raise ValueError
    return given


def _choices(field: Field, given: Any) -> list[str]:
    if not isinstance(given, list):
        raise TypeError
    return [_choice(field, one) for one in given]


def _date(field: Field, given: Any) -> str:
    return date.fromisoformat(given).isoformat()


READERS: Mapping[str, Callable[[Field, Any], Any]] = {
    TEXT: _text, LONG: _text, CODE: _text, TELEPHONE: _text, GIVEN: _text, NUMBER: _number, YES_NO: _yes_no, CHOICE: _choice, CHOICES: _choices, DATE: _date,
}  # fmt: skip


def read_all(fields: Sequence[Field], payload: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a whole form; what it does not name is left out. Raises Invalid for the first field that is wrong."""
    return {field.name: field.read(payload.get(field.name)) for field in fields}


def read_id(given: Any) -> UUID:
    """An id out of a payload. Raises Invalid."""
    try:
        return UUID(str(given))
    except ValueError:
        raise Invalid(_("记录里的编号不完整。")) from None
