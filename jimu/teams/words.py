"""Codes of teams in the reader's language."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from jimu.training.naming import qualification_name


def refusal(code: str, name: str) -> str:
    """Why somebody may not take a seat, and what would help."""
    sentences = {
        "paused": _("{name}暂停上岗（生病、请假等），不能安排。"),
        "kind": _("{name}不是这个席位要的人员类别。"),
        "qualification": _("{name}没有这个席位要的资格。先培训或认定凭证，急用时可写明理由破例。"),
        "heavy": _("{name}不能做重活，这个席位要搬运。"),
        "elsewhere": _("{name}不属于这个居民区。跨居民区用人请先借调，急用时可写明理由破例。"),
    }
    return sentences[code].format(name=name)


def open_reason(code: str) -> str:
    """Why a seat has nobody."""
    return {
        "taken": _("合适的人都在别的席位上"),
        "kind": _("名册上没有这类人"),
        "qualification": _("这类人里没有人有资格"),
        "elsewhere": _("本居民区没有这类人"),
        "heavy": _("这类人都不能做重活"),
        "paused": _("这类人都暂停上岗"),
    }.get(code, "")


def reason_words(codes: Iterable[str]) -> list[str]:
    """Why this person, in words."""
    plain = {
        "home": _("就在本居民区"), "sent": _("可以派来"), "free": _("手上没有别的席位"), "veteran": _("熟门熟路"),
        "newcomer": _("新手，有人带"), "times": _("时间清楚"), "hand": _("人工安排"), "back": _("借调回来，坐回原席"),
    }  # fmt: skip
    found = []
    for code in codes:
        if code.startswith("can:"):
            found.append(_("有{name}资格").format(name=qualification_name(code[4:])))
        elif code in plain:
            found.append(plain[code])
    return found


def placement_words(codes: Iterable[str], note: str = "") -> list[str]:
    """Why somebody is allotted to a place, in words."""
    plain = {
        "hand": _("人工安排"), "stays": _("一直在这里，留任"), "near": _("就住在这里"), "over": _("原处人手多于应有"),
        "short": _("这里人手少于应有"), "even": _("按工作量均摊"), "loan": _("借调在这里，到期自动回去"),
    }  # fmt: skip
    found = []
    for code in codes:
        if code.startswith("can:"):
            found.append(_("这里要会{name}的人").format(name=qualification_name(code[4:])))
        elif code == "hand" and note:
            found.append(_("人工安排：{note}").format(note=note))
        elif code in plain:
            found.append(plain[code])
    return found
