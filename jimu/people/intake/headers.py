"""Where a table begins: title rows above, one to three header rows, data below, totals and signatures at the foot."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from jimu.people.intake import cells
from jimu.people.intake.books import Sheet
from jimu.people.intake.columns import assign, called, spares

LOOK_AHEAD = 25
SAMPLE = 300
MOST_HEADER_ROWS = 3
FOOT = re.compile(
    r"^(合计|总计|小计|共计|总共|共\d|制表|填表|审核|填报|负责人签字|备注[:：]|注[:：]|说明[:：]|截止|统计人|汇总|以上共|(例|示例|样例|范例)([:：]|$)|[一-鿿]{2,8}[:：].)"
)
# A row below that names columns again must name one of these; words such as 社工 also stand in data.
PLAIN_HEADER = re.compile(r"姓名|名字|电话|手机|联系方式|身份证|^name$|^phone$|^mobile$", re.IGNORECASE)
# Columns that must not change their meaning within a sheet.
TELLING = {"name", "phone", "id_number", "neighborhood", "category", "secretary", "secretary_phone", "households", "residents"}


@dataclass(frozen=True)
class Table:
    """A sheet understood: field → column, header texts, the first data row (from 0), header rows that come again.

    `disagrees` is the row of a further header that names the columns otherwise, or None.
    """

    fields: dict[str, int]
    headers: list[str]
    first_row: int
    title: str
    again: frozenset[int] = frozenset()
    disagrees: int | None = None
    spare_phones: tuple[int, ...] = ()


def find_table(sheet: Sheet) -> Table | None:
    """The table of a sheet; None when there is nothing like one."""
    scores = [_score(row) for row in sheet.rows[:LOOK_AHEAD]]
    top = max(scores, default=0)
    if top < 2:
        return _headless(sheet)
    # The first row that names columns; a later one that names more may be a second header.
    first, last = _span(sheet, next(i for i, s in enumerate(scores) if s >= max(2, (top + 1) // 2)))
    headers = _headers(sheet, first, last)
    again, disagrees = _further(sheet, last + 1, headers)
    data = [row for i, row in enumerate(sheet.rows[last + 1 : last + 1 + SAMPLE], last + 1) if i not in again and not is_foot(row)]
    columns = [[row[i] if i < len(row) else None for row in data] for i in range(len(headers))]
    fields = assign(headers, columns)
    if "name" not in fields and "phone" in fields and re.search(r"姓名|名字", headers[fields["phone"]]):
        # 姓名及电话 in one column.
        fields["name"] = fields["phone"]
    title = " ".join(cells.text(v) for row in sheet.rows[:first] for v in row if cells.text(v))
    return Table(fields, headers, last + 1, title, again, disagrees, tuple(spares("phone", headers, columns, fields)))


def is_foot(row: Sequence[Any]) -> bool:
    """Whether a row is a total, a signature or an example, not a person."""
    for value in row:
        words = cells.text(value)
        if words:
            return bool(FOOT.match(words.replace(" ", "")))
    return False


def is_blank(row: Sequence[Any]) -> bool:
    """Whether nothing stands in a row."""
    return not any(cells.text(v) for v in row)


def _score(row: Sequence[Any]) -> int:
    """How many different fields the cells of a row name; a row with phones or long numbers is no header."""
    texts = [cells.text(v) for v in row]
    if any(re.search(r"\d{7,}", t) for t in texts):
        return 0
    return len({called(t) for t in texts if t} - {""})


def _span(sheet: Sheet, best: int) -> tuple[int, int]:
    """First and last header row: merged cells reach over several, the lowest one holding the finest names."""
    first = last = best
    for top, _left, bottom, _right in sheet.merges:
        if bottom > top and top <= best <= bottom and bottom - top < MOST_HEADER_ROWS:
            first, last = min(first, top), max(last, bottom)
    while last + 1 < len(sheet.rows) and last - first + 1 < MOST_HEADER_ROWS and _is_sub_header(sheet, last):
        last += 1
    if first > 0 and any(m[0] == m[2] == first - 1 and m[3] > m[1] and not _full_width(sheet, m) for m in sheet.merges):
        first -= 1
    return first, last


def _is_sub_header(sheet: Sheet, upper_row: int) -> bool:
    """Whether the next row only names what an upper cell spans: 常住 and 60岁以上 under 人口."""
    upper = [cells.text(v) for v in sheet.rows[upper_row]]
    lower = [cells.text(v) for v in sheet.rows[upper_row + 1]]
    if not any(lower) or any(re.search(r"\d{4,}|^[\d.,%]+$", t) for t in lower):
        return False
    named = False
    for column, words in enumerate(lower):
        if not words:
            continue
        above = upper[column] if column < len(upper) else ""
        spans = column + 1 >= len(upper) or not upper[column + 1] or any(
            m[0] <= upper_row <= m[2] and m[1] <= column < m[3] for m in sheet.merges
        )
        if above and not spans and above != words:
            return False
        named = named or bool(called(words))
    return named


def _full_width(sheet: Sheet, merge: tuple[int, int, int, int]) -> bool:
    width = max((len(row) for row in sheet.rows[:LOOK_AHEAD]), default=0)
    return merge[3] - merge[1] + 1 >= width - 1


def _headers(sheet: Sheet, first: int, last: int) -> list[str]:
    """One text a column; an upper header that spans several stands before each of its lower ones."""
    width = max(len(row) for row in sheet.rows[first : last + 1])
    # As the office wrote them: problems name a column by its own words.
    grid = [[_written(sheet.rows[r][c]) if c < len(sheet.rows[r]) else "" for c in range(width)] for r in range(first, last + 1)]
    for top, left, bottom, right in sheet.merges:
        if first <= top <= last and right > left and top == bottom:
            for column in range(left, min(right + 1, width)):
                grid[top - first][column] = grid[top - first][left]
    if not sheet.merges:
        for upper, lower in pairwise(grid):
            for column in range(1, width):
                if not upper[column] and lower[column] and lower[column - 1]:
                    upper[column] = upper[column - 1]
    return [_lower(list(dict.fromkeys(row[column] for row in grid if row[column]))) for column in range(width)]


def _written(value: Any) -> str:
    return re.sub(r"\s+", " ", str(value)).strip() if cells.text(value) else ""


def _lower(parts: list[str]) -> str:
    """人口 over 60岁以上 is the latter; 党组织 over 联系电话 is both, since the lower alone would be anybody's phone."""
    if len(parts) < 2:
        return parts[0] if parts else ""
    upper, lower = parts[-2], parts[-1]
    if called(upper + lower) in {"secretary_phone", "secretary"} or re.search(r"紧急|家属|监护", upper):
        return upper + lower
    return lower if called(lower) else upper + lower


def _further(sheet: Sheet, start: int, headers: list[str]) -> tuple[frozenset[int], int | None]:
    """Header rows inside the data: those that say the same again, and the first that disagrees."""
    named = {i: called(h) for i, h in enumerate(headers) if called(h)}
    least = max(2, len(set(named.values())) // 2)
    again: set[int] = set()
    for i, row in enumerate(sheet.rows[start:], start):
        if not any(isinstance(v, str) and PLAIN_HEADER.search(v) for v in row) or _score(row) < least:
            continue
        if any(re.search(r"\d{4,}", cells.text(v)) for v in row):
            continue
        says = {column: called(cells.text(v)) for column, v in enumerate(row) if called(cells.text(v))}
        if any(named.get(c, f) != f and {f, named.get(c)} & TELLING for c, f in says.items()):
            return frozenset(again), i
        again.add(i)
        if i + 1 < len(sheet.rows) and _is_sub_header(sheet, i):
            again.add(i + 1)
    return frozenset(again), None


def _headless(sheet: Sheet) -> Table | None:
    """A list without any header: its columns known by what they hold alone."""
    first = next((i for i, row in enumerate(sheet.rows[:LOOK_AHEAD]) if _filled(row) > 1), 0)
    rows = [row for row in sheet.rows[first : first + SAMPLE] if not is_blank(row)]
    width = max((len(row) for row in rows), default=0)
    columns = [[row[i] if i < len(row) else None for row in rows] for i in range(width)]
    fields = assign([""] * width, columns)
    if "name" not in fields or not {"phone", "id_number"} & fields.keys():
        return None
    title = " ".join(cells.text(v) for row in sheet.rows[:first] for v in row if cells.text(v))
    return Table(fields, [""] * width, first, title)


def _filled(row: Sequence[Any]) -> int:
    return sum(1 for v in row if cells.text(v))
