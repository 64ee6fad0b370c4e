"""Commands of cases, contacts, forms and tables that go out. Names stay masked; what goes out in full is on record."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from jimu.core import clock
from jimu.core.commands import Command
from jimu.core.errors import Invalid
from jimu.core.permissions import SYSTEM
from jimu.core.serve import prepare
from jimu.field.households import (
    case_actions,
    case_queries,
    exporting,
    form_actions,
    form_queries,
    referral_queries,
    report_file,
)
from jimu.field.households.zone_cli import unit_named

LANGUAGE = "zh-hans"


def _say(found: list[dict[str, Any]], line: str, as_json: bool) -> int:
    for text in [json.dumps(found, ensure_ascii=False)] if as_json else [line.format(**row) for row in found]:
        sys.stdout.write(text + "\n")
    return 0


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")


def _cases_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--closed", action="store_true", help="已结束的")
    _json(parser)


def _cases(options: argparse.Namespace) -> int:
    rows = case_queries.cases_for(SYSTEM, closed=options.closed)
    found = [
        {"id": str(one.pk), "building": one.building.name, "day_one": one.day_one.isoformat(), "waiting": one.waiting, "confirmed": one.confirmed}  # type: ignore[attr-defined]
        for one in rows
    ]
    return _say(found, "{id}  {building}  {day_one} 起  待确认 {waiting}  已确认 {confirmed}", options.json)


def _contacts_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", type=UUID, help="编号，见 jimu ledger cases")
    _json(parser)


def _contacts(options: argparse.Namespace) -> int:
    page = case_actions.look(actor=SYSTEM, at=clock.now(), case_id=options.case)
    found = [
        {"id": str(one.contact.pk), "kind": str(one.contact.get_kind_display()), "state": str(one.contact.get_state_display()), "reason": str(one.reason),
            "room": str(one.resident.room.number), "name": one.resident.masked_name}
        for one in page.lines
    ]  # fmt: skip
    return _say(found, "{room}  {name}  {kind}  {state}  {reason}", options.json)


def _referrals(options: argparse.Namespace) -> int:
    rows = list(referral_queries.came_to(SYSTEM))
    found = [
        {"id": str(line.referral.pk), "to": line.referral.unit.name, "asks": line.asks, "kind": str(line.referral.get_kind_display()), "setting": str(line.referral.get_setting_display()),
            "state": str(line.referral.get_refusal_display() or line.referral.get_state_display()), "sent_at": line.referral.sent_at.isoformat(timespec="minutes")}
        for line in referral_queries.incoming(rows)
    ]  # fmt: skip
    return _say(found, "{id}  {asks} → {to}  {kind}  {setting}  {state}  {sent_at}", options.json)


def _forms(options: argparse.Namespace) -> int:
    found = [{"id": str(one.pk), "form_id": one.form_id, "title": one.title, "unit": one.unit.name} for one in form_queries.forms_for(SYSTEM)]
    return _say(found, "{id}  {form_id}  {title}  {unit}", options.json)


def _form_import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="XLSFORM")
    parser.add_argument("--unit", default="", help="放在哪一级（名称或编码）；不填是整个街道")


def _form_import(options: argparse.Namespace) -> int:
    prepare()
    try:
        version, reading = form_actions.import_form(actor=SYSTEM, at=clock.now(), unit_id=unit_named(options.unit).pk, path=options.path)
    except form_actions.BadForm as error:
        for fault in error.data["faults"]:
            sys.stdout.write(f"{fault['sheet']} › {fault['row']} › {fault['column']}：{fault['message']}\n")
        return 2
    for note in reading.notes:
        sys.stdout.write(f"{note.sheet} › {note.row}：{note.message}\n")
    sys.stdout.write(f"{version.form_id}  {version.form.title}  第 {version.number} 版\n")
    return 0


def _answers_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("form", type=UUID, help="编号，见 jimu forms")
    parser.add_argument("out", type=Path, metavar="XLSX")


def _answers(options: argparse.Namespace) -> int:
    _title, content = form_actions.answers_table(actor=SYSTEM, at=clock.now(), form_id=options.form, language=LANGUAGE)
    return _written(options.out, content)


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, metavar="XLSX")
    parser.add_argument("--unit", default="", help="哪一片（名称或编码）；不填是整个街道")
    parser.add_argument("--which", choices=list(exporting.READY), default=next(iter(exporting.READY)), help="哪些行")
    parser.add_argument("--template", type=Path, help="单位自己的模板；照它的表头和样子填")


def _export(options: argparse.Namespace) -> int:
    unit, at = unit_named(options.unit), clock.now()
    if options.template is not None:
        content = exporting.fill(actor=SYSTEM, at=at, unit_id=unit.pk, path=options.template, which=options.which)
    else:
        _title, content = exporting.ready(actor=SYSTEM, at=at, unit_id=unit.pk, which=options.which)
    return _written(options.out, content)


def _report_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, metavar="XLSX")
    parser.add_argument("--which", choices=("ledger", "cases"), default="ledger", help="ledger：户数、人数和分区；cases：一天的阳性、密接和分区")
    parser.add_argument("--day", default="", help="cases 的哪一天，例如 2022-04-05；不写是今天")
    parser.add_argument("--unit", default="", help="哪一片（名称或编码）；不填是整个街道")


def _report(options: argparse.Namespace) -> int:
    unit, at = unit_named(options.unit) if options.unit else None, clock.now()
    if options.which == "cases":
        return _written(options.out, report_file.cases_book(SYSTEM, unit, clock.day_of(options.day), at))
    return _written(options.out, report_file.ledger_book(SYSTEM, unit, at))


def _written(path: Path, content: bytes) -> int:
    """A file that holds names is its owner's only, and takes the place of no other."""
    try:
        with path.open("xb") as file:
            path.chmod(0o600)
            file.write(content)
    except FileExistsError:
        raise Invalid(f"{path} 已经有了，换一个文件名。", code="file_exists") from None
    sys.stdout.write(f"{path}\n")
    return 0


COMMANDS = [
    Command("ledger cases", "登记的阳性（不含姓名）", _cases_arguments, _cases),
    Command("ledger contacts", "一例阳性的密接、次密接（姓名打码，查看有记录）", _contacts_arguments, _contacts),
    Command("ledger referrals", "住在别处的密接转给了谁，接下没有（不含姓名）", _json, _referrals),
    Command("ledger report", "户数、人数和分区，或一天的阳性和密接，写成上报用的表格", _report_arguments, _report),
    Command("ledger export", "从台账导出，或填单位自己的模板", _export_arguments, _export),
    Command("forms", "入户用的表格", _json, _forms),
    Command("forms import", "导入 XLSForm 表格，或它的新一版", _form_import_arguments, _form_import),
    Command("forms answers", "各户填的表，导出成工作簿", _answers_arguments, _answers),
]
