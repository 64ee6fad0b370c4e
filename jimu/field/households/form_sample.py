"""A form to begin with: what a household needs, as an XLSForm workbook that an office may change."""

import io

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
SETTINGS = (("form_title", "form_id", "default_language"), ("入户需求", "household_needs", "中文 (zh)"))


def workbook() -> bytes:
    """The workbook."""
    book = Workbook()
    for number, (name, rows) in enumerate((("survey", SURVEY), ("choices", CHOICES), ("settings", SETTINGS))):
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
