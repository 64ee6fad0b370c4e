"""What could not be taken as it was, each in one sentence that never repeats a phone or an ID number."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

REFUSED = "refused"
WARNING = "warning"
# Problems of a file or a sheet as a whole.
WHOLE = {
    "empty_sheet": _("工作表是空的，没有可导入的内容。"),
    "no_rows": _("只有表头，没有人员，没有可导入的内容。"),
    "no_columns": _("没有找到姓名一列，这张表没有导入。请在表头写明“姓名”“手机”等列名。"),
    "no_names": _("没有认出名单。接龙请每行写“序号. 姓名 电话 楼号 特长”，表格请另存为 CSV。"),
    "headers_disagree": _("这里又有一行表头，与上面的表头说法不一致，无法判断以哪一行为准，这张表没有导入。请只留一行表头，或分成两张表再导入。"),
    "not_a_number": _("这里应该是一个数，没有采用。"),
    "not_found": _("没有这个文件，或没有读取它的权限。"),
    "too_large": _("文件太大，为安全起见没有打开。请只留名单所在的行列，删去图片，或拆成几个文件再导入。"),
    "empty_file": _("文件是空的，请检查是否选错了文件。"),
    "unknown_type": _("不认识这种文件，请另存为 xlsx、xls、csv 或 txt 再导入。"),
    "not_a_workbook": _("这不是一个完整的 Excel 工作簿，请用 Excel 或 WPS 打开后另存为 xlsx 再导入。"),
    "too_large_page": _("这个文件其实是网页，而且太大，没有打开。请用 Excel 或 WPS 打开后另存为 xlsx 再导入。"),
    "page_without_table": _("这个文件其实是网页，里面没有表格（可能是登录页）。请重新导出，或用 Excel 或 WPS 另存为 xlsx 再导入。"),
    "archive": _("这是一个压缩包，不是 Excel 工作簿。请解压后导入里面的表格。"),
    "broken_workbook": _("工作簿已损坏，打不开。请用 Excel 或 WPS 打开并另存一份再导入。"),
    "password": _("工作簿有打开密码。请在 Excel 或 WPS 中去掉密码、另存一份再导入。"),
    "not_a_text": _("这不是文本文件，请检查是否选错了文件。"),
    "encoding": _("文字编码不认识，请用记事本或 Excel 另存为 UTF-8 再导入。"),
}


@dataclass(frozen=True)
class Problem:
    """`row` counts from 1 as the office sees it (0: the whole sheet or file); `column` is the header's text, `at` its place."""

    file: str
    sheet: str
    row: int
    column: str
    severity: str
    code: str
    message: str
    at: int = 0

    def as_dict(self) -> dict[str, object]:
        """The shape of `--json`."""
        return {
            "file": self.file, "sheet": self.sheet, "row": self.row, "column": self.column,
            "severity": self.severity, "code": self.code, "message": self.message,
        }  # fmt: skip


class Unreadable(Exception):
    """A file that cannot be read at all, with the sentence that says why and what to do."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code, self.message = code, WHOLE[code]
