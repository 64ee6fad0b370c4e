"""Free words about time and limits: 周一三五晚, 18:00-22:00, 家有小孩，不排夜班. What is not understood stays a note."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

DAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
EVERY, WORKDAYS, WEEKEND = 127, 31, 96
PARTS = {
    "凌晨": (0, 360), "早上": (360, 600), "早晨": (360, 600), "上午": (360, 720), "中午": (660, 840), "下午": (720, 1080),
    "日班": (480, 1080), "白班": (480, 1080), "白天": (480, 1080), "日间": (480, 1080), "傍晚": (1020, 1200), "晚上": (1080, 1320), "晚间": (1080, 1320),
    "夜里": (1320, 1800), "通宵": (1200, 1800), "夜间": (1200, 1800),
}  # fmt: skip
ANY_TIME = re.compile(r"全天候|任何时间|任意时间|随时|随叫随到|都可以|均可|全天|整天|24小时|不限|听从安排|服从安排|三班倒|做一休一|翻班|轮班|夜班可以|可以夜班|可夜班|能上夜班|可上夜班")
REFUSES = r"(不行|不可以|不能|没空|没时间|不方便|除外|以外|不来|来不了)"
LIMITS = (
    (re.compile(r"(不|勿|别|不能|不宜|无法|不可以?|不要)(安?排|上|值|做|参加)?(夜班|晚班|夜间|通宵)"), "no_night"),
    (re.compile(rf"^(夜班|晚班|夜里|晚上|夜间|通宵)(都|也)?{REFUSES}|^除了?(夜班|晚班|晚上)"), "no_night"),
    (re.compile(r"(不|不能|不宜|无法|不可以?)(搬|提|干|抬|从事)?(重物|重活|体力)|腰(不好|伤|椎)"), "no_heavy"),
    (re.compile(r"(不|不能|不宜|无法)(久站|长时间站)"), "no_standing"),
    (re.compile(r"(不|不能|不宜|无法)(穿)?(防护服|大白)"), "no_suit"),
    (re.compile(r"居家隔离|隔离中|密接|次密接|阳性|红码|黄码|集中隔离|居家健康监测|身体不适|请假中|暂不(参加|参与|上岗)"), "paused"),
    (re.compile(r"怀孕|孕期|孕妇|哺乳"), "no_night"),
)  # fmt: skip
# 非密接 is the contrary of 密接.
WELL_AGAIN = re.compile(r"(非|无|未|不是|没有|已?解除|排除).{0,3}(密接|隔离|阳性|红码|黄码)|(隔离|观察|监测).{0,3}(解除|期满|结束)")
SEVERAL_DAYS = re.compile(r"(?<=[周期拜])[一二三四五六日天](?:[、,，/][一二三四五六日天](?![般定起些样点个]))+")
REASONS = re.compile(r"家有(小孩|老人|幼儿|孩子)|家里有(小孩|老人)|孩子小|要?带(小孩|孩子|娃)|年纪大|腰不好|健康|良好|正常|绿码|无不适|无异常")
CAR = re.compile(r"会?(开|驾)(面包车|货车|大车|小车|轿车|车)|有(私家)?车|有驾照|C1|B2|A1")


@dataclass(frozen=True)
class Window:
    """Weekday mask (Monday = 1) and minutes; an end above 1440 lies on the next day."""

    weekdays: int
    start: int
    end: int


@dataclass
class Understood:
    """What some words say. `known`: they say when (no windows then means any time). `rest`: what is left over."""

    windows: list[Window] = field(default_factory=list)
    limits: set[str] = field(default_factory=set)
    skills: set[str] = field(default_factory=set)
    known: bool = False
    rest: str = ""


@lru_cache(maxsize=16384)
def understand(words: str) -> Understood:
    """Read free words; each piece between commas by itself. The answer is shared: nobody changes it."""
    found = Understood()
    left: list[str] = []
    # 周一、三、五 is one piece, though commas part the others.
    words = SEVERAL_DAYS.sub(lambda found: re.sub(r"\W", "", found.group(0)), words)
    for piece in re.split(r"[,，;；。、\n/┋|]+", words):
        if piece.strip() and not _take(piece.strip(), found):
            left.append(piece.strip())
    found.rest = "，".join(left)
    if any_time(words) and found.known and not found.windows:
        found.windows = []
    return found


def any_time(words: str) -> bool:
    """Whether the words say any time will do."""
    return bool(ANY_TIME.search(words))


def _take(piece: str, found: Understood) -> bool:
    if WELL_AGAIN.search(piece):
        return True
    limits = {code for pattern, code in LIMITS if pattern.search(piece)}
    found.limits |= limits
    if CAR.search(piece):
        found.skills.add("驾驶")
        return True
    if limits:
        return True
    if re.search(REFUSES, piece):
        return _take_refusal(piece, found)
    windows = _windows(piece)
    if windows:
        found.windows += windows
        found.known = True
        return True
    if any_time(piece):
        found.known = True
        return True
    return bool(REASONS.search(piece))


def _take_refusal(piece: str, found: Understood) -> bool:
    """周日不行 leaves the other six days; a refusal of hours is not understood."""
    days = _days(piece)
    if days is None or days == EVERY or _clock(piece) or any(word in piece for word in PARTS):
        return False
    found.windows.append(Window(EVERY & ~days, 0, 1440))
    found.known = True
    return True


def _windows(piece: str) -> list[Window]:
    days = _days(piece)
    clock = _clock(piece)
    if clock is None:
        parts = [span for word, span in PARTS.items() if word in piece]
        if not parts and re.search(r"[一二三四五六日天末]晚|晚$", piece):
            parts = [PARTS["晚上"]]
        if not parts and re.search(r"[一二三四五六日天末]早|早$", piece):
            parts = [PARTS["早上"]]
        if not parts and "下班" in piece:
            days, parts = (WORKDAYS if days is None else days), [PARTS["晚上"]]
        clocks = parts
    else:
        clocks = [clock]
    if not clocks and days is not None:
        clocks = [(0, 1440)]
    return [Window(EVERY if days is None else days, start, end) for start, end in clocks]


def _days(piece: str) -> int | None:
    """The weekdays named, as a mask; None when none is."""
    mask = 0
    if re.search(r"工作日|平时|平日|常日班", piece):
        mask |= WORKDAYS
    if re.search(r"周末|双休|休息日|节假日", piece):
        mask |= WEEKEND
    if re.search(r"每天|每日|天天", piece):
        mask |= EVERY
    span = re.search(r"(?:周|星期|礼拜)([一二三四五六日天])\s*(?:到|至|-|~|～|—)\s*(?:周|星期|礼拜)?([一二三四五六日天])", piece)
    if span:
        first, last = DAYS[span.group(1)], DAYS[span.group(2)]
        for day in range(first, (last if last >= first else last + 7) + 1):
            mask |= 1 << day % 7
    for run in re.findall(r"(?:周|星期|礼拜)([一二三四五六日天]+)", piece):
        for letter in run:
            mask |= 1 << DAYS[letter]
    return mask or None


def _clock(piece: str) -> tuple[int, int] | None:
    """A span of clock times; an end at or before its start lies on the next day."""
    at = r"(\d{1,2})(?:[:：](\d{2})|[点时](半|\d{1,2}分?)?)?"
    found = re.search(at + r"\s*(?:-|~|～|—|–|到|至)\s*(?:次日|第二天)?" + at, piece)
    if found:
        start, end = _afternoon(piece, _minute(found.group(1, 2, 3))), _minute(found.group(4, 5, 6))
        if end <= start < end + 720 and not re.search(r"次日|第二天", piece):
            end = _afternoon(piece, end)
        if start <= 1440 and end <= 1440 and start != end:
            return start, end if end > start else end + 1440
    after = re.search(at + r"\s*(?:以后|之后|后)", piece)
    if after and (after.group(2) or "点" in piece or "时" in piece):
        return _afternoon(piece, _minute(after.group(1, 2, 3))), 1440
    before = re.search(at + r"\s*(?:以前|之前|前)", piece)
    if before and (before.group(2) or "点" in piece or "时" in piece):
        return 0, _afternoon(piece, _minute(before.group(1, 2, 3)))
    return None


def _afternoon(piece: str, minute: int) -> int:
    """晚上7点 is 19:00."""
    return minute + 720 if minute < 720 and re.search(r"下午|晚|傍晚", piece) else minute


def _minute(parts: tuple[str | None, ...]) -> int:
    hour, minutes, words = parts
    extra = int(minutes) if minutes else 30 if words == "半" else int(re.sub(r"\D", "", words)) if words else 0
    return int(hour or 0) * 60 + extra
