"""What screening writes into the journal, in plain words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Work

WORDS: Mapping[str, str | Promise] = {
    "screening.site_opened": _("设点位“{name}”，{tables} 个采样台"),
    "screening.site_changed": _("改点位“{name}”，{tables} 个采样台"),
    "screening.drafted": _("准备一轮筛查“{title}”"),
    "screening.replanned": _("改“{title}”的计划，{slots} 批"),
    "screening.begun": _("开始筛查“{title}”"),
    "screening.closed": _("结束筛查“{title}”"),
    "screening.called": _("叫 {where} 下楼采样（{title}）"),
    "screening.slot_done": _("{where} 这一批做完（{title}）"),
    "screening.queue_counted": _("“{site}”排队 {waiting} 人，开 {tables} 台"),
    "screening.reasons_given": _("登记 {n} 人这一轮不采的原因（{title}）"),
    "screening.scanned": _("扫码 {scans} 人、封管 {tubes} 支（{title}）"),
    "screening.packed": _("“{site}”第 {number} 箱装了 {tubes} 支管"),
    "screening.handed": _("“{site}”第 {number} 箱 {tubes} 支管交给转运员"),
    "screening.received": _("“{site}”第 {number} 箱 {tubes} 支管送到实验室"),
    "screening.results": _("登记 {tubes} 支管的结果（{title}）"),
    "screening.prepared": _("为 {tube} 管的 {n} 人备好单采管"),
    "screening.recalled": _("查看 {tube} 管的召回名单"),
    "screening.settled": _("处理一条存疑的扫码（{tube} 管）"),
    "screening.matched": _("把一个不认识的码对上住户，{n} 次扫码"),
    "screening.codes_printed": _("打印 {building} 的居民码 {n} 张"),
}
#: Kinds of work as who leads the people counts them.
WORKS: Mapping[str, Work] = {"screening.scan": Work(_("扫码采样"), {"screening.scanned": "scans"})}
