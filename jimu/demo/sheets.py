"""Writes the sample office's lists the way offices hand them over: titles, merged heads, numbers as text, a GBK file."""

import csv
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from jimu.demo.office import Member, Office

# Forms carry the wall clock of whoever filled them in, without a zone.
FIRST_SUBMISSION = datetime(2022, 3, 13, 19, 30)  # noqa: DTZ001


def write_office(office: Office, folder: Path) -> list[Path]:
    """Seven files in `folder`; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    reserve = list(office.reserve.items())
    return [
        _facts(office, folder / "01 居民区底数.xlsx"),
        _staff(office, folder / "02 机关干部社工选派干部花名册.xlsx"),
        _party(office, folder / "03 双报到在职党员登记.xlsx"),
        _groups(reserve[:-2], folder / "04 储备志愿者分群名单.xlsx"),
        _csv(*reserve[-2], folder / f"04 {reserve[-2][0]}储备群.csv"),
        _chain(*reserve[-1], folder / f"04 {reserve[-1][0]}储备群接龙.txt"),
        _forces(office, folder / "05 六方力量名册.xlsx"),
    ]


def _facts(office: Office, path: Path) -> Path:
    book = Workbook()
    sheet = _sheet(book, "底数表", first=True)
    sheet.append(["街道居民区基础信息一览表"])
    sheet.append(["填报单位：街道自治办"])
    sheet.append(["序号", "居民区", "户数", "人口", None, None, "楼栋数", "党组织", None, "网格块", "备注"])
    sheet.append([None, None, None, "常住", "60岁以上", "独居老人", None, "总支书记", "联系电话", None, None])
    for merged in ("A1:K1", "D3:F3", "H3:I3", *(f"{column}3:{column}4" for column in "ABCGJK")):
        sheet.merge_cells(merged)
    for number, place in enumerate(office.places, 1):
        households: object = place.households if number % 9 else _wide(place.households)
        secretary = place.secretary
        sheet.append([
            number, f"{place.name}居民区", households, place.residents, place.elders, place.alone, place.buildings,
            secretary.name, _phone(secretary, number), place.blocks, None,
        ])  # fmt: skip
    totals = [sum(getattr(place, name) for place in office.places) for name in ("households", "residents", "elders", "alone")]
    sheet.append(["合计", None, *totals])
    return _saved(book, path)


def _staff(office: Office, path: Path) -> Path:
    book = Workbook()
    for first, title, members, last in (
        (True, "机关干部", office.cadres, "备注"), (False, "机关社工", office.workers, "备注"), (False, "选派干部", office.seconded, "下沉居民区"),
    ):  # fmt: skip
        sheet = _sheet(book, title, first=first)
        sheet.append([f"{title}花名册"])
        sheet.merge_cells("A1:J1")
        sheet.append(["序号", "姓名", "性别", "出生年月", "身份证号码", "联系电话", "部门" if title != "选派干部" else "派出单位", "职务", "政治面貌", last])
        for number, one in enumerate(members, 1):
            born: object = f"{one.born_on:%Y/%m/%d}" if number % 3 else datetime.combine(one.born_on, datetime.min.time())
            sheet.append([
                number, one.name, one.sex, born, one.id_number, _phone(one, number), one.workplace, one.title,
                "中共党员" if number % 2 else "群众", f"{one.place}居民区" if one.place else None,
            ])  # fmt: skip
    return _saved(book, path)


def _party(office: Office, path: Path) -> Path:
    book = Workbook()
    sheet = _sheet(book, "收集结果", first=True)
    sheet.append(["提交时间", "您的姓名（必填）", "手机号码（必填）", "工作单位", "居住居民区", "楼号-室号", "特长（多选）", "可参与时间", "近14天健康状况", "备注"])
    for number, one in enumerate(office.party, 1):
        sheet.append([
            FIRST_SUBMISSION + timedelta(minutes=3 * number), one.name, _phone(one, number), one.workplace, f"{one.place}居民区",
            f"{one.building}-{one.room}", ";".join(one.skills), one.times, "健康", one.note or None,
        ])  # fmt: skip
    return _saved(book, path)


def _groups(groups: Sequence[tuple[str, list[Member]]], path: Path) -> Path:
    book = Workbook()
    for at, (place, members) in enumerate(groups):
        sheet = _sheet(book, f"{place}储备群", first=at == 0)
        swapped = at % 3 == 1
        head = ["序号", "电话" if swapped else "姓名", "姓名" if swapped else "联系方式", "楼号", "年龄", "技能", "时间"]
        if at % 2 == 0:
            sheet.append([f"{place}居民区储备志愿者名单"])
            sheet.merge_cells("A1:G1")
        sheet.append(head)
        for number, one in enumerate(members, 1):
            who = [one.name, _phone(one, number)]
            shown = who[::-1] if swapped else who
            age = 2022 - one.born_on.year
            sheet.append([number, *shown, f"{one.building}号", age, "、".join(one.skills) or None, one.times])
    return _saved(book, path)


def _csv(place: str, members: list[Member], path: Path) -> Path:
    with path.open("w", encoding="gbk", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["姓名", "手机", "楼号", "技能"])
        writer.writerows([one.name, one.phone, f"{one.building}号", "、".join(one.skills)] for one in members)
    return path


def _chain(place: str, members: list[Member], path: Path) -> Path:
    lines = ["#接龙", f"{place}居民区储备志愿者，格式：姓名 电话 楼号 特长", "例 张三 13800000000 1号楼 扫码", ""]
    marks = (". ", "、", "．")
    for number, one in enumerate(members, 1):
        gap = "，" if number % 2 else "  "
        lines.append(f"{number}{marks[number % 3]}{gap.join([one.name, one.phone, f'{one.building}号楼', *one.skills[:1]])}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _forces(office: Office, path: Path) -> Path:
    book = Workbook()
    sheet = _sheet(book, "名册", first=True)
    sheet.append(["力量类别", "姓名", "联系电话", "单位", "对应居民区", "班次说明"])
    for force, members in office.forces.items():
        start = sheet.max_row + 1
        for number, one in enumerate(members, 1):
            place = f"{one.place}居民区" if one.place else None
            sheet.append([force if number == 1 else None, one.name, _phone(one, number), one.workplace or None, place, None])
        sheet.merge_cells(start_row=start, end_row=sheet.max_row, start_column=1, end_column=1)
    return _saved(book, path)


def _sheet(book: Workbook, title: str, *, first: bool) -> Worksheet:
    sheet = book.worksheets[0] if first else book.create_sheet()
    sheet.title = title
    return sheet


def _saved(book: Workbook, path: Path) -> Path:
    book.save(path)
    return path


def _phone(one: Member, number: int) -> object:
    """The same number as different hands type it."""
    digits = one.phone
    forms: tuple[object, ...] = (
        digits, int(digits), f"{digits[:3]} {digits[3:7]} {digits[7:]}", f"+86{digits}", f"{digits[:3]}-{digits[3:7]}-{digits[7:]}",
    )  # fmt: skip
    return forms[number % len(forms)]


def _wide(number: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
