"""Decisions about doors and words, without a database."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jimu.people.intake import cells

GROUPS: Sequence[tuple[str, str]] = (
    ("elder_alone", r"独居"), ("all_elder", r"纯老"), ("elder", r"高龄|80岁|八十岁"), ("pregnant", r"孕|产妇"), ("infant", r"婴|幼儿"),
    ("disabled", r"残疾|残障|盲人|聋"), ("bedridden", r"卧床|失能|瘫"), ("dialysis", r"透析|血透"), ("oxygen", r"吸氧|呼吸机|氧气"),
    ("oncology", r"肿瘤|化疗|放疗|癌"), ("psychiatric", r"精神"), ("chronic", r"慢性?病|长期服药|高血压|糖尿病|配药"), ("low_income", r"低保|困难|特困"),
)  # fmt: skip
BUILDING = r"[甲乙丙丁]?\d{1,5}[甲乙丙丁A-Za-z]?(?:号楼|号|幢|栋|座)"
WHOLE = re.compile(
    rf"(?:.{{0,20}}?(?:路|街|道|村|里|苑|园|坊|小区))?(?P<lane>\d{{1,5}}弄)?(?:\d{{1,4}}支弄)?(?P<building>{BUILDING})"
    r"(?:(?P<entrance>[\dA-Za-z一二三四五六七八九十甲乙丙丁]{1,3})(?:单元|门|梯))?(?P<room>.{1,12}?)?(?:室|房)?"
)
DASHED = re.compile(r"(?P<building>\d{1,5})[-—–/](?:(?P<entrance>\d{1,2})[-—–/])?(?P<room>\d{1,5}[A-Za-z甲乙]?)(?:室|房)?")
LEVELS = {word: n for n, word in enumerate("一二三四五六七八九十", 1)}
HIGHEST, LOWEST = 99, -5


#: Words whose meaning is remembered: doors of one house are those of the next.
KEPT = 8192


@dataclass(frozen=True)
class Door:
    """Where somebody lives, as a list says it; `building` still in its own words."""

    building: str
    entrance: str
    room: str


@lru_cache(maxsize=KEPT)
def door_of(words: str) -> Door | None:
    """A whole address (631弄14号1102室, 14号楼2单元301, 3-2-301); None when it names no building."""
    plain = re.sub(r"\s", "", words)
    found = DASHED.fullmatch(plain) or WHOLE.fullmatch(plain)
    if not found:
        return None
    lane = found.groupdict().get("lane") or ""
    return Door(lane + found["building"], entrance_of(found["entrance"] or ""), room_number(found["room"] or ""))


def building_key(words: str) -> tuple[str, str]:
    """(lane, number) by which buildings are compared: 1号楼, 1幢 and 1 are one; 631弄14号 is not 651弄14号."""
    plain = re.sub(r"\s", "", words).upper()
    lane = re.search(r"(\d+)弄", plain)
    rest = plain[lane.end() :] if lane else plain
    number = re.search(r"([甲乙丙丁]?)0*(\d+)([甲乙丙丁A-Z]?)", rest)
    return (lane.group(1) if lane else "", "".join(number.groups()) if number else rest)


@lru_cache(maxsize=KEPT)
def entrance_of(words: str) -> str:
    """2单元, 2门 and 2 are one entrance."""
    plain = re.sub(r"(单元|门洞|门|梯)$", "", re.sub(r"\s", "", words))
    return str(LEVELS.get(plain, plain)).upper()[:20]


@lru_cache(maxsize=KEPT)
def room_number(words: str) -> str:
    """1102室 is 1102."""
    return re.sub(r"(室|房|号房)$", "", re.sub(r"\s", "", words)).upper()[:20]


@lru_cache(maxsize=KEPT)
def floor_of(words: str, number: str) -> int | None:
    """The floor as given (3, 3层, 三楼, -1), else as the number says (1102 → 11); None when neither tells."""
    plain = re.sub(r"(层|楼|F)$", "", re.sub(r"\s", "", words).upper())
    if plain in LEVELS:
        return LEVELS[plain]
    if re.fullmatch(r"-?\d{1,2}", plain):
        return max(LOWEST, int(plain))
    found = re.match(r"(\d{1,2})\d{2}(?!\d)", number)
    return int(found.group(1)) if found and 0 < int(found.group(1)) <= HIGHEST else None


def groups_in(words: str) -> list[str]:
    """The priority groups that free words name."""
    return list(_groups_in(words))


@lru_cache(maxsize=KEPT)
def _groups_in(words: str) -> tuple[str, ...]:
    return tuple(code for code, pattern in GROUPS if re.search(pattern, words)) if words else ()


@lru_cache(maxsize=KEPT)
def is_vacant(words: str) -> bool:
    """Whether words say that nobody lives there."""
    return bool(re.search(r"空置|空户|空关|无人居住|空房", words))


def birth_year_of(id_number: str, birth: tuple[object, int | None], age_year: int | None) -> int | None:
    """The most certain of three sources: the ID number, a date, an age."""
    return cells.born_of_id(id_number).year if id_number else birth[1] or age_year
