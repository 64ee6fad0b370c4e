"""What people type into the pages of teams."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core.errors import Invalid
from jimu.teams.allotting import MOST, Weights


class ClaimForm(forms.Form):
    """Somebody for a seat, with a reason where the gate is shut."""

    person = forms.UUIDField()
    reason = forms.CharField(max_length=200, required=False)

    @classmethod
    def checked(cls, data: Any) -> dict[str, Any]:
        """The arguments of the action. Raises Invalid."""
        form = cls(data)
        if not form.is_valid():
            raise Invalid(_("请先选一个人；破例的理由不超过 200 字。"))
        return {"person_id": form.cleaned_data["person"], "override_reason": form.cleaned_data["reason"]}


class SeatPersonForm(forms.Form):
    """A seat."""

    seat = forms.UUIDField()

    @classmethod
    def checked(cls, data: Any) -> UUID:
        """The seat's id. Raises Invalid."""
        form = cls(data)
        if not form.is_valid():
            raise Invalid(_("请先选一个席位。"))
        seat: UUID = form.cleaned_data["seat"]
        return seat


class WeightsForm(forms.Form):
    """The sliders of an allotment."""

    households = forms.IntegerField(label=gettext_lazy("户数"), min_value=0, max_value=MOST, help_text=gettext_lazy("户数越多，活越多"))
    elders = forms.IntegerField(label=gettext_lazy("老人"), min_value=0, max_value=MOST, help_text=gettext_lazy("老人多，上门和配药多"))
    posts = forms.IntegerField(label=gettext_lazy("岗位工时"), min_value=0, max_value=MOST, help_text=gettext_lazy("这次响应每天要多少人时"))
    stay = forms.IntegerField(label=gettext_lazy("留在原处"), min_value=0, max_value=MOST, help_text=gettext_lazy("越大，越少动人"))
    skills = forms.IntegerField(label=gettext_lazy("技能搭配"), min_value=0, max_value=MOST, help_text=gettext_lazy("越大，越先配齐会的人"))
    near = forms.IntegerField(label=gettext_lazy("就近"), min_value=0, max_value=MOST, help_text=gettext_lazy("越大，越照顾住得近"))

    @classmethod
    def of(cls, weights: Weights) -> "WeightsForm":
        """Sliders that stand as given."""
        form = cls(initial=weights.as_dict())
        for bound in form:
            bound.field.widget = forms.NumberInput(
                attrs={"type": "range", "min": 0, "max": MOST, "step": 5 if bound.name in cls.work else 1, "aria-describedby": f"{bound.name}-help"}
            )
        return form

    work = ("households", "elders", "posts")

    @classmethod
    def checked(cls, data: Any) -> Weights:
        """The weights that were given. Raises Invalid."""
        form = cls(data)
        if not form.is_valid():
            raise Invalid(_("权重应是 0 到 {most} 的整数。").format(most=MOST))
        return Weights.of(form.cleaned_data)


class AdjustForm(forms.Form):
    """Where one person goes by hand, and why; with the version of the allotment that was seen."""

    unit = forms.UUIDField()
    reason = forms.CharField(max_length=200, required=False)
    version = forms.IntegerField(min_value=1)

    @classmethod
    def checked(cls, data: Any) -> dict[str, Any]:
        """The arguments of the action. Raises Invalid."""
        form = cls(data)
        if not form.is_valid():
            raise Invalid(_("请先选一个居民区；理由不超过 200 字。"))
        return {"unit_id": form.cleaned_data["unit"], "reason": form.cleaned_data["reason"], "version": form.cleaned_data["version"]}


class VersionForm(forms.Form):
    """The version of an allotment that was seen."""

    version = forms.IntegerField(min_value=1)

    @classmethod
    def checked(cls, data: Any) -> int:
        """The version. Raises Invalid."""
        form = cls(data)
        if not form.is_valid():
            raise Invalid(_("页面已过时，请刷新后再试。"))
        version: int = form.cleaned_data["version"]
        return version
