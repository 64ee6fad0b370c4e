"""Where a table begins: title rows above, one or two header rows, data below, totals and signatures at the foot."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jimu.people.intake import cells
from jimu.people.intake.columns import assign, called
from jimu.people.intake.readers import Sheet

LOOK_AHEAD = 25
SAMPLE = 300
FOOT = re.compile(r"^(合计|总计|小计|共计|制表人|填表人|审核|填报人：|填报单位|负责人签字|备注：|注：|说明：|截止|统计人|汇总)")


@dataclass(frozen=True)
class Table:
    """A sheet understood: field → column, header texts, and the first data row (from 0)."""

    fields: dict[str, int]
    headers: list[str]
    first_row: int
    title: str
    disagreeing: tuple[int, ...] = ()


def find_table(sheet: Sheet) -> Table | None:
    """The table of a sheet; None when there is nothing like one."""
    rows = sheet.rows[:LOOK_AHEAD]
    scores = [_score(row) for row in rows]
    best = max(range(len(rows)), key=lambda i: (scores[i], -i), default=None)
    if best is None:
        return None
    if scores[best] < 2:
        return _headless(sheet)
    first, last = _span(sheet, best, scores)
    headers = _headers(sheet, first, last)
    data = [row for row in sheet.rows[last + 1 : last + 1 + SAMPLE] if not is_foot(row)]
    columns = [[row[i] if i < len(row) else None for row in data] for i in range(len(headers))]
    title = " ".join(cells.text(v) for row in sheet.rows[:first] for v in row if cells.text(v))
    return Table(assign(headers, columns), headers, last + 1, title, _repeats(sheet, last + 1, headers))


def is_foot(row: Sequence[Any]) -> bool:
    """Whether a row is a total or a signature, not a person."""
    texts = [t for t in (cells.text(v) for v in row) if t]
    return bool(texts) and bool(FOOT.match(texts[0].replace(" ", "")))


def is_blank(row: Sequence[Any]) -> bool:
    """Whether nothing stands in a row."""
    return not any(cells.text(v) for v in row)


def _score(row: Sequence[Any]) -> int:
    """How many different fields the cells of a row name; a row with phones or long numbers is no header."""
    texts = [cells.text(v) for v in row]
    if any(re.search(r"\d{7,}", t) for t in texts):
        return 0
    return len({called(t) for t in texts if t} - {""})


def _span(sheet: Sheet, best: int, scores: list[int]) -> tuple[int, int]:
    """First and last header row: merged cells reach over two, the lower one holding the finer names."""
    tall = [m for m in sheet.merges if m[2] > m[0] and m[0] <= best <= m[2] and m[2] - m[0] <= 2]
    if tall:
        return min(m[0] for m in tall), max(m[2] for m in tall)
    wide_above = [m for m in sheet.merges if m[0] == m[2] == best and m[3] > m[1]]
    if wide_above and best + 1 < len(sheet.rows) and _is_sub_header(sheet, best + 1, scores):
        return best, best + 1
    if best > 0 and [m for m in sheet.merges if m[0] == m[2] == best - 1 and m[3] > m[1] and not _full_width(sheet, m)]:
        return best - 1, best
    return best, best


def _is_sub_header(sheet: Sheet, row: int, scores: list[int]) -> bool:
    texts = [cells.text(v) for v in sheet.rows[row]]
    return row < len(scores) and any(texts) and not any(re.fullmatch(r"[\d.]+", t) for t in texts if t)


def _full_width(sheet: Sheet, merge: tuple[int, int, int, int]) -> bool:
    width = max((len(row) for row in sheet.rows[:LOOK_AHEAD]), default=0)
    return merge[3] - merge[1] + 1 >= width - 1


def _headers(sheet: Sheet, first: int, last: int) -> list[str]:
    """One text a column; a merged upper header stands before each of its lower ones."""
    width = max(len(row) for row in sheet.rows[first : last + 1])
    # As the office wrote them: problems name a column by its own words.
    grid = [[_written(sheet.rows[r][c]) if c < len(sheet.rows[r]) else "" for c in range(width)] for r in range(first, last + 1)]
    for top, left, bottom, right in sheet.merges:
        if first <= top <= last and right > left and top == bottom:
            for column in range(left, min(right + 1, width)):
                grid[top - first][column] = grid[top - first][left]
    merged = []
    for column in range(width):
        parts = list(dict.fromkeys(row[column] for row in grid if row[column]))
        merged.append(_lower(parts))
    return merged


def _written(value: Any) -> str:
    return re.sub(r"\s+", " ", str(value)).strip() if cells.text(value) else ""


def _lower(parts: list[str]) -> str:
    """人口 over 60岁以上 is the latter; 党组织 over 联系电话 is both, since the lower alone would be anybody's phone."""
    if len(parts) < 2:
        return parts[0] if parts else ""
    upper, lower = parts[0], parts[-1]
    return upper + lower if called(lower) in {"phone", "name", ""} else lower


def _repeats(sheet: Sheet, start: int, headers: list[str]) -> tuple[int, ...]:
    """Further header rows inside the data: the same again, or others that disagree."""
    named = {called(h) for h in headers} - {""}
    again = []
    for i, row in enumerate(sheet.rows[start:], start):
        if _score(row) >= max(3, len(named) // 2) and not any(re.search(r"\d", cells.text(v)) for v in row if called(cells.text(v))):
            again.append(i)
    return tuple(again)


def _headless(sheet: Sheet) -> Table | None:
    """A list without any header: its columns known by what they hold alone."""
    rows = [row for row in sheet.rows[:SAMPLE] if not is_blank(row)]
    width = max((len(row) for row in rows), default=0)
    columns = [[row[i] if i < len(row) else None for row in rows] for i in range(width)]
    fields = assign([""] * width, columns)
    if "name" not in fields or not {"phone", "id_number"} & fields.keys():
        return None
    return Table(fields, [""] * width, 0, "")
