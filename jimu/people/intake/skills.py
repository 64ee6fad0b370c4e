"""Skills as people write them, to the codes that posts ask for. What is not on the list stays as words."""

import re
from functools import lru_cache

# code, how it may read
SKILLS: tuple[tuple[str, str], ...] = (
    ("scanning", r"扫码|扫描"),
    ("registering", r"信息登记|登记|录表|填表"),
    ("data_entry", r"电脑|录入|office|excel|打字|文员"),
    ("medical", r"医护|护士|医生|医学|护理|急救|药剂|卫生"),
    ("driving", r"驾驶|开车|司机|驾照|面包车|货车"),
    ("order", r"维持秩序|秩序|引导"),
    ("carrying", r"搬运|体力|搬货"),
    ("mediation", r"调解|协调|老娘舅"),
    ("counselling", r"心理|疏导|咨询师"),
    ("repair", r"水电|维修|电工|木工|修理"),
    ("sign_language", r"手语"),
    ("dialect", r"沪语|上海话|方言|本地话"),
    ("english", r"英语|外语|日语|翻译"),
    ("media", r"摄影|宣传|摄像|文案|新媒体"),
    ("drone", r"无人机"),
    ("disinfection", r"消杀|消毒"),
    ("cooking", r"烹饪|做饭|厨"),
    ("teaching", r"辅导|教师|老师"),
)


@lru_cache(maxsize=8192)
def skills_of(words: str) -> tuple[tuple[str, str], ...]:
    """(code, words) of each skill named; code '' for words that no code covers."""
    found: dict[str, str] = {}
    for piece in re.split(r"[,，;；、┋|/\s]+", words):
        if piece and piece not in {"无", "没有", "其他", "其它"}:
            code = next((code for code, pattern in SKILLS if re.search(pattern, piece, re.IGNORECASE)), "")
            found.setdefault(code or f"?{piece}", piece)
    return tuple(("" if key.startswith("?") else key, piece) for key, piece in found.items())
