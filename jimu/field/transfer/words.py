"""What transfer says, in the reader's language."""

from collections.abc import Mapping

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Work
from jimu.field.transfer.models import Transfer

Words = Mapping[str, str | Promise]
S = Transfer.State
NULLS_LAST = F("alarm_at").asc(nulls_last=True)

ACTS: Words = {
    "listed": _("列入名单"), "told": _("电话告知，同意"), "unreachable": _("联系不上"), "refuse": _("不同意转运"), "wants": _("记下特殊需要"),
    "left": _("问了家里留下谁"), "prepare": _("准备好了"), "seat": _("派车"), "unseat": _("退出车次"), "down": _("已下楼"), "inside": _("已回到屋里"),
    "board": _("上车"), "turned": _("去处不收，送回"), "hand": _("到达交接"), "release": _("通知解除"), "home": _("到家"), "close": _("了结"), "cancel": _("取消"),
    "note": _("备注"), "lost_run": _("车没来"), "undo": _("撤销上一步"),
}  # fmt: skip
VERB_WORDS: Words = {
    "transfer.exported": _("导出转运名单 {n} 人"),
    "transfer.listed": _("把一位住户列入转运名单"), "transfer.list_read": _("收进一份转运名单"), "transfer.row_dismissed": _("不列入转运名单里的一行"),
    "transfer.told": _("电话告知一位转运住户"), "transfer.unreachable": _("记下联系不上一位转运住户"), "transfer.refused": _("记下一位住户不同意转运"),
    "transfer.wants": _("记下一位转运住户的特殊需要"), "transfer.left": _("回答一户留下谁"), "transfer.prepared": _("一位转运住户准备好了"),
    "transfer.seated": _("给一位转运住户派车"), "transfer.unseated": _("把一位转运住户退出车次"), "transfer.down": _("一位转运住户下楼"),
    "transfer.inside": _("一位转运住户回到屋里"), "transfer.boarded": _("一位转运住户上车"), "transfer.turned": _("去处不收，送回一位转运住户"),
    "transfer.handed": _("交接一位转运住户"), "transfer.released": _("通知一位转运住户解除"), "transfer.home": _("一位转运住户到家"),
    "transfer.closed": _("了结一位住户的转运"), "transfer.cancelled": _("取消一位住户的转运"), "transfer.noted": _("给一位住户的转运写备注"),
    "transfer.run_lost": _("车没来，退下一位转运住户"), "transfer.undone": _("撤销转运的上一步"), "transfer.revealed": _("查看一位转运住户的姓名和电话"),
    "transfer.why_read": _("查看转运原因"), "transfer.raised": _("转运的事没人管，告诉负责人"), "transfer.left_added": _("记下一户留下的人或物"),
    "transfer.left_cared": _("给留下的人或物定下照看人"), "transfer.left_visited": _("看望留下的人或物"), "transfer.left_ended": _("结束一次照看"),
    "transfer.left_lapsed": _("照看人自己也走了，要另找"), "transfer.run_made": _("排一趟转运车"), "transfer.run_manned": _("排定转运车的陪护"),
    "transfer.run_ordered": _("调整转运车接人的顺序"), "transfer.run_came": _("转运车到了"), "transfer.run_delayed": _("转运车改时间"), "transfer.run_failed": _("转运车没来"),
    "transfer.run_left": _("转运车开走"), "transfer.run_over": _("转运车送到"), "transfer.run_redirected": _("转运车改去处"), "transfer.manifest_read": _("打印一趟转运车的接人单"),
    "transfer.destination_added": _("登记一个转运去处"), "transfer.destination_withdrawn": _("一个转运去处不收了"),
    "transfer.key_collected": _("收下一户的钥匙"), "transfer.key_offered": _("交出一户的钥匙，等对方签收"), "transfer.key_withdrawn": _("收回交出的钥匙"),
    "transfer.key_taken": _("签收一户的钥匙"), "transfer.key_returned": _("把钥匙还给一户"), "transfer.key_lost": _("报失一户的钥匙"), "transfer.key_found": _("找到一户的钥匙"),
    "transfer.key_replaced": _("一户换锁"), "transfer.disinfection_asked": _("安排一次终末消毒"), "transfer.disinfection_signed": _("签一次终末消毒"),
    "transfer.disinfection_dropped": _("取消一次终末消毒"), "transfer.forgotten": _("清除到期的转运记录"),
}  # fmt: skip
#: Kinds of work as who leads the people counts them.
VISIT, RUN = "transfer.visit", "transfer.run"
WORKS: Mapping[str, Work] = {
    VISIT: Work(_("看望留下的"), {"transfer.left_visited": ""}),
    RUN: Work(_("陪护转运车"), {"transfer.run_over": ""}),
}
#: What somebody has to do next.
NEXT: Words = {
    S.LISTED: _("等电话告知"), S.UNREACHABLE: _("再打，打不通上门"), S.REFUSED: _("请负责人上门解释"), S.TOLD: _("等准备物品、问清家里留下谁"), S.READY: _("等派车"),
    S.SEATED: _("等车到，再下楼"), S.DOWN: _("在楼下等，等着上车"), S.OUTSIDE: _("车没来：请人回屋，再点“已回屋”"), S.BOARDED: _("路上，到了要交接签字"),
    S.ARRIVED: _("在隔离点或医院，等解除"), S.RELEASED: _("等到家"), S.HOME: _("还钥匙、停照看，再了结"), S.CLOSED: _("已了结"), S.CANCELLED: _("已取消"),
}  # fmt: skip
#: What an act wants first.
WANTS_FIRST: Words = {
    "told": _("只有等告知、联系不上或不同意的人要打电话。"), "unreachable": _("已经下楼或上车了，不会联系不上。"), "refuse": _("已经上车了；到了再说，请打电话给陪护。"),
    "wants": _("已经上车了，特殊需要请直接告诉陪护和去处。"), "left": _("这一次转运已经了结。"), "prepare": _("先电话告知，再准备。"), "seat": _("先准备好，再派车。"),
    "unseat": _("没有派车，或已经下楼。"), "down": _("还没派车，先别让人下楼。"), "inside": _("没有在楼下等着。"), "board": _("要先派车。"), "turned": _("不在车上。"),
    "hand": _("要先上车，再交接。"), "release": _("还没有交接，或已经解除。"), "home": _("还没有到隔离点或医院。"), "close": _("到家以后才能了结。"),
    "cancel": _("人已经走了，不能取消。"), "note": _("这一次转运已经了结。"), "lost_run": _("没有在等这趟车。"),
}  # fmt: skip
WANT_WORDS: Words = {"wheelchair": _("轮椅"), "stretcher": _("担架"), "oxygen": _("吸氧"), "dialysis": _("血液透析"), "pregnant": _("孕产")}
FEATURES: Words = {"wheelchair": _("能上轮椅"), "stretcher": _("能上担架"), "oxygen": _("有氧气")}
OFFERS: Words = {"dialysis": _("能做血透"), "oxygen": _("有氧气"), "pregnant": _("能收孕产妇")}
FIELDS: Words = {"name": _("姓名"), "phone": _("电话"), "id_number": _("身份证号"), "door": _("门牌"), "why": _("原因")}
#: What whoever calls says, in this order.
SCRIPT = (
    _("先说您是谁、从哪里打来，核对是不是本人；不在电话里对别人说原因。"),
    _("说清：去哪里、大概几点来车、几号门上车、会有人陪着。时间没定就说没定，不许诺。"),
    _("问家里：您走了以后，老人、孩子、要照护的人、猫狗谁管？煤气、灶、电器关了吗？家里有人要按时用药吗？"),
    _("问身体：要不要轮椅、担架、吸氧；做不做血透；是不是怀孕；未满 18 岁谁陪。"),
    _("说带什么：照准备清单念一遍，药和证件最要紧。"),
    _("问还有什么难处，记下来。不愿意走的不争，记“不同意”，由负责人上门。"),
)


def act_words(act: str) -> str:
    """An act in words."""
    return str(ACTS.get(act, act))


def amount(minutes: int) -> str:
    """A length of time in the unit that fits it."""
    if minutes < 120:
        return gettext("{n} 分钟").format(n=minutes)
    return gettext("{n} 小时").format(n=minutes // 60) if minutes < 2880 else gettext("{n} 天").format(n=minutes // 1440)


def wants_words(wants: list[str]) -> str:
    """What somebody wants, for the desk."""
    return "、".join(str(WANT_WORDS[one]) for one in wants if one in WANT_WORDS)
