"""What patrol says, in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Work

Words = Mapping[str, str | Promise]

WHY_WORDS: Words = {
    "forged": _("这个凭证号不是这里发的，或抄错了。请核对后再试。"),
    "elsewhere": _("这张凭证不管这个门。"),
    "revoked": _("这张凭证已被收回，不能放行。请联系发证的人。"),
    "early": _("这张凭证还没有到开始时间。"),
    "ended": _("这张凭证已经到期，不能放行。需要的请重新办理。"),
    "sealed": _("这栋楼现在的分区不发这类凭证，不能放行。就医除外。"),
    "used": _("这张凭证只能出入一次，已经用过。"),
}
BESIDES_WORDS: Words = {
    "elsewhere": _("这张凭证不是这里发的，就医照样放行。"),
    "revoked": _("这张凭证已被收回，就医照样放行，请告诉居委会。"),
    "early": _("还没有到开始时间，就医照样放行。"),
    "ended": _("这张凭证已经到期，就医照样放行，请补办。"),
    "sealed": _("这栋楼在封控，就医照样放行。"),
    "used": _("已经用过一次，就医照样放行。"),
    "home": _("这张凭证已经到期，但是人还在外面：放行，让他回家。"),
}
STATE_WORDS: Words = {"open": _("还没人接手"), "taken": _("处理中"), "need": _("已转居民诉求"), "settled": _("已了结")}
VERB_WORDS: Words = {
    "patrol.gate_opened": _("设卡口“{name}”，到 {until}"),
    "patrol.gate_closed": _("撤卡口“{name}”"),
    "patrol.pass_issued": _("发出一张出入凭证，到 {until}"),
    "patrol.pass_revoked": _("收回一张出入凭证"),
    "patrol.kept": _("守卡口“{name}”"),
    "patrol.left": _("离开卡口“{name}”"),
    "patrol.crossed": _("卡口“{name}”登记出入 {n} 次"),
    "patrol.handed": _("卡口“{name}”留下一条交接"),
    "patrol.taken": _("卡口“{name}”办完一条交接"),
    "patrol.round_opened": _("开始巡逻“{title}”：{points} 个点"),
    "patrol.round_closed": _("结束巡逻“{title}”"),
    "patrol.seen": _("巡查登记 {n} 条"),
    "patrol.taken_on": _("接手一条巡查情况"),
    "patrol.settled": _("了结一条巡查情况"),
    "patrol.reworded": _("改写一条巡查情况怎么处理的"),
    "patrol.passed_on": _("把一条巡查情况转成居民诉求"),
    "patrol.raised": _("催办一条巡查情况"),
    "patrol.revealed": _("查看卡口登记的姓名或车牌"),
    "patrol.forgotten": _("到期清除卡口登记的姓名、车牌 {n} 条"),
}
#: Kinds of work as who leads the people counts them.
KEEP, SEE, SETTLE = "patrol.keep", "patrol.see", "patrol.settle"
WORKS: Mapping[str, Work] = {
    KEEP: Work(_("守卡口，登记出入"), {"patrol.crossed": "n"}),
    SEE: Work(_("巡查记下"), {"patrol.seen": "n"}),
    SETTLE: Work(_("处理巡查情况"), {"patrol.settled": ""}),
}
