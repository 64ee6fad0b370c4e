"""Forms of tokens."""

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.api.rules import DAYS, MOST_DAYS


class TokenForm(forms.Form):
    """A new token: what it is for, how long it lives, whether it may change anything."""

    name = forms.CharField(label=_("用途"), max_length=40, help_text=_("例如：大屏、数据上报。"))
    days = forms.IntegerField(label=_("有效天数"), min_value=1, max_value=MOST_DAYS, initial=DAYS)
    may_write = forms.BooleanField(label=_("可以修改数据"), required=False, help_text=_("只是读取就不要勾选。"))
