"""What could not be taken as it was, each in one sentence that never repeats a phone or an ID number."""

from dataclasses import dataclass

REFUSED = "refused"
WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """`row` counts from 1 as the office sees it (0: the whole sheet or file); `column` is the header's text."""

    file: str
    sheet: str
    row: int
    column: str
    severity: str
    code: str
    message: str

    def as_dict(self) -> dict[str, object]:
        """The shape of `--json`."""
        return {
            "file": self.file, "sheet": self.sheet, "row": self.row, "column": self.column,
            "severity": self.severity, "code": self.code, "message": self.message,
        }  # fmt: skip


class Unreadable(Exception):
    """A file that cannot be read at all, with the sentence that says why and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code, self.message = code, message
