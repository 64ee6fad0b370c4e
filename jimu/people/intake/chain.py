"""A chat's sign-up chain (#接龙): numbered lines with a name, a phone and whatever else, in any punctuation."""

import re
from dataclasses import dataclass

from jimu.people.intake import cells

NUMBERED = re.compile(r"^\s*(\d{1,4})\s*[.．、,，)）:：]\s*(.+)$")
EXAMPLE = re.compile(r"^\s*(例|示例|举例|模板|格式|如[:：])")
PIECES = re.compile(r"[\s,，、;；/|　]+")


@dataclass(frozen=True)
class Link:
    """One entry: its line in the text (from 1), and its cells by field."""

    line: int
    fields: dict[str, str]


@dataclass(frozen=True)
class Chain:
    """A whole chain: what its head says, and its entries; `skipped` are numbered lines that hold nobody."""

    head: str
    links: tuple[Link, ...]


def read_chain(text: str) -> Chain | None:
    """The chain in a text, or None when there is none."""
    head, links = [], []
    for number, line in enumerate(text.splitlines(), 1):
        found = NUMBERED.match(cells.text(line) or " ")
        if found and not EXAMPLE.match(line):
            links.append(Link(number, _fields(found.group(2))))
        elif line.strip() and not links:
            head.append(cells.text(line))
    return Chain(" ".join(head), tuple(links)) if links else None


def _fields(words: str) -> dict[str, str]:
    """Pieces of a line by what they look like: a phone, a building, the first of letters the name, the rest skills."""
    fields: dict[str, str] = {}
    # A phone may be written with spaces or dashes inside; take it out first.
    found = re.search(r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)", words)
    if found:
        fields["phone"] = found.group(0)
        words = words[: found.start()] + " " + words[found.end() :]
    rest: list[str] = []
    for piece in (p for p in PIECES.split(words) if p):
        if "address" not in fields and re.search(r"\d+\s*(号|幢|栋|弄|室|单元)", piece):
            fields["address"] = piece
        elif "name" not in fields and cells.is_name(cells.name(piece)):
            fields["name"] = piece
        elif "phone" not in fields and re.fullmatch(r"[\d+-]{5,}", piece):
            fields["phone"] = piece
        else:
            rest.append(piece)
    if rest:
        fields["skills"] = "、".join(rest)
    return fields
