"""The screen of a sampling table in the phone app: its module, and the words that it says."""

from django.utils.translation import gettext_lazy as _

from jimu.sync.registry import Screen

TABLE_SCREEN = Screen(
    "screening/table.js", ("screening/table.js", "screening/idnumber.js", "screening/same.js", "screening/table.css"),
    {
        "tube": _("管子条码"), "new_tube": _("先扫一支新管的条码"), "code": _("扫居民的码，或输身份证号"), "take": _("记下"),
        "seal": _("封管"), "seal_sure": _("{tube} 管有 {n} 人，封管后不能再加。确定？"),
        "full": _("满 {n} 人，请封管、换新管"), "count": _("管里 {n} / {all} 人"), "twice": _("这一位已在这支管里，没有重复记。"), "sealed": _("{tube} 管已封，共 {n} 人"),
        "no_telling": _("这个地址不是 https，手机认不出同一个人的两个码：请每人只扫一个码，重复的由点位长事后核对。"),
        "last": _("刚扫"), "lost": _("刚才这一个没有记下，请再扫一次。"), "undo_hint": _("扫错了人？请照常封管，告诉点位长，他能注明“这一次不算”。"), "bad_id": _("身份证号不对，请对照证件核对。"), "table": _("采样台"),
        "one_person": _("这个码和管里已有的一个码是同一个人的，这次没有记。换了人？请扫这一位本人的码；确是两个人，核对证件后点“照样记下”，并告诉点位长。"), "take_both": _("照样记下"),
        "both_kept": _("两个码都记下了，会请人再核对一次是不是两个人。"),
        "unsealed": _("还没有封的管：{tubes}。扫过的都记着，会自动传；请把管子交给点位长，在电脑的“扫码登记”里封管。"),
        "open_other": _("换一支管"), "other_sure": _("{tube} 管还没有封，先放着？再扫它的条码就能接着扫。"), "left": _("离送到实验室的时限还有 {n} 分钟"), "over": _("已超过送检时限 {n} 分钟，请马上送走"),
    },
)  # fmt: skip
