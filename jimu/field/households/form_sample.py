"""Forms to begin with, as XLSForm workbooks that an office may change: what a household needs, and who lives there."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font

NAME = "入户需求.xlsx"
SURVEY = (
    ("type", "name", "label::中文 (zh)", "label::English (en)", "hint", "required", "relevant", "constraint", "constraint_message", "calculation"),
    ("note", "hello", "先说明来意，站在门外一米", "Say why you came; stay a metre from the door", "", "", "", "", ""),
    ("integer", "people", "现在住着几人", "How many live here now", "不算来访的", "yes", "", ". >= 0 and . <= 20", "人数要在 0 到 20 之间"),
    ("select_multiple care", "care", "有谁要多照看", "Who needs more care", "没有就不选", "", "", "", ""),
    ("begin group", "medicine", "用药", "Medicine", "", "", "", "", ""),
    ("select_one yn", "medicine_out", "有药快断了吗", "Is any medicine running out", "不要写药名", "yes", "", "", ""),
    ("decimal", "days_left", "最急的还够几天", "Days left of the most urgent", "", "yes", "${medicine_out} = 'yes'", ". >= 0 and . <= 90", "填 0 到 90 天"),
    ("end group", "", "", "", "", "", "", "", ""),
    ("begin repeat", "unwell", "发热或不舒服的人", "Somebody with a fever or unwell", "", "", "", "", ""),
    ("text", "who", "怎么称呼", "What to call them", "不写全名也行", "yes", "", "", ""),
    ("decimal", "temperature", "体温", "Temperature", "", "", "", ". >= 34 and . <= 43", "体温要在 34 到 43 度之间"),
    ("select_one yn", "to_doctor", "要去医院吗", "Must they see a doctor", "", "yes", "", "", ""),
    ("end repeat", "", "", "", "", "", "", "", ""),
    ("calculate", "unwell_count", "", "", "", "", "", "", "", "count(${unwell})"),
    ("note", "unwell_note", "不舒服的有 ${unwell_count} 人", "${unwell_count} are unwell", "", "", "${unwell_count} > 0", "", ""),
    ("date", "visit", "近期要去医院的日子", "Next day at a hospital", "透析、产检、化疗等", "", "", "", ""),
    ("select_multiple goods", "goods", "缺什么", "What is short", "", "", "", "", ""),
    ("text", "goods_other", "还缺别的，写一写", "What else", "", "yes", "selected(${goods}, 'other')", "", ""),
)
CHOICES = (
    ("list_name", "name", "label::中文 (zh)", "label::English (en)"),
    ("yn", "yes", "是", "Yes"), ("yn", "no", "否", "No"),
    ("care", "elder", "独居老人", "An elder living alone"), ("care", "infant", "婴幼儿", "An infant"), ("care", "pregnant", "孕产妇", "Pregnancy"),
    ("care", "bedridden", "卧床", "Bedridden"), ("care", "dialysis", "透析", "Dialysis"),
    ("goods", "grain", "米面粮油", "Grain and oil"), ("goods", "vegetables", "蔬菜", "Vegetables"), ("goods", "milk", "奶粉", "Milk powder"),
    ("goods", "nappies", "尿布", "Nappies"), ("goods", "other", "别的", "Other"),
)  # fmt: skip
LEDGER_NAME = "入户核对.xlsx"
#: What is asked of who lives behind a door, each question with the field of the ledger that it stands for.
LEDGER_SURVEY = (
    ("type", "name", "label::中文 (zh)", "label::English (en)", "hint", "required", "constraint", "constraint_message", "台账"),
    ("select_one state", "state", "这一户怎么样", "How does the door stand", "", "yes", "", "", "room.state"),
    ("text", "kitchen", "和谁合用厨房或厕所", "Who shares the kitchen", "同一组写一样的名字", "", "", "", "room.kitchen"),
    ("begin repeat", "person", "住在这里的人", "Somebody who lives here", "", "", "", "", ""),
    ("text", "name", "姓名", "Name", "照证件写全", "yes", "", "", "resident.name"),
    ("integer", "born", "哪年生", "Year of birth", "", "", ". >= 1900 and . <= 2100", "写四位的年份", "resident.birth_year"),
    ("select_one sex", "sex", "性别", "Sex", "", "", "", "", "resident.sex"),
    ("text", "phone", "手机号", "Telephone", "", "", "string-length(.) >= 11", "写 11 位手机号，或带区号的座机", "resident.phone"),
    ("select_multiple groups", "groups", "要多照看", "Needs more care", "没有就不选", "", "", "", "resident.groups"),
    ("end repeat", "", "", "", "", "", "", "", ""),
)
LEDGER_CHOICES = (
    ("list_name", "name", "label::中文 (zh)", "label::English (en)"),
    ("state", "checked", "有人住", "Lived in"), ("state", "moved", "搬走了", "Moved away"), ("state", "empty", "空着", "Empty"),
    ("sex", "m", "男", "Man"), ("sex", "f", "女", "Woman"),
    ("groups", "elder_alone", "独居老人", "An elder living alone"), ("groups", "pregnant", "孕产妇", "Pregnancy"), ("groups", "infant", "婴幼儿", "An infant"),
    ("groups", "bedridden", "卧床失能", "Bedridden"), ("groups", "dialysis", "血液透析", "Dialysis"), ("groups", "chronic", "长期服药", "Long medication"),
)  # fmt: skip
LEDGER_SETTINGS = (("form_title", "form_id", "default_language"), ("入户核对", "household_check", "中文 (zh)"))
SETTINGS = (("form_title", "form_id", "default_language"), ("入户需求", "household_needs", "中文 (zh)"))


def workbook() -> bytes:
    """What a household needs."""
    return _written(SURVEY, CHOICES, SETTINGS)


def ledger_workbook() -> bytes:
    """Who lives there: answers go into the ledger."""
    return _written(LEDGER_SURVEY, LEDGER_CHOICES, LEDGER_SETTINGS)


def _written(*sheets: Sequence[Sequence[str]]) -> bytes:
    book = Workbook()
    for number, (name, rows) in enumerate(zip(("survey", "choices", "settings"), sheets, strict=True)):
        sheet = book.create_sheet(name, number)
        for row in rows:
            sheet.append(row)
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for column in "BCDEG":
            sheet.column_dimensions[column].width = 26
        sheet.freeze_panes = "A2"
    book.remove(book.worksheets[-1])
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()
