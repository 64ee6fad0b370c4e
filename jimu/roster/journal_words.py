"""What the journal says of this brick, to read on after a name."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, str | Promise] = {
    "roster.drafted": _("新建排班草稿"),
    "roster.spare_set": _("调整一个班次的待命人数"),
    "roster.stepped_in": _("待命的人顶上空岗"),
    "roster.solved": _("排班算完"),
    "roster.published": _("发布排班"),
    "roster.superseded": _("排班被新的一份替代"),
    "roster.discarded": _("删除排班草稿"),
    "roster.exported": _("导出排班"),
    "roster.request_noted": _("登记商请进展"),
    "roster.assigned": _("把一人排上岗"),
    "roster.moved": _("把一人调到别的岗位"),
    "roster.released": _("把一人换下岗"),
    "roster.swapped": _("让两人对换"),
    "roster.mended": _("补空岗，改动最小"),
    "roster.mend_undone": _("撤销一次补空岗"),
    "roster.pinned": _("固定一人的岗位"),
    "roster.unpinned": _("不再固定一人的岗位"),
    "attendance.arrived": _("签到：一人已到岗"),
    "attendance.left": _("签到：一人已离岗"),
    "attendance.absent": _("登记一人未到岗"),
    "roster.taken": _("应召排上一个班次"),
    "roster.given_back": _("应召后来不了，空出一个班次"),
    "roster.freed_by_loan": _("因借调空出一个班次"),
    "roster.freed_by_withdrawal": _("单位撤回，空出一个班次"),
}
