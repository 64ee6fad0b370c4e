"""What organisations write into the journal, in plain words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, str | Promise] = {
    "organisations.pledged": _("记下单位的一笔承诺"),
    "organisations.named": _("为承诺点名派人"),
    "organisations.arrived": _("登记承诺的人或物资已到"),
    "organisations.withdrawn": _("撤回单位的一笔承诺"),
    "organisations.registered": _("登记本单位的人"),
}
