"""What supplies say, in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Work

Words = Mapping[str, str | Promise]

STAGE_WORDS: Words = {"waiting": _("待消杀"), "resting": _("静置中"), "ready": _("可发放"), "expired": _("已过期")}
STAGE_TONES: Mapping[str, str] = {"waiting": "warn", "resting": "warn", "ready": "good", "expired": "bad"}
VERB_WORDS: Words = {
    "supplies.arrived": _("登记到货：{item} {number} {measure}"),
    "supplies.disinfected": _("消杀一批物资：{item}"),
    "supplies.counted": _("清点 {item}：{number} {measure}，出入 {off}"),
    "supplies.packed": _("分拣 {item}：{number} 份"),
    "supplies.thanked": _("向捐赠方致谢：{item}"),
    "supplies.lost": _("登记缺损：{item} {number} {measure}"),
    "supplies.found": _("找回：{item} {number} {measure}"),
    "supplies.back": _("退回来处：{item} {number} {measure}"),
    "supplies.mistyped": _("更正到货：多写了 {item} {number} {measure}"),
    "supplies.spare": _("发出备用：{item} {number} {measure}"),
    "supplies.transfer_sent": _("调出 {item} {number} {measure} 到{place}"),
    "supplies.transfer_signed": _("签收调来{place}的 {item}：点到 {number} {measure}，出入 {off}"),
    "supplies.transfer_cancelled": _("收回没有送走的 {item} {number} {measure}"),
    "supplies.planned": _("定发放计划“{title}”：{buildings} 栋楼 {portions} 份"),
    "supplies.plan_closed": _("结束发放计划“{title}”"),
    "supplies.issued": _("发出“{title}”：{building} {portions} 份"),
    "supplies.signed": _("签收“{title}”：{building} 点到 {portions} 份，出入 {off}"),
    "supplies.brought_back": _("退回库里“{title}”：{building} {portions} 份"),
    "supplies.delivered": _("入户“{title}”：{doors} 户"),
    "supplies.leader_registered": _("登记一位团长"),
    "supplies.leader_checked": _("核对一位团长"),
    "supplies.leader_stopped": _("停止一位团长"),
    "supplies.buy_opened": _("发起团购“{title}”"),
    "supplies.buy_cancelled": _("取消团购“{title}”"),
    "supplies.orders_taken": _("录入团购“{title}”的接龙：{orders} 单"),
    "supplies.slot_opened": _("团购“{title}”开放一个时段：{orders} 单"),
    "supplies.orders_assigned": _("团购“{title}”：{orders} 单归到一个时段"),
    "supplies.parcels_sent": _("团购“{title}”装车：{building} {parcels} 包"),
    "supplies.parcels_signed": _("签收团购“{title}”：{building} 点到 {parcels} 包，出入 {off}"),
    "supplies.parcels_brought": _("团购“{title}”入户：{building} {doors} 户"),
    "supplies.parcel_undone": _("更正团购“{title}”：{building} 有 {parcels} 包没有送到"),
    "supplies.parcel_back": _("团购“{title}”退回库里：{building} {parcels} 包"),
    "supplies.order_handed": _("交付团购“{title}”的一单"),
    "supplies.forgotten": _("到期清除物资里的姓名、电话和备注 {n} 条"),
    "supplies.undone": _("更正“{title}”：{room} 没有送到"),
}
#: Kinds of work as who leads the people counts them.
BRING = "supplies.bring"
DELIVERED = "supplies.delivered"
WORKS: Mapping[str, Work] = {BRING: Work(_("物资送到门口"), {DELIVERED: "doors", "supplies.parcels_brought": "doors"})}
