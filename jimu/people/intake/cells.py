"""Single cells: what a person typed, made into what was meant. Each function returns (value, problem code)."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

BLANK = {"", "无", "/", "\\", "-", "--", "—", "——", "nan", "none", "null", "无。", "暂无", "n/a", "不详", "未知", "空", "#n/a"}
MARKS = {"Cc", "Cf", "Cn", "Cs"}
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
# A Cyrillic or Greek X, or a multiplication sign, where the check character stands.
ID_LOOKALIKES = str.maketrans({"×": "X", "Х": "X", "х": "X", "Χ": "X", "χ": "X"})
EXCEL_ZERO = date(1899, 12, 30)
HAN = r"[\u3007\u3400-\u9fff\ue000-\uf8ff\U00020000-\U0003ffff]"
NAME = re.compile(rf"{HAN}(?:{HAN}|·){{1,19}}|[A-Za-z][A-Za-z .'-]{{1,38}}")
MOBILE = re.compile(r"1[3-9]\d{9}")
NAME_MARKS = str.maketrans({"•": "·", "・": "·", "．": "·", "‧": "·"})


def text(value: Any) -> str:
    """A cell as clean text: half-width, no control characters, inner spaces single; '' for what means nothing."""
    if type(value) is str:
        return _clean(value)
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        value = int(value) if value.is_integer() and abs(value) < 1e17 else value
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return _clean(str(value))


@lru_cache(maxsize=65536)
def _clean(words: str) -> str:
    if not (words.isascii() and words.isprintable()):
        words = unicodedata.normalize("NFKC", words)
        words = "".join(c for c in words if unicodedata.category(c) not in MARKS or c in "\n\t")
    words = re.sub(r"\s+", " ", words).strip()
    # A number made text in a spreadsheet: ="13800000000".
    quoted = re.fullmatch(r'="([^"]*)"', words)
    words = quoted.group(1).strip() if quoted else words
    return "" if words.lower() in BLANK else words


@lru_cache(maxsize=65536)
def _name(words: str) -> str:
    cleaned = words.translate(NAME_MARKS)
    if re.search(HAN, cleaned):
        cleaned = re.sub(rf"(?<={HAN})\.(?={HAN})", "·", cleaned.replace(" ", ""))
    cleaned = re.sub(r"^(?:[①-⑳]|\d{1,4}[.、)）:：,，]?)(?=\D)", "", cleaned)
    cleaned = re.sub(r"[+\d][\d-]{6,}$", "", cleaned)
    return re.sub(r"[(（\[【].{0,12}[)）\]】]$|[*★☆]+$", "", cleaned).strip(" ,，.。、;；:：")


def name(value: Any) -> str:
    """A person's name without spaces (冯　阿 is 冯阿), numbering or remarks in brackets; Latin names keep single spaces."""
    return _name(text(value))


def is_name(candidate: str) -> bool:
    """Whether this can be a person's name: 2 to 20 letters, no digits, not a sentence."""
    return bool(NAME.fullmatch(candidate))


def has_letters(candidate: str) -> bool:
    """Whether there is anything to call somebody by."""
    return bool(re.search(rf"{HAN}|[A-Za-z]", candidate))


def scrub(words: str) -> str:
    """Free words without the numbers that must not stand in the open: long digits keep three."""
    return re.sub(r"\d[\d\- ]{5,}[\dXx]", lambda found: found.group(0)[:3] + "****", words)


def phone(value: Any) -> tuple[str, str]:
    """(digits of a mobile or landline, '') or ('', code): phone_length, phone_invalid; ('', '') when blank."""
    raw = text(value)
    if not raw:
        return "", ""
    digits = re.sub(r"[\s\-—–_().·']", "", raw)
    digits = re.sub(r"^(?:\+|00)?86(?=1[3-9]\d{9}$)", "", digits)
    if MOBILE.fullmatch(digits):
        return digits, ""
    for words in (raw, digits):
        # Two numbers in one cell, or words around one: the first mobile counts.
        found = re.search(r"(?<!\d)(?:86)?(1[3-9]\d{9})(?!\d)", words)
        if found:
            return found.group(1), ""
    if re.fullmatch(r"0(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}", digits):
        return digits, ""
    if re.fullmatch(r"\d{1,10}|\d{12,}", digits) or re.fullmatch(r"1\d{10}", digits):
        return "", "phone_length" if len(digits) != 11 else "phone_invalid"
    return "", "phone_invalid"


def id_number(value: Any) -> tuple[str, str]:
    """(18 characters, '') or ('', code): id_lost_digits, id_check_digit, id_birth, id_length; ('', '') when blank."""
    if isinstance(value, float) and not 1e14 <= value < 1e15:
        return ("", "id_lost_digits") if value >= 1e15 else ("", "id_length")
    raw = text(value).replace(" ", "").replace("-", "").lstrip("'’`").translate(ID_LOOKALIKES).upper()
    if not raw:
        return "", ""
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", raw):
        return "", "id_lost_digits"
    if re.fullmatch(r"\d{15}", raw):
        raw = _from_15(raw)
    if not re.fullmatch(r"\d{17}[\dX]", raw):
        return "", "id_other_paper" if re.fullmatch(r"[A-Z]{1,3}\d{6,10}[A-Z]?|[A-Z]\d{6}\(?[\dA]\)?", raw) else "id_length"
    if _date(int(raw[6:10]), int(raw[10:12]), int(raw[12:14])) is None:
        return "", "id_birth"
    if id_check(raw[:17]) != raw[17]:
        return "", "id_lost_digits" if raw.endswith("000") else "id_check_digit"
    return raw, ""


def id_check(first17: str) -> str:
    """The check character of GB 11643: weighted sum modulo 11."""
    return ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, ID_WEIGHTS, strict=True)) % 11]


def _from_15(old: str) -> str:
    longer = old[:6] + "19" + old[6:]
    return longer + id_check(longer)


def born_of_id(number: str) -> date:
    """The birthday in a valid ID number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex_of_id(number: str) -> str:
    """m or f: an odd sequence number is a man's."""
    return "m" if int(number[16]) % 2 else "f"


def sex(value: Any) -> str:
    """m, f or ''."""
    cleaned = text(value).removesuffix("性")
    return "m" if cleaned in {"男", "M", "m", "1", "Male", "male"} else "f" if cleaned in {"女", "F", "f", "2", "Female", "female"} else ""


def birth(value: Any, today: date) -> tuple[date | None, int | None, str]:
    """(birthday, year only, code): a full date, a month or an Excel serial; code birth_impossible when it cannot be."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        if not date(1900, 1, 1) < value <= today:
            return None, None, "birth_impossible"
        # A month typed into a date cell comes as its first day: then only year and month are sure.
        return (value if value.day > 1 else None), value.year, ""
    raw = text(value)
    if not raw:
        return None, None, ""
    if re.fullmatch(r"\d{5}(\.0)?", raw):
        return birth(EXCEL_ZERO + timedelta(days=int(float(raw))), today)
    raw = re.sub(r"^(\d{2})(?=年|[./-]\d{1,2}(?:[./-]|$))", lambda m: _century(m.group(1), today) + m.group(1), raw)
    found = re.fullmatch(r"(\d{4})\s*[年./\-]?\s*(\d{1,2})?\s*[月./\-]?\s*(\d{1,2})?\s*日?(?:生|出生)?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?", raw)
    if not found:
        return None, None, "birth_impossible"
    year, month, day = (int(part) if part else None for part in found.groups())
    whole = _date(year or 0, month or 1, day or 1)
    if whole is None or not date(1900, 1, 1) < whole <= today:
        return None, None, "birth_impossible"
    # A month alone is no birthday: only the year is sure.
    return (whole if month and day else None), year, ""


def age(value: Any, today: date) -> tuple[int | None, str]:
    """(year of birth, code) from an age such as 36岁."""
    raw = text(value)
    if not raw:
        return None, ""
    found = re.fullmatch(r"(\d{1,3})\s*(?:岁|周岁)?(?:\.0)?", raw)
    if not found or not 0 < int(found.group(1)) < 120:
        return None, "age_impossible"
    return today.year - int(found.group(1)), ""


def number(value: Any) -> int | None:
    """A count: 1,496户, ７６９, 769.0."""
    raw = text(value).replace(",", "").replace("，", "")
    found = re.fullmatch(r"约?(\d+)(?:\.0+)?\s*[户人栋幢块个名余多]{0,2}", raw)
    return int(found.group(1)) if found else None


def moment(value: Any) -> datetime | None:
    """When a form was submitted."""
    if isinstance(value, datetime):
        return value
    found = re.match(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?\s*T?(?:(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2}))?)?", text(value))
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  the form's own clock, compared with itself only
    except ValueError:
        return None


def _century(two_digits: str, today: date) -> str:
    return "20" if int(two_digits) <= today.year % 100 else "19"


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
