"""The last defence of logs: whatever looks like a phone number or an ID number is struck out.

Nothing should hand such a number to a log in the first place; this catches what slips through, tracebacks included.
"""

import logging
import re

_GAP = r"[ \-]?"
# \d also matches full-width digits. A longer run of digits or letters (an id, a digest, a decimal) is something else;
# Chinese characters may touch the number.
_BEFORE, _AFTER = r"(?<![A-Za-z_\d])(?<!\d\.)", r"(?![A-Za-z_\d]|\.\d)"
_ID_NUMBER = re.compile(rf"{_BEFORE}(?:\d{{17}}[\dXxＸｘ]|\d{{15}}){_AFTER}")
_PHONE = re.compile(rf"{_BEFORE}(?:\+?86{_GAP})?[1１]\d{{2}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_AFTER}")


def redact(text: str) -> str:
    """The text with phone numbers (11 digits, spaced or not) and ID numbers (15 or 18) struck out."""
    return _PHONE.sub("[phone]", _ID_NUMBER.sub("[id number]", text))


class RedactingFormatter(logging.Formatter):
    """A formatter that strikes out of the whole line, after the message, the exception and the stack are in it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it is written."""
        return redact(super().format(record))
