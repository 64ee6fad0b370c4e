"""Forms of accounts."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from jimu.accounts.models import Grant
from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit


class OpenAccountForm(forms.Form):
    """A new account with one role on one unit."""

    username = forms.CharField(label=_("用户名"), max_length=60)
    display_name = forms.CharField(label=_("显示名"), max_length=40)
    password = forms.CharField(label=_("初始密码"), min_length=10, widget=forms.PasswordInput(render_value=False))
    role = forms.ChoiceField(label=_("职责"), choices=Grant.Role.choices)
    unit = forms.ModelChoiceField(label=_("范围"), queryset=Unit.objects.none())

    def __init__(self, *args: object, actor: Actor, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        wide = [Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD]
        units = Unit.objects.filter(visible(actor, "accounts.manage"), kind__in=wide).order_by("path")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean_password(self) -> str:
        """The password, held to the house's rules."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password
