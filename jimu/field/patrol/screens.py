"""The screen of a gate in the phone app: its module, and the words that it says."""

from django.utils.translation import gettext_lazy as _

from jimu.sync.registry import Screen

GATE_SCREEN = Screen(
    "patrol/gate.js", ("patrol/gate.js",),
    {
        "number": _("扫码或输入凭证号"), "out": _("出门"), "in": _("进门"), "holds": _("有效"), "stop": _("不放行"), "let_out": _("放行，出"), "let_in": _("放行，进"), "turn": _("劝回"),
        "unknown": _("名单里没有这张：到期了、被收回了、是别处的，或刚发、抄错了。可以打电话问发证的人。"), "early": _("这张凭证还没有到开始时间。"),
        "ended": _("这张凭证已经到期，不能放行。需要的请重新办理。"), "used": _("这张凭证只能出入一次，已经用过。"), "doctor": _("时间不对，就医照样放行"),
        "ill": _("要去看病的，返回按“没有凭证，就医放行”：先走，再补登记。"), "through": _("{number} 放行，记下了。"), "turned": _("{number} 劝回，记下了。"),
    },
)  # fmt: skip
