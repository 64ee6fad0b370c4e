"""Sign-up's vocabulary in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FLAG_WORDS: Mapping[str, str | Promise] = {
    "shared_phone": _("同一手机号，还有别的姓名"),
    "two_ids": _("同名同手机号，身份证号不同"),
    "same_name": _("本居民区有同名的人"),
}
