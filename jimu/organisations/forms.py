"""What people type into the pages of organisations."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core.errors import Invalid
from jimu.grid.models import Unit
from jimu.organisations.actions import MOST, Newcomer, Promise
from jimu.organisations.models import Pledge
from jimu.people.models import Kind
from jimu.people.rules import looks_like_number
from jimu.playbooks.terms import QUALIFICATIONS
from jimu.training.naming import qualification_name

ANY = ("", gettext_lazy("不限"))


class Day(forms.DateInput):
    """A day, as browsers ask for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def places() -> list[tuple[str, str]]:
    """Neighborhoods to choose from."""
    found = Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD, retired_at=None).order_by("path")
    return [(str(pk), name) for pk, name in found.values_list("pk", "name")]


class PledgeForm(forms.Form):
    """A promise of people or of goods: the fields of the other sort are left out."""

    kind = forms.ChoiceField(label=gettext_lazy("人员类别"), required=False, choices=[ANY, *Kind.choices])
    qualification = forms.ChoiceField(label=gettext_lazy("会什么"), required=False)
    item = forms.CharField(label=gettext_lazy("什么物资"), max_length=40, help_text=gettext_lazy("例如：N95 口罩、盒饭、折叠床。"))
    number = forms.IntegerField(label=gettext_lazy("数量"), min_value=1, max_value=MOST)
    measure = forms.CharField(label=gettext_lazy("单位（箱、份、张）"), max_length=10, required=False)
    first_day = forms.DateField(label=gettext_lazy("从哪天"), widget=Day())
    last_day = forms.DateField(label=gettext_lazy("到哪天"), widget=Day())
    unit = forms.ChoiceField(label=gettext_lazy("送到哪里"), required=False, help_text=gettext_lazy("不选：由街道统一安排。"))
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, sort: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sort = sort if sort in Pledge.Sort.values else Pledge.Sort.PEOPLE.value
        for name in ("item", "measure") if self.sort == Pledge.Sort.PEOPLE else ("kind", "qualification"):
            del self.fields[name]
        skills = sorted((qualification_name(code), code) for code in QUALIFICATIONS)
        if "qualification" in self.fields:
            self.fields["qualification"].choices = [ANY, *((code, name) for name, code in skills)]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", _("街道统一安排")), *places()]  # type: ignore[attr-defined]

    def promise(self) -> Promise:
        """What the action takes."""
        given = dict(self.cleaned_data)
        unit = given.pop("unit")
        return Promise(sort=self.sort, unit_id=UUID(unit) if unit else None, **given)


class NewcomerForm(forms.Form):
    """One of the organisation's people."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=20)
    phone = forms.CharField(label=gettext_lazy("手机号"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}))
    kind = forms.ChoiceField(label=gettext_lazy("人员类别"), choices=Kind.choices, initial=Kind.PARTY_MEMBER)
    unit = forms.ChoiceField(label=gettext_lazy("住在哪个居民区"), help_text=gettext_lazy("向单位和住的地方都报到：平时在这里服务。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = places()  # type: ignore[attr-defined]

    def newcomer(self) -> Newcomer:
        """What the action takes."""
        given = self.cleaned_data
        return Newcomer(given["name"], given["kind"], UUID(given["unit"]), given["phone"])


class ContactForm(forms.Form):
    """An account for the organisation's contact; its first password is drawn."""

    username = forms.CharField(label=gettext_lazy("用户名"), max_length=60, validators=[UnicodeUsernameValidator()])
    display_name = forms.CharField(label=gettext_lazy("显示名"), max_length=40, help_text=gettext_lazy("操作记录里显示的称呼。"))

    def clean_username(self) -> str:
        """No phone or ID number: names stand in lists and logs."""
        username: str = self.cleaned_data["username"]
        if looks_like_number(username):
            raise forms.ValidationError(_("用户名里不要放手机号或证件号。"))
        return username


class ArrivalForm(forms.Form):
    """Which of the people named has come."""

    person = forms.UUIDField(required=False)
    note = forms.CharField(required=False, max_length=100)

    @classmethod
    def checked(cls, data: Any) -> dict[str, Any]:
        """The arguments of the action. Raises Invalid."""
        form = cls(data)
        if not form.is_valid():
            raise Invalid(_("请选谁到了，说明不超过 100 字。"), code="bad_number")
        return {"person_id": form.cleaned_data["person"], "note": form.cleaned_data["note"]}


def chosen(data: Any) -> list[UUID]:
    """The people ticked. Raises Invalid."""
    field = forms.UUIDField()
    try:
        return list(dict.fromkeys(field.clean(value) for value in data.getlist("person")))
    except forms.ValidationError:
        raise Invalid(_("请先选要派的人。"), code="nobody") from None
