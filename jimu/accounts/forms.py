"""Forms of accounts."""

from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.accounts import rules
from jimu.accounts.models import Grant
from jimu.core.permissions import Actor, under
from jimu.grid.models import Unit
from jimu.people.queries import places_for
from jimu.people.rules import looks_like_number


class GrantForm(forms.Form):
    """A role on a unit of the actor's part. `inside` names a block or a building within the place chosen."""

    role = forms.ChoiceField(label=gettext_lazy("职责"), choices=Grant.Role.choices, initial=Grant.Role.SECRETARY)
    unit = forms.ChoiceField(label=gettext_lazy("范围"))
    inside = forms.CharField(
        label=gettext_lazy("其中的网格块或楼栋"), max_length=60, required=False,
        help_text=gettext_lazy("块长、楼组长要填，例如：第2网格块、12号楼。别的职责不填。"),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {str(unit.pk): unit for unit in places_for(actor, rules.RIGHT)}
        top = min((unit.depth for unit in self.places.values()), default=1)
        names = [(key, "　" * (unit.depth - top) + unit.name) for key, unit in self.places.items()]
        self.fields["unit"].choices = names  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Put the unit itself in place of what was chosen and written."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        place, inside = self.places.get(given.get("unit", "")), given.pop("inside", "").strip()
        if place is None or "role" not in given:
            return given
        found = self._inside(place, inside) if inside else place
        if found and not rules.fits(given["role"], found.kind):
            kinds = "、".join(str(Unit.Kind(kind).label) for kind in rules.KINDS_OF[given["role"]])
            self.add_error("unit" if given["role"] == Grant.Role.SECRETARY else "inside", _wrong_kind(given["role"], kinds))
        given["unit"] = found
        return given

    def _inside(self, place: Unit, words: str) -> Unit | None:
        named = Q(name=words) | Q(short_name=words) | Q(code=words)
        units: list[Unit] = list(Unit.objects.filter(under([place.path]), named, depth__gt=place.depth, retired_at=None).order_by("path")[:2])
        if len(units) == 1:
            return units[0]
        if units:
            self.add_error("inside", _("{place}里不止一处叫“{words}”，请填编码。").format(place=place.name, words=words))
        else:
            self.add_error("inside", _("{place}里没有“{words}”，请照网格页上的名称填。").format(place=place.name, words=words))
        return None


def _wrong_kind(role: str, kinds: str) -> str:
    return _("{role}的范围要是{kinds}。").format(role=Grant.Role(role).label, kinds=kinds)


class OpenAccountForm(GrantForm):
    """A new account with one role on one unit. Its first password is drawn, not typed."""

    username = forms.CharField(
        label=gettext_lazy("用户名"), max_length=60, validators=[UnicodeUsernameValidator()],
        help_text=gettext_lazy("登录时输入，汉字或拼音都可以。不要用手机号。"),
    )  # fmt: skip
    display_name = forms.CharField(label=gettext_lazy("显示名"), max_length=40, help_text=gettext_lazy("操作记录里显示的称呼，例如：甲一沈书记。"))
    field_order = ("username", "display_name", "role", "unit", "inside")

    def clean_username(self) -> str:
        """No phone or ID number: names stand in lists and logs."""
        username: str = self.cleaned_data["username"]
        if looks_like_number(username):
            raise forms.ValidationError(_("用户名里不要放手机号或证件号。"))
        return username


class PasswordForm(forms.Form):
    """One's own new password, with the old one."""

    old = forms.CharField(label=gettext_lazy("现在的密码"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    new = forms.CharField(
        label=gettext_lazy("新密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("至少 10 个字符，不能全是数字，不要用常见的密码或自己的名字。"),
    )  # fmt: skip
    again = forms.CharField(label=gettext_lazy("新密码再输一次"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, *args: Any, account: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_old(self) -> str:
        """The password that is in force."""
        old: str = self.cleaned_data["old"]
        if not self.account.check_password(old):
            raise forms.ValidationError(_("现在的密码不对，请再输一次。忘记了请指挥长重置。"))
        return old

    def clean_again(self) -> str:
        """The same twice."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new"):
            raise forms.ValidationError(_("两次输入的新密码不一样。"))
        return again
