"""What the pages may send."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.core import clock
from jimu.roster.actions import LONGEST_DAYS
from jimu.roster.models import StaffRequest
from jimu.roster.standby import MOST

SHORTEST_SOLVE, LONGEST_SOLVE = 5, 600


class DraftForm(forms.Form):
    """From which day, for how many days."""

    first_day = forms.DateField(label=_("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}))
    days = forms.IntegerField(label=_("排几天"), min_value=1, max_value=LONGEST_DAYS, initial=14)

    emergency_reason = forms.CharField(label=_("放宽工时上限的理由"), required=False, max_length=200)

    def clean_first_day(self) -> Any:
        """A roster begins today or later, within a quarter of a year; or yesterday, whose night shift may still be on."""
        day = self.cleaned_data["first_day"]
        if not clock.today() - timedelta(days=1) <= day <= clock.today() + timedelta(days=90):
            raise forms.ValidationError(_("请选昨天到三个月以内的一天。"))
        return day


class SolveForm(forms.Form):
    """How long the engine may think."""

    seconds = forms.TypedChoiceField(
        label=_("最多算多久"),
        coerce=int,
        initial=40,
        choices=[(20, _("20 秒")), (40, _("40 秒")), (60, _("1 分钟")), (180, _("3 分钟"))],
    )


class PlaceForm(forms.Form):
    """Who to put on a seat, and why when a rule gives way."""

    person = forms.UUIDField()
    reason = forms.CharField(required=False, max_length=200)


class SpareForm(forms.Form):
    """How many stand by at a shift."""

    spare = forms.IntegerField(min_value=0, max_value=MOST)


class MoveForm(forms.Form):
    """Which seat to leave for a seat of this shift, and why when a rule gives way."""

    assignment = forms.UUIDField()
    reason = forms.CharField(required=False, max_length=200)


class MoveToForm(forms.Form):
    """Which shift to move to."""

    to = forms.UUIDField()


class VersionForm(forms.Form):
    """The version of the roster that the reader saw."""

    version = forms.IntegerField(min_value=1)


class PublishForm(VersionForm):
    """What the publisher saw: the draft's version, and the roster in force, if any."""

    replaces = forms.UUIDField(required=False)


class SwapForm(forms.Form):
    """With whose seat to change, and why when a rule gives way."""

    other = forms.UUIDField()
    reason = forms.CharField(required=False, max_length=200)


class PinForm(forms.Form):
    """Whether later solves leave the seat alone."""

    pinned = forms.BooleanField(required=False)


class RequestForm(forms.Form):
    """How far the asking of another command is."""

    state = forms.ChoiceField(choices=StaffRequest.State.choices)
    promised = forms.IntegerField(required=False, min_value=0, max_value=9999)
    note = forms.CharField(required=False, max_length=120)

    def clean_promised(self) -> int:
        """Left empty, nobody was promised."""
        return self.cleaned_data["promised"] or 0


class MarkForm(forms.Form):
    """A mark of attendance."""

    mark = forms.ChoiceField(choices=[("arrived", ""), ("absent", ""), ("left", "")])


class SignOffForm(forms.Form):
    """Who stood beside somebody on their first shift: an assignment of the same shift."""

    supervisor = forms.UUIDField()


class MendForm(forms.Form):
    """What was looked at before a repair."""

    token = forms.CharField(max_length=600)
