"""Other offices' files: the same people, worded, ordered and typed differently. All people are invented."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from jimu.people.intake.cells import id_check

Row = dict[str, Any]
PLACES = ("甲一", "和风苑", "三江", "洛云")


def id_of(birth: str, sequence: int) -> str:
    """A valid ID number of the area that nobody lives in."""
    first = f"999999{birth}{sequence:03d}"
    return first + id_check(first)


def phone_of(n: int) -> str:
    """A phone by number; 199 0000 is given out to nobody here."""
    return f"1990000{n:04d}"


@dataclass(frozen=True)
class Someone:
    """An invented person."""

    name: str
    phone: str
    id_number: str
    place: str


NAMES = ("王建国", "李秀英", "欧阳仙", "买买提·阿里", "陈静", "赵铁柱", "孙小梅", "周文", "吴桂芳", "郑海明", "冯阿", "褚良才")
CAST = tuple(Someone(n, phone_of(i), id_of(f"19{60 + i}0{1 + i % 9}1{i % 9}", 10 + i), PLACES[i % 4]) for i, n in enumerate(NAMES))

#: How other offices call the columns.
ALIASES: dict[str, Sequence[str]] = {
    "name": ("姓名", "名字", "人员姓名", "志愿者姓名", "成员", "您的姓名（必填）", "1.姓名*", "队员姓名", "真实姓名", "Name"),
    "phone": ("手机", "电话", "联系方式", "移动电话", "手机号", "联系电话", "2、您的手机号码：", "手机号码（必填）", "本人电话", "Mobile"),
    "id_number": ("身份证", "身份证号码", "证件号码", "公民身份号码", "身份证号", "证件号", "居民身份证号码", "公民身份证号", "身份号码", "ID number"),
    "neighborhood": ("居民区", "小区", "居委", "社区", "所属居民区", "村居", "所在居委会", "居住社区", "下沉社区", "对应居民区"),
}
#: Ways to type a phone that all mean the same.
PHONES: Sequence[Callable[[str], Any]] = (
    str, int, float, lambda p: f"+86{p}", lambda p: f"86 {p}", lambda p: f"{p[:3]}-{p[3:7]}-{p[7:]}", lambda p: f"{p[:3]} {p[3:7]} {p[7:]}",
    lambda p: p.translate(str.maketrans("0123456789", "０１２３４５６７８９")), lambda p: f" {p}\u00a0", lambda p: f"\u202a{p}\u202c", lambda p: f"'{p}",
    lambda p: f"{p}（微信同号）", lambda p: f"{p}/021-50000000", lambda p: f"0086-{p}", lambda p: f"手机：{p}",
)  # fmt: skip
#: Ways to type a name.
NAMINGS: Sequence[Callable[[str], str]] = (
    str, lambda n: f" {n} ", lambda n: n[0] + "\u3000" + n[1:], lambda n: n + "（组长）", lambda n: n + "(新)", lambda n: "\u200b" + n, lambda n: n.replace("·", "•"),
    lambda n: " ".join(n),
)  # fmt: skip
#: Ways to name a neighborhood.
PLACINGS: Sequence[Callable[[str], str]] = (
    str, lambda p: p + "居民区", lambda p: p + "居委会", lambda p: p + "居委", lambda p: p + "社区", lambda p: p + "居民委员会", lambda p: f" {p}居民区 ",
    lambda p: f"某某街道{p}居委会", lambda p: p + "社区居委会",
)  # fmt: skip


def save(path: Path, *sheets: tuple[str, Sequence[Sequence[Any]]], merges: Sequence[str] = ()) -> Path:
    """An xlsx with these sheets; `merges` are of the first."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    for span in merges:
        book.worksheets[0].merge_cells(span)
    book.save(path)
    return path


def baseline(folder: Path) -> Path:
    """The neighborhoods."""
    rows = [["居民区", "户数", "人口", "楼栋数"], *[[p + "居民区", 1000 + i, 2500, 20] for i, p in enumerate(PLACES)]]
    return save(folder / "00 底数.xlsx", ("底数", rows))
