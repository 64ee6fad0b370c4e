"""Decisions about the grid that need no database: what stands in what, codes, names, shares."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from jimu.core.errors import Invalid

#: What may stand directly in what, the usual kind first.
INSIDE: dict[str, tuple[str, ...]] = {
    "subdistrict": ("zone", "neighborhood"),
    "zone": ("neighborhood",),
    "neighborhood": ("block", "building"),
    "block": ("building",),
    "building": (),
}
#: Digits of a code: 6 county + 3 subdistrict, + 3 committee, + 2 grid, + 3 micro-grid. Zones are internal and have none.
CODE_LENGTH = {"subdistrict": 9, "neighborhood": 12, "block": 14, "building": 17}
MOST_NAMES = 200


def may_stand_in(kind: str, parent_kind: str) -> bool:
    """Whether a unit of `kind` may stand directly in one of `parent_kind`."""
    return kind in INSIDE[parent_kind]


def code_stem(kind: str, holder_code: str) -> str:
    """What a code of `kind` begins with, below the nearest unit that has a code; '' when no code can be given."""
    if not holder_code or kind not in CODE_LENGTH or kind == "subdistrict":
        return ""
    # A building directly in a neighborhood belongs to grid 00.
    return holder_code + "00" if kind == "building" and len(holder_code) == CODE_LENGTH["neighborhood"] else holder_code


def next_code(kind: str, stem: str, taken: Iterable[str]) -> str:
    """The lowest code above all that were ever given below `stem`; a retired one is never given again."""
    if not stem:
        return ""
    digits = CODE_LENGTH[kind] - len(stem)
    used = [int(code[len(stem) :]) for code in taken if len(code) == CODE_LENGTH[kind] and code.startswith(stem)]
    number = max(used, default=0) + 1
    if number >= 10**digits:
        raise Invalid(_("编码已用完：{stem} 之下最多 {most} 个。").format(stem=stem, most=10**digits - 1), code="codes_used_up")
    return f"{stem}{number:0{digits}d}"


def check_code(kind: str, code: str, stem: str) -> None:
    """Raise Invalid unless `code` is one that a unit of `kind` below `stem` may have; the empty code is always one."""
    if not code:
        return
    length = CODE_LENGTH.get(kind)
    if length is None:
        raise Invalid(_("片区是内部划分，不设编码。"), code="code_of_zone")
    if not re.fullmatch(rf"[0-9]{{{length}}}", code):
        raise Invalid(_("编码应为 {n} 位数字。").format(n=length), code="code_length")
    if not code.startswith(stem):
        raise Invalid(_("编码应以上级编码 {stem} 开头。").format(stem=stem), code="code_stem")


def names_of(words: str) -> list[str]:
    """Names as somebody lists them: 1-3号楼、老年活动室 → 1号楼, 2号楼, 3号楼, 老年活动室. Raises Invalid for too many."""
    names: list[str] = []
    for piece in re.split(r"[,，、;；\n\r]+", words):
        piece = piece.strip()
        span = re.fullmatch(r"(\D*)(\d{1,4})\s*[-~—–至到]\s*(\d{1,4})(\D*)", piece)
        if span and int(span[2]) <= int(span[3]):
            numbers = range(int(span[2]), min(int(span[3]), int(span[2]) + MOST_NAMES) + 1)
            names += [f"{span[1]}{n}{span[4]}".strip() for n in numbers]
        elif piece:
            names.append(piece)
    names = list(dict.fromkeys(name[:60] for name in names))
    if len(names) > MOST_NAMES:
        raise Invalid(_("一次最多添加 {n} 个。").format(n=MOST_NAMES), code="too_many_names")
    return names


def short_of(name: str) -> str:
    """A name without what every name of its kind ends with: 甲一居民区 → 甲一, 12号楼 → 12."""
    return re.sub(r"(?<=.)(居民区|居委会|社区|号楼|幢|栋|号)$", "", re.sub(r"^第(\d+)网格块$", r"\1", name)) or name


def percent(part: int | None, whole: int | None) -> int:
    """Whole percent, 0 when either is unknown, never above 100."""
    return min(100, round(100 * (part or 0) / whole)) if whole else 0
