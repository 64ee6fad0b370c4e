"""Forms of phones."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.accounts.models import Grant

HOURS = [(8, _("8 小时")), (12, _("12 小时")), (24, _("1 天")), (72, _("3 天")), (168, _("7 天")), (720, _("30 天"))]


class InviteForm(forms.Form):
    """Whose phone, on which part, for how long."""

    grant = forms.ChoiceField(label=_("给谁，在哪一片"))
    label = forms.CharField(label=_("怎么称呼这部手机"), max_length=40, required=False, help_text=_("例如：小米、红外壳。不填就用姓名。"))
    hours = forms.TypedChoiceField(label=_("值守多久"), choices=HOURS, coerce=int, initial=12, help_text=_("到时手机上的资料会自动清除。"))

    def __init__(self, *args: Any, offered: list[Grant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(grant.pk): grant for grant in offered}
        names = [(key, f"{grant.account.display_name or grant.account.username} · {grant.unit.name} · {grant.get_role_display()}") for key, grant in self.offered.items()]
        self.fields["grant"].choices = names  # type: ignore[attr-defined]

    def clean_grant(self) -> Grant:
        """The grant itself in place of its key."""
        return self.offered[self.cleaned_data["grant"]]


class ResolveForm(forms.Form):
    """Which version stays."""

    take = forms.ChoiceField(choices=[("phone", "phone"), ("here", "here")])
