"""Which questions of a form stand for a field of the ledger, and what their answers say of a door and of who lives there. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jimu.field.households.form_rules import ENTRY, INTEGER, MANY, ONE, REPEAT, TEXT, Definition, Question
from jimu.field.households.rules import GROUPS, HIGHEST, LOWEST
from jimu.people.intake import cells

ROOM, RESIDENT = "room", "resident"
STATE, NAME = "room.state", "resident.name"
#: What the columns `ledger` and 台账 of a survey sheet may name, and which kinds of questions may stand for it.
KNOWN: Mapping[str, Sequence[str]] = {
    STATE: (ONE,), "room.floor": (INTEGER,), "room.kitchen": (TEXT,), "room.note": (TEXT,), NAME: (TEXT,), "resident.phone": (TEXT,),
    "resident.id_number": (TEXT,), "resident.sex": (ONE,), "resident.birth_year": (INTEGER,), "resident.groups": (MANY, ONE), "resident.note": (TEXT,),
}  # fmt: skip
#: What a room is found to be, and the knock that says so: the door's state follows from its knocks, which have an order of their own.
KNOCKS: Mapping[str, str] = {"checked": "answered", "away": "second", "moved": "moved", "empty": "empty", "refused": "refused"}
#: Choices have to be these codes.
CODES: Mapping[str, Sequence[str]] = {STATE: tuple(KNOCKS), "resident.sex": ("m", "f"), "resident.groups": tuple(code for code, _words in GROUPS)}
EARLIEST_BIRTH, LATEST_BIRTH = 1900, 2100
LONGEST = {"room.kitchen": 20, "room.note": 300, "resident.note": 300}


def fault_of(field: str, kind: str, codes: Sequence[str], repeat: str, taken: Sequence[str]) -> str:
    """Why a question may not stand for a field, in a sentence; empty when it may. `taken` are the fields of its level so far."""
    if field not in KNOWN:
        return _("台账里没有“{field}”这一项。可以写：{known}。").format(field=field[:40], known="、".join(KNOWN))
    if kind not in KNOWN[field]:
        return _("“{field}”要用这种题：{types}。").format(field=field, types="、".join(KNOWN[field]))
    if field.startswith(ROOM) and repeat:
        return _("“{field}”说的是整户，不能写在重复组里。").format(field=field)
    if field in taken:
        return _("“{field}”已经有一题了。").format(field=field)
    unknown = [code for code in codes if field in CODES and code not in CODES[field]]
    if unknown:
        return _("“{field}”的选项只能用这些 name：{known}；不认识“{code}”。").format(field=field, known="、".join(CODES[field]), code=unknown[0][:40])
    return ""


def nameless(fields: Sequence[str]) -> bool:
    """Whether questions of one level tell of a resident without asking who it is."""
    return any(one.startswith(RESIDENT) for one in fields) and NAME not in fields


@dataclass(frozen=True)
class Told:
    """What a sheet says of one person: `key` is the entry's identity. Values as they were typed; what was left empty is not there."""

    key: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """What a sheet says of a door and of who lives there."""

    room: Mapping[str, Any]
    people: Sequence[Told]


def maps(form: Definition) -> bool:
    """Whether anything of a form stands for a field of the ledger."""
    return any(one.ledger or any(inner.ledger for inner in one.questions) for one in form.questions)


def said_of(form: Definition, values: Mapping[str, Any]) -> Said:
    """What answers say of the ledger's fields."""
    once = _fields(form.questions, values)
    people = [Told("", _of(RESIDENT, once))] if NAME in once else []
    for one in form.questions:
        if one.type == REPEAT:
            for entry in values.get(one.name, ()):
                found = _fields(one.questions, entry)
                if NAME in found:
                    people.append(Told(str(entry[ENTRY]), _of(RESIDENT, found)))
    return Said(_of(ROOM, once), people)


def _fields(questions: Sequence[Question], values: Mapping[str, Any]) -> dict[str, Any]:
    return {one.ledger: values[one.name] for one in questions if one.ledger and one.name in values}


def _of(owner: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(f"{owner}."): value for name, value in fields.items() if name.startswith(f"{owner}.")}


def read(owner: str, name: str, value: Any) -> Any:
    """A value as the ledger keeps it; None for what it cannot keep (a number with a digit missing)."""
    if name in ("phone", "id_number"):
        return (cells.phone if name == "phone" else cells.id_number)(value)[0] or None
    if name == "name":
        found = cells.name(value)
        return found if cells.is_name(found) else None
    if name == "groups":
        return [code for code in CODES["resident.groups"] if code in ([value] if isinstance(value, str) else value)]
    if name in ("floor", "birth_year"):
        least, most = (LOWEST, HIGHEST) if name == "floor" else (EARLIEST_BIRTH, LATEST_BIRTH)
        return value if least <= value <= most else None
    if name in ("kitchen", "note"):
        words = cells.scrub(str(value).strip()) if name == "note" else str(value).strip()
        return words if len(words) <= LONGEST[f"{owner}.{name}"] else None
    return value
