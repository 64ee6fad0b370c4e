"""What the journal says of this brick, to read on after a name."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, str | Promise] = {
    "sync.invited": _("发出一个手机登记码"),
    "sync.enrolled": _("登记了一部手机"),
    "sync.prolonged": _("把一部手机的值守延长"),
    "sync.revoked": _("停用一部手机"),
    "sync.wiped": _("清除了手机上的资料"),
    "sync.received": _("从手机传来一批记录"),
    "sync.looked": _("看了一条手机记录的内容"),
    "sync.resolved": _("处理了一条要看的手机记录"),
    "sync.purged": _("清理手机记录的日志 {operations} 条（{days} 天以前的）"),
    "sync.photo_kept": _("收到一张现场照片"),
    "sync.photo_seen": _("查看一张现场照片"),
    "sync.photos_purged": _("删掉到期的现场照片，{photos} 张"),
}
