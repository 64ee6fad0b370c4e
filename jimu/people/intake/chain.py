"""A chat's sign-up chain (#接龙): lines with a name, a phone and whatever else, in any punctuation."""

import re
import unicodedata
from dataclasses import dataclass

from jimu.people.intake import cells
from jimu.people.intake.columns import called
from jimu.people.intake.surnames import has_surname
from jimu.people.intake.times import understand

NUMBERED = re.compile(r"^(?:no\.?|第)?\s*[(\[【]?\s*(\d{1,4})\s*(?:[.、,)\]】:号]|(?=[^\d\s.、,:年月日/\-弄号楼栋室]))\s*(.+)$", re.IGNORECASE)
EXAMPLE = re.compile(r"^\W*(?:\d+\W*)?(例|示例|举例|样例|模板|格式|如:)")
PIECES = re.compile(r"[\s,;/|、。+]+")
PHONE = re.compile(r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
ID = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
LABEL = re.compile(r"^([一-鿿A-Za-z]{1,6})[:：](.*)$")
ADDRESS = re.compile(r"\d+\s*(号楼?|幢|栋|弄|室|单元|楼)|^\d{1,3}-\d{1,4}(-\d{1,4})?$")


@dataclass(frozen=True)
class Link:
    """One entry: its line in the text (from 1), and its cells by field."""

    line: int
    fields: dict[str, str]


@dataclass(frozen=True)
class Chain:
    """A whole chain: what its head says, and its entries."""

    head: str
    links: tuple[Link, ...]


def read_chain(text: str) -> Chain | None:
    """The chain in a text, or None when there is none."""
    head: list[str] = []
    links: list[Link] = []
    for number, line in enumerate(text.splitlines(), 1):
        plain = _plain(line)
        if not plain or EXAMPLE.match(plain):
            continue
        found = NUMBERED.match(plain)
        fields = _fields(found.group(2) if found else plain)
        # A notice above may be numbered too (1. 请带好口罩): an entry has a phone, an ID, or is somebody's name.
        if _is_entry(fields, numbered=bool(found), under_way=bool(links)):
            links.append(Link(number, fields))
        elif not links:
            head.append(plain)
    return Chain(" ".join(head), tuple(links)) if links else None


def _plain(line: str) -> str:
    """A line without what phones decorate it with: emoji, keycaps, bullets."""
    marked = "".join(c for c in line if unicodedata.category(c) not in {"So", "Me", "Mn", "Sk"} or "①" <= c <= "⑳")
    return cells.text(re.sub(r"^[\s\-•·*>#]+(?=\S)", "", marked) if not line.lstrip().startswith("#接龙") else marked)


def _is_entry(fields: dict[str, str], *, numbered: bool, under_way: bool) -> bool:
    if not fields.get("name"):
        return numbered and "phone" in fields
    if "phone" in fields or "id_number" in fields:
        return True
    plain = cells.name(fields["name"])
    return numbered and len(plain) <= 4 and has_surname(plain) and (under_way or len(fields) > 1)


def _fields(words: str) -> dict[str, str]:
    """Pieces of a line by what they look like: a phone, a building, the first of letters the name, the rest skills."""
    fields: dict[str, str] = {}
    for name, pattern in (("id_number", ID), ("phone", PHONE)):
        # A phone may be written with spaces or dashes inside; take it out first.
        found = pattern.search(words)
        if found:
            fields[name] = found.group(0)
            words = words[: found.start()] + " " + words[found.end() :]
    rest: list[str] = []
    for piece in (p.strip("()（）.") for p in PIECES.split(words)):
        if piece and not _labelled(piece, fields):
            _place(piece, fields, rest)
    if rest:
        fields["skills"] = "、".join(filter(None, [fields.get("skills", ""), *rest]))
    return fields


def _labelled(piece: str, fields: dict[str, str]) -> bool:
    """姓名:张三 says itself what it is; a label whose value was taken out already is passed over."""
    found = LABEL.match(piece)
    field = called(found.group(1)) if found else ""
    if not found or not field:
        return False
    if found.group(2):
        fields.setdefault(field, found.group(2))
    return True


def _place(piece: str, fields: dict[str, str], rest: list[str]) -> None:
    if "address" not in fields and ADDRESS.search(piece):
        fields["address"] = piece
    elif "name" not in fields and cells.is_name(cells.name(piece)):
        fields["name"] = piece
    elif "phone" not in fields and re.fullmatch(r"[\d+-]{5,}", piece):
        fields["phone"] = piece
    elif "age" not in fields and re.fullmatch(r"[1-9]\d(周?岁)?", piece):
        fields["age"] = piece
    elif "sex" not in fields and piece in {"男", "女"}:
        fields["sex"] = piece
    elif "neighborhood" not in fields and re.search(r"(居民区|居委会?|社区)$", piece):
        fields["neighborhood"] = piece
    elif understand(piece).known or understand(piece).limits:
        fields["times"] = "，".join(filter(None, [fields.get("times", ""), piece]))
    else:
        rest.append(piece)
