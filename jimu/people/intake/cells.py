"""Single cells: what a person typed, made into what was meant. Each function returns (value, problem code)."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

BLANK = {"", "无", "/", "-", "--", "—", "——", "nan", "none", "null", "无。", "暂无", "n/a"}
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
EXCEL_ZERO = date(1899, 12, 30)
NAME_MARKS = str.maketrans({"•": "·", "・": "·", "．": "·", "‧": "·"})


def text(value: Any) -> str:
    """A cell as clean text: half-width, no control characters, inner spaces single; '' for what means nothing."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        value = int(value) if value.is_integer() and abs(value) < 1e17 else value
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    cleaned = unicodedata.normalize("NFKC", str(value))
    cleaned = "".join(c for c in cleaned if unicodedata.category(c)[0] != "C" or c in "\n\t")
    cleaned = re.sub(r"\s+", " ", cleaned).strip()
    return "" if cleaned.lower() in BLANK else cleaned


def name(value: Any) -> str:
    """A person's name without spaces (冯　阿 is 冯阿); Latin names keep single ones."""
    cleaned = text(value).translate(NAME_MARKS)
    if re.search(r"[\u4e00-\u9fff]", cleaned):
        cleaned = cleaned.replace(" ", "")
    return re.sub(r"[(（].{0,6}[)）]$", "", cleaned)


def is_name(candidate: str) -> bool:
    """Whether this can be a person's name: 2 to 20 letters, no digits, not a sentence."""
    return bool(re.fullmatch(r"[\u3400-\u9fff\U00020000-\U0003ffff][\u3400-\u9fff·\U00020000-\U0003ffff]{1,19}|[A-Za-z][A-Za-z .'-]{1,38}", candidate))


def phone(value: Any) -> tuple[str, str]:
    """(digits of a mobile or landline, '') or ('', code): phone_length, phone_invalid; ('', '') when blank."""
    raw = text(value)
    if not raw:
        return "", ""
    digits = re.sub(r"[\s\-—–_().]|(?<=\d)、(?=\d{0})", "", raw)
    digits = re.sub(r"^(?:\+|00)?86(?=1[3-9]\d{9}$)", "", digits)
    if re.fullmatch(r"1[3-9]\d{9}", digits):
        return digits, ""
    both = re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", raw)
    if both:
        return both[0], ""
    if re.fullmatch(r"0\d{2,3}\d{7,8}", digits):
        return digits, ""
    if re.fullmatch(r"\d{5,10}|\d{12,}", digits) or re.fullmatch(r"1\d{10}", digits):
        return "", "phone_length" if len(digits) != 11 else "phone_invalid"
    return "", "phone_invalid"


def id_number(value: Any) -> tuple[str, str]:
    """(18 characters, '') or ('', code): id_lost_digits, id_check_digit, id_birth, id_length; ('', '') when blank."""
    if isinstance(value, float):
        return ("", "id_lost_digits") if value > 1e14 else ("", "id_length")
    raw = text(value).replace(" ", "").replace("-", "").lstrip("'").upper()
    if not raw:
        return "", ""
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", raw):
        return "", "id_lost_digits"
    if re.fullmatch(r"\d{15}", raw):
        raw = _from_15(raw)
    if not re.fullmatch(r"\d{17}[\dX]", raw):
        return "", "id_length"
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
    cleaned = text(value)
    return "m" if cleaned in {"男", "男性", "M", "m", "1"} else "f" if cleaned in {"女", "女性", "F", "f", "2"} else ""


def birth(value: Any, today: date) -> tuple[date | None, int | None, str]:
    """(birthday, year only, code): a full date, a month or an Excel serial; code birth_impossible when it cannot be."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return (value, value.year, "") if date(1900, 1, 1) < value <= today else (None, None, "birth_impossible")
    raw = text(value)
    if not raw:
        return None, None, ""
    if re.fullmatch(r"\d{5}(\.0)?", raw):
        return birth(EXCEL_ZERO + timedelta(days=int(float(raw))), today)
    found = re.fullmatch(r"(\d{4})\s*[年./\-]?\s*(\d{1,2})?\s*[月./\-]?\s*(\d{1,2})?\s*日?(?:生|出生)?(?: 00:00:00)?", raw)
    if not found:
        return None, None, "birth_impossible"
    year, month, day = (int(part) if part else None for part in found.groups())
    whole = _date(year or 0, month or 1, day or 1)
    if whole is None or not date(1900, 1, 1) < whole <= today:
        return None, None, "birth_impossible"
    # A month alone is no birthday; day 1 of a date cell usually is a month too, so only the year is sure.
    return (whole if month and day else None), year, ""


def age(value: Any, today: date) -> tuple[int | None, str]:
    """(year of birth, code) from an age such as 36岁."""
    raw = text(value)
    if not raw:
        return None, ""
    found = re.fullmatch(r"(\d{1,3})\s*(?:岁|周岁)?", raw)
    if not found or not 0 < int(found.group(1)) < 120:
        return None, "age_impossible"
    return today.year - int(found.group(1)), ""


def number(value: Any) -> int | None:
    """A count: 1,496户, ７６９, 769.0."""
    raw = text(value).replace(",", "").replace("，", "")
    found = re.fullmatch(r"约?(\d+)(?:\.0+)?\s*[户人栋幢块个名]?", raw)
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


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
