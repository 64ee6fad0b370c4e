"""Reads what neighbors wrote one after another into a chat (接龙), or a sheet with one order a row. Pure: nothing is looked up or written."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jimu.field.households import rules as doors

MOST_ROWS, LONGEST = 600, 30_000
NUMBERED = re.compile(r"^\s*(?:\d{1,4}\s*[.、．,，)）:：]\s*|[①-⑳]\s*)")
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
PLACE = re.compile(rf"(?P<lane>\d{{1,5}}弄)?(?P<building>{doors.BUILDING})\s*(?:(?P<entrance>\d{{1,2}})(?:单元|门))?\s*(?P<room>\d{{1,5}}[A-Za-z甲乙]?)(?:室|房)?")
DASHED = re.compile(r"(?<!\d)(?P<building>\d{1,4})[-—–/](?:(?P<entrance>\d{1,2})[-—–/])?(?P<room>\d{2,5}[A-Za-z]?)(?:室|房)?(?!\d)")
COUNT = r"\s*(?:[+＋xX×*＊:：]\s*)?(?P<n>\d{1,3})?\s*(?P<m>份|袋|箱|盒|件|桶|瓶|个|套|包|斤)?"
ALONE = re.compile(r"(?:[+＋xX×*＊]\s*)?(?<!\d)(?P<n>\d{1,3})(?!\d)\s*(?:份|袋|箱|盒|件|桶|瓶|个|套|包|斤)?\s*$")


@dataclass
class Read:
    """One row as it was read; `fault` says why it cannot be taken: place, items."""

    row: int
    words: str
    building: str = ""
    entrance: str = ""
    room: str = ""
    name: str = ""
    phone: str = field(default="", repr=False)
    wanted: dict[str, int] = field(default_factory=dict)
    fault: str = ""


def door_key(words: str) -> str:
    """A household's door within its building, however it was written: 2单元101室, 2-101 and 2门101 are one, 101室 is 101."""
    plain = re.sub(r"\s", "", words).upper()
    found = re.fullmatch(r"(?:(\d{1,2})(?:单元|门|[-—–/]))?(\d{1,5}[A-Z甲乙]?)(?:室|房)?", plain)
    if found is None:
        return doors.room_number(words)
    return f"{found.group(1)}-{found.group(2)}" if found.group(1) else found.group(2)


def read_chain(text: str, items: Sequence[str]) -> list[Read]:
    """Rows of a chain. Headings and rules without a number in front or a door in them are passed over."""
    found = []
    for number, line in enumerate(text[:LONGEST].splitlines()[:MOST_ROWS], 1):
        plain = line.strip()
        if not plain or not (NUMBERED.match(plain) or PLACE.search(plain) or DASHED.search(plain)):
            continue
        found.append(read_row(number, NUMBERED.sub("", plain), items))
    return found


def read_row(number: int, words: str, items: Sequence[str]) -> Read:
    """One row: where, who, what. The longest item names are looked for first, so that 大米 is not found in 东北大米."""
    made, left = Read(number, words[:200]), words
    if phone := PHONE.search(left):
        made.phone, left = phone.group(), left.replace(phone.group(), " ")
    place = PLACE.search(left) or DASHED.search(left)
    if place is None:
        made.fault = "place"
        return made
    made.building = (place.groupdict().get("lane") or "") + place["building"]
    made.entrance, made.room = doors.entrance_of(place["entrance"] or ""), doors.room_number(place["room"])
    left = left.replace(place.group(), " ", 1)
    for item in sorted(items, key=len, reverse=True):
        if hit := re.search(re.escape(item) + COUNT, left):
            made.wanted[item] = made.wanted.get(item, 0) + int(hit["n"] or 1)
            left = left.replace(hit.group(), " ", 1)
    if not made.wanted and len(items) == 1 and (hit := ALONE.search(left.rstrip())):
        made.wanted[items[0]] = int(hit["n"])
        left = left[: hit.start()]
    made.wanted = {item: n for item, n in made.wanted.items() if n > 0}
    made.name = " ".join(re.sub(r"[+＋,，、;；:：.。()（）]", " ", left).split())[:40]
    if not made.wanted:
        made.fault = "items"
    return made


def written(row: Read) -> str:
    """A row as it would stand in a chain, to be read the same again."""
    if row.fault:
        return row.words
    door = f"{row.building}{row.entrance}单元{row.room}" if row.entrance else f"{row.building}{row.room}室"
    return " ".join(filter(None, [door, row.name, row.phone, *(f"{item} {n}" for item, n in row.wanted.items())]))


def read_sheet(rows: Sequence[Sequence[Any]], items: Sequence[str]) -> list[Read]:
    """A sheet with a header: the door in one or several columns, name, phone, and a column for each item."""
    for at, header in enumerate(rows[:10]):
        titles = ["".join(str(cell or "").split()) for cell in header]
        columns = {item: n for n, title in enumerate(titles) for item in items if title == item or title.startswith(item + "（")}
        if columns:
            return [one for n, row in enumerate(rows[at + 1 : at + 1 + MOST_ROWS], at + 2) if (one := _of_cells(n, titles, row, columns))]
    return []


def _of_cells(number: int, titles: Sequence[str], row: Sequence[Any], columns: Mapping[str, int]) -> Read | None:
    cells = [_text(row[n]) if n < len(row) else "" for n in range(len(titles))]
    if not any(cells):
        return None

    def found(*words: str) -> str:
        return next((cells[n] for n, title in enumerate(titles) if any(word in title for word in words) and n not in columns.values()), "")

    building, room = found("楼", "栋", "幢"), found("室", "房号", "门牌")
    whole = building if not room or room == building else f"{building}{'' if re.search('[号楼幢栋座]', building) else '号'}{room}"
    made = read_row(number, whole or found("地址"), [])
    made.fault = "" if made.room else "place"
    made.words = " ".join(filter(None, cells))[:200]
    made.name, made.phone = found("姓名", "称呼", "名字")[:40], found("电话", "手机")
    made.wanted = {item: int(n) for item, at in columns.items() if (n := re.sub(r"\D", "", cells[at])) and 0 < int(n) < 1000}
    made.fault = made.fault or ("" if made.wanted else "items")
    return made


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell if cell is not None else "").strip()
