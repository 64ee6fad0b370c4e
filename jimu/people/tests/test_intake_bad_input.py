"""What is no list at all: one clear sentence each, nothing written, memory bounded."""

import io
import struct
import subprocess
import sys
import zipfile
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from jimu.people.intake.plan import make_plan
from jimu.people.intake.problems import REFUSED, WHOLE
from jimu.people.tests.offices import CAST, phone_of, save

TODAY = date(2022, 4, 1)
GOOD = [["姓名", "手机"], *[[p.name, p.phone] for p in CAST]]


def good(folder: Path, name: str = "好.xlsx") -> Path:
    return save(folder / name, ("志愿者", GOOD))


def _text(folder):
    return _write(folder / "名单.xlsx", "这不是工作簿".encode())


def _write(path, content):
    path.write_bytes(content)
    return path


def _truncated(folder):
    path = good(folder)
    return _write(folder / "断.xlsx", path.read_bytes()[:-900])


def _corrupt(folder):
    path = good(folder)
    content = bytearray(path.read_bytes())
    content[200:1200] = b"\xff" * 1000
    return _write(folder / "坏.xlsx", bytes(content))


def _no_parts(folder):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return _write(folder / "空壳.xlsx", buffer.getvalue())


def _archive(folder):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("名单/a.csv", "姓名,手机")
    return _write(folder / "包.xlsx", buffer.getvalue())


def _bomb(folder):
    """110 MB of sheet in 110 kB of file, beyond what may be unpacked."""
    path = good(folder)
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(folder / "弹.xlsx", "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            if item.filename != "xl/worksheets/sheet1.xml":
                target.writestr(item, source.read(item))
                continue
            with target.open(item.filename, "w", force_zip64=True) as sheet:
                sheet.write(b"<worksheet><sheetData>")
                for _n in range(110):
                    sheet.write(b" " * 1024 * 1024)
                sheet.write(b"</sheetData></worksheet>")
    return folder / "弹.xlsx"


def _lying_bomb(folder):
    """The same, saying that it is small: the size in its directory is forged."""
    path = _bomb(folder)
    content = bytearray(path.read_bytes())
    at = content.rfind(b"xl/worksheets/sheet1.xml") - 46
    struct.pack_into("<I", content, at + 24, 5000)
    return _write(folder / "谎.xlsx", bytes(content))


def _far_cell(folder):
    """One cell at the far corner: as a rectangle it would fill 16 billion cells."""
    path = good(folder)
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(folder / "远.xlsx", "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
            target.writestr(item, content)
    return folder / "远.xlsx"


def _big(folder):
    path = folder / "大.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(200 * 1024 * 1024)
    return path


def _big_text(folder):
    path = folder / "大.csv"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    return path


def _password(folder):
    path = good(folder)
    with path.open("rb") as source, (folder / "密.xlsx").open("wb") as target:
        OOXMLFile(source).encrypt("secret", target)
    return folder / "密.xlsx"


BAD = {
    "a text that calls itself a workbook": (_text, "not_a_workbook"),
    "half a workbook": (_truncated, "not_a_workbook"),
    "a damaged workbook": (_corrupt, "not_a_workbook"),
    "a workbook without sheets": (_no_parts, "not_a_workbook"),
    "an archive of other files": (_archive, "archive"),
    "a zip bomb": (_bomb, "too_large"),
    "a zip bomb that says it is small": (_lying_bomb, "not_a_workbook"),
    "a cell at the far corner": (_far_cell, "too_large"),
    "200 MB": (_big, "too_large"),
    "200 MB of text": (_big_text, "too_large"),
    "a password": (_password, "password"),
    "an empty file": (lambda folder: _write(folder / "空.xlsx", b""), "empty_file"),
    "an empty text": (lambda folder: _write(folder / "空.csv", b""), "empty_file"),
    "an old workbook cut short": (lambda folder: _write(folder / "旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), "not_a_workbook"),
    "bytes that are no text": (lambda folder: _write(folder / "图.csv", bytes(range(256)) * 40), "not_a_text"),
    "another kind of file": (lambda folder: _write(folder / "说明.docx", b"PK"), "unknown_type"),
    "no such file": (lambda folder: folder / "没有.xlsx", "not_found"),
}


@pytest.fixture(scope="module")
def bad_file(tmp_path_factory):
    """The bad file of a name, made once."""
    folder = tmp_path_factory.mktemp("bad")

    @cache
    def of(what: str) -> Path:
        own = folder / str(list(BAD).index(what))
        own.mkdir()
        return BAD[what][0](own)

    return of


@pytest.mark.parametrize("what", BAD)
def test_a_file_that_cannot_be_read_gets_one_sentence_and_the_others_are_read(tmp_path, bad_file, what):
    code, bad = BAD[what][1], bad_file(what)
    alone = make_plan([bad], today=TODAY)
    assert [(p.file, p.code, p.severity, p.message) for p in alone.problems] == [(bad.name, code, REFUSED, WHOLE[code])]
    assert alone.tables == 0
    beside = make_plan([bad, good(tmp_path)], today=TODAY)
    assert len(beside.people) == len(CAST)
    assert beside.refused == 0


def test_what_is_too_big_is_refused_within_little_memory(bad_file):
    big = ("a zip bomb", "a zip bomb that says it is small", "a cell at the far corner", "200 MB", "200 MB of text")
    words = (
        "import resource, sys, datetime, pathlib\n"
        "from jimu.people.intake.readers import read\n"
        "from jimu.people.intake.problems import Unreadable\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "refused = 0\n"
        "for path in sys.argv[1:]:\n"
        "    try: read(pathlib.Path(path))\n"
        "    except Unreadable: refused += 1\n"
        "print(refused, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    command = [sys.executable, "-c", words, *(str(bad_file(what)) for what in big)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    refused, used = map(int, told.stdout.split())
    # The peak of one process over all of them.
    assert refused == len(big)
    assert used < 60 * 1024


@pytest.mark.parametrize(
    ("rows", "code"),
    [([], "empty_sheet"), ([["姓名", "手机"]], "no_rows"), ([["甲", "乙"], ["一", "二"]], "no_columns"), ([[None], ["   "]], "empty_sheet")],
)
def test_a_sheet_with_nothing_in_it_says_so_and_counts_as_nothing_read(tmp_path, rows, code):
    found = make_plan([save(tmp_path / "a.xlsx", ("Sheet1", rows))], today=TODAY)
    assert [p.code for p in found.problems] == [code]
    assert found.tables == 0


@pytest.mark.parametrize(
    "rows",
    [
        [["姓名", "手机"], ["手机", "姓名"], ["王建国", phone_of(1)]],
        [["姓名", "手机", "居民区"], ["王建国", phone_of(1), "三江"], ["手机", "姓名", "居民区"], [phone_of(2), "李秀英", "三江"]],
        [["姓名", "手机", "备注"], ["姓名", "备注", "手机"], ["王建国", None, phone_of(1)]],
    ],
)
def test_two_header_rows_that_disagree_leave_the_sheet_out_with_a_sentence(tmp_path, rows):
    found = make_plan([save(tmp_path / "a.xlsx", ("Sheet1", rows), ("志愿者", GOOD))], today=TODAY)
    assert [(p.sheet, p.code, p.severity) for p in found.problems] == [("Sheet1", "headers_disagree", REFUSED)]
    assert rows[found.problems[0].row - 1][0] != "王建国"
    assert len(found.people) == len(CAST)
    assert found.refused == 0


def test_the_same_header_twice_does_not_disagree(tmp_path):
    found = make_plan([save(tmp_path / "a.xlsx", ("志愿者", [GOOD[0], *GOOD]))], today=TODAY)
    assert (len(found.people), found.problems) == (len(CAST), [])
