"""The vocabulary of screening: posts of a site, reasons of a plan, why somebody is not tested."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

CREW_WORDS: Mapping[str, Any] = {
    "site_leader": _("点位长"), "sampler": _("采样"), "scanner": _("扫码"), "labeller": _("贴标、封管"), "order": _("秩序"), "temperature": _("测温"),
    "grouping": _("分组、分流"), "caller": _("楼道叫号"), "disinfection": _("消杀"), "courier": _("送样"), "float": _("机动"),
}  # fmt: skip
WHY_WORDS: Mapping[str, Any] = {
    "staff_first": _("工作人员先做：后面的人要靠他们接待"),
    "by_building": _("按楼按单元下楼，一批不超过规定户数和人数"),
    "closed_at_its_door": _("封闭的楼不下到点位，全部做完后在楼门口采"),
    "home_last": _("下不了楼的最后上门，避免把队伍带进楼里再回来"),
}
REASONS: Sequence[tuple[str, Any]] = (
    ("home", _("下不了楼，要上门")), ("away", _("外出、不在家")), ("elsewhere", _("已在别处采样")), ("exempt", _("医学原因免采")),
    ("moved", _("已转运或隔离在外")), ("refused", _("不愿采样")), ("other", _("其他")),
)  # fmt: skip
REASON_WORDS: Mapping[str, Any] = dict(REASONS)
#: Whoever has one of these is not looked for again in this round.
EXCUSED = ("elsewhere", "exempt", "moved")
