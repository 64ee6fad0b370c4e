"""What medicine says, in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Work
from jimu.field.medicine.models import Order

Words = Mapping[str, str | Promise]
S = Order.State

COLOURS: Words = {"red": _("红"), "yellow": _("黄"), "green": _("绿")}
ACTS: Words = {
    "registered": _("登记"), "triage": _("初审"), "no_card": _("不用收卡"), "collect": _("收卡"), "assign": _("派单"), "unassign": _("收回派单"),
    "take": _("去取药"), "drop": _("退回，换人去取"), "missing": _("缺药"), "retry": _("换一家医院再取"), "represcribe": _("改方"),
    "refer": _("转专科窗口"), "fetch": _("取到药"), "check": _("核对签字"), "mismatch": _("核对不符"), "witness": _("同行见证"), "deliver": _("送达"),
    "sign": _("签收"), "hold": _("退药"), "refund": _("退款"), "exchange": _("换药重取"), "return": _("还卡"), "settle": _("结算"), "cancel": _("取消"),
    "raise": _("提高急缓"), "note": _("进展"), "again": _("缺的药另开一单"), "undo": _("撤销上一步"),
}  # fmt: skip
VERB_WORDS: Words = {
    "medicine.photos_gone": _("到期删掉药盒照片 {n} 张"),
    "medicine.custody_exported": _("导出代管的卡和现金 {n} 件"),
    "medicine.registered": _("登记一单配药"), "medicine.triaged": _("初审一单配药"), "medicine.no_card": _("记下一单配药不用收卡"),
    "medicine.collected": _("为一单配药收卡"), "medicine.assigned": _("把一单配药派进批次"), "medicine.unassigned": _("收回一单配药的派单"),
    "medicine.taken": _("去取一单药"), "medicine.dropped": _("退回一单，换人去取"), "medicine.missed": _("记下一单缺药"),
    "medicine.retried": _("为一单缺药换医院"), "medicine.represcribed": _("记下一单改方"), "medicine.referred": _("把一单转专科窗口"),
    "medicine.fetched": _("取到一单药"), "medicine.checked": _("核对一单药并签字"), "medicine.mismatched": _("记下一单核对不符"),
    "medicine.witnessed": _("为一单管制药同行见证"), "medicine.delivered": _("送达一单药"), "medicine.signed": _("一单药已签收"),
    "medicine.held": _("记下一单退药"), "medicine.refunded": _("给一单退药退款"), "medicine.exchanged": _("一单退药重取"),
    "medicine.given_back": _("还一单配药的卡和现金"), "medicine.settled": _("结算一单配药"), "medicine.cancelled": _("取消一单配药"),
    "medicine.raised": _("提高一单配药的急缓"), "medicine.noted": _("写下一单配药的进展"), "medicine.ordered_again": _("为缺的药另开一单"),
    "medicine.undone": _("撤销一单配药的上一步"), "medicine.revealed": _("查看一单配药的药单或联系电话"), "medicine.history_read": _("查看一位居民的配药记录"),
    "medicine.window_list_read": _("打印一个批次的窗口取药单"), "medicine.trip_made": _("组成一个取药批次"), "medicine.trip_manned": _("排定取药批次的人"),
    "medicine.trip_closed": _("结束一个取药批次"), "medicine.hospital_added": _("登记一家取药医院"), "medicine.door_opened": _("开放居民配药码"),
    "medicine.door_closed": _("停用居民配药码"), "medicine.thing_collected": _("收下居民的卡、病历本或现金"), "medicine.thing_offered": _("交出代管的卡、病历本或现金，等对方签收"),
    "medicine.thing_withdrawn": _("收回交出的卡、病历本或现金"), "medicine.thing_taken": _("签收代管的卡、病历本或现金"), "medicine.thing_spent": _("用代管现金付药费"),
    "medicine.thing_returned": _("把代管的卡、病历本或现金还给居民"), "medicine.thing_lost": _("报失代管的卡、病历本或现金"), "medicine.thing_found": _("找到报失的卡、病历本或现金"),
    "medicine.thing_replaced": _("报失的卡已补办，交还居民"), "medicine.thing_undone": _("撤销一次代管签收"), "medicine.thing_settled": _("把门口收的药费入账结清"),
    "medicine.alarmed": _("告诉下一级有一单配药没有办好"), "medicine.alarm_answered": _("答复一单配药的催办"),
}  # fmt: skip
#: Kinds of work as who leads the people counts them.
FETCH, CHECK, BRING = "medicine.fetch", "medicine.check", "medicine.bring"
WORKS: Mapping[str, Work] = {
    FETCH: Work(_("取药"), {"medicine.fetched": ""}),
    CHECK: Work(_("核对药"), {"medicine.checked": ""}),
    BRING: Work(_("送药"), {"medicine.delivered": ""}),
}
#: What somebody has to do next, said to whoever looks after the queue.
NEXT: Words = {
    S.REGISTERED: _("等初审：核对还够几天、去哪个窗口"), S.TRIAGED: _("等上门收卡和病历本"), S.COLLECTED: _("等派进取药批次"),
    S.ASSIGNED: _("等批次里的人去取"), S.FETCHING: _("正在医院取药"), S.MISSING: _("缺药：换医院、改方，或转专科窗口"),
    S.FETCHED: _("等两个人核对"), S.CHECKED: _("等送到门口"), S.DELIVERED: _("等居民签收"), S.HELD: _("退药：换药重取，或退款"),
    S.SIGNED: _("等把卡还给居民"), S.RETURNED: _("等结算"), S.SETTLED: _("已结清"), S.CANCELLED: _("已取消"),
}  # fmt: skip
HALF_NEXT = _("差第二个人核对")
LOST_NEXT = _("卡遗失：先挂失，再补办")
#: What the resident reads under the receipt. No drug, no hospital.
FOR_RESIDENT: Words = {
    S.REGISTERED: _("已收到，正在核对。"), S.TRIAGED: _("已核对。会有人上门收医保卡和病历本，请准备好。"), S.COLLECTED: _("卡已收到，正在安排去取药的人。"),
    S.ASSIGNED: _("已安排人去取药。"), S.FETCHING: _("正在取药。"), S.MISSING: _("有药暂时没有取到，正在想办法，会打电话给您。"), S.FETCHED: _("药已取到，正在核对。"),
    S.CHECKED: _("药已核对，正在送来。"), S.DELIVERED: _("药已送到门口，请签收。"), S.HELD: _("您退回的药正在处理。"), S.SIGNED: _("药已签收，卡会还给您。"),
    S.RETURNED: _("卡已还给您，正在结账。"), S.SETTLED: _("已结清。"), S.CANCELLED: _("已取消。"),
}  # fmt: skip
#: What an act wants first.
WANTS: Words = {
    "triage": _("只有刚登记的单子要初审。"), "no_card": _("初审后、收卡前才能这样记。"), "collect": _("先初审，再收卡。"), "assign": _("先收卡，再派进批次。"),
    "unassign": _("已经有人去取了，不能收回派单；请他退回。"), "take": _("要先派进批次，而且还没有别人去取。"), "drop": _("只有正在取的单子能退回。"),
    "missing": _("只有正在取的单子能报缺药。"), "retry": _("只有缺药的单子能换医院。"), "represcribe": _("正在取药或缺药时才能改方。"), "refer": _("药取到以后不能再转窗口。"),
    "fetch": _("要先有人去取。"), "check": _("药取到以后才能核对。"), "mismatch": _("药取到以后、送出以前才能报核对不符。"), "witness": _("双人核对以后才能同行见证。"),
    "deliver": _("还没有双人核对，不能送。"), "sign": _("还没有送达，不能签收。"), "hold": _("送到以后才能退药。"), "refund": _("没有等着退款的药。"),
    "exchange": _("没有等着更换的药。"), "return": _("还不到还卡的时候：药取到以后，要签收了才还卡。"), "settle": _("要先签收、还卡，再结算。"),
    "cancel": _("药已经在取了，不能取消；请按退药处理。"), "raise": _("药已经送到，不用再提高急缓。"), "note": _("这一单已经了结。"), "again": _("还没有到另开一单的时候。"),
}  # fmt: skip
LOST_STEPS = (
    _("马上告诉居民，并请居民（或代办）打 12393 医保热线或在医保应用里挂失，防止别人使用。"),
    _("挂失后可用医保电子凭证继续取药，不必等补卡。"),
    _("问清最后在谁手里、什么时候、在哪里：下面的签收链就是证据。"),
    _("补办的新卡交到居民手里后，在这里记“已补办”。"),
)


def act_words(act: str) -> str:
    """An act in words."""
    return str(ACTS.get(act, act))


def amount(minutes: int) -> str:
    """A length of time in the unit that fits it."""
    if minutes < 120:
        return gettext("{n} 分钟").format(n=minutes)
    return (
        gettext("{n} 小时").format(n=minutes // 60)
        if minutes < 2880
        else gettext("{n} 天").format(n=minutes // 1440)
    )


def why(days: int | None, colour: str, raised: str) -> str:
    """Why an order has its colour."""
    said = (
        gettext("没有说还够几天，按当天要办")
        if days is None
        else gettext("已经断药")
        if days == 0
        else gettext("还够 {n} 天").format(n=days)
    )
    return gettext("{said}；有人提高过").format(said=said) if raised and raised == colour else said


def yuan(fen: int) -> str:
    """Fen as yuan."""
    return f"¥{fen / 100:.2f}"
