"""What the pages may send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.core.errors import Invalid
from jimu.relay import policy
from jimu.relay.handover_actions import LONGEST_AMOUNT, LONGEST_TEXT
from jimu.relay.models import HandoverAnswer, HandoverItem


def filled_in(form: forms.Form) -> dict[str, Any]:
    """The values of a form. Raises Invalid with its first complaint."""
    if not form.is_valid():
        raise Invalid(str(next(iter(form.errors.values()))[0]))
    return form.cleaned_data


class OpenForm(forms.Form):
    """Which duty, at which turn."""

    incident = forms.UUIDField()
    post = forms.CharField(required=False, max_length=40)
    turn = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M:%S%z"])


class ItemForm(forms.Form):
    """One thing to hand over."""

    kind = forms.ChoiceField(label=_("类别"), choices=HandoverItem.Kind.choices)
    text = forms.CharField(
        label=_("内容"), max_length=LONGEST_TEXT, error_messages={"required": _("请写明要交接的内容。")}
    )
    amount = forms.CharField(label=_("数量（可不填）"), required=False, max_length=LONGEST_AMOUNT)


class AnswerForm(forms.Form):
    """What the incoming lead says of an item."""

    verdict = forms.ChoiceField(choices=HandoverAnswer.Verdict.choices)
    sentence = forms.CharField(required=False, max_length=LONGEST_TEXT)


class AcceptForm(forms.Form):
    """Accept, or go on for want of somebody else."""

    stays = forms.BooleanField(required=False)


class PolicyForm(forms.Form):
    """How soon a handover must be accepted."""

    accept_minutes = forms.IntegerField(
        label=_("接班后几分钟内要接收"), min_value=policy.LEAST_MINUTES, max_value=policy.MOST_MINUTES
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        max_length=200, error_messages={"required": _("请用一句话写明原因，例如“发热，在家休息”。")}
    )


class CorrectForm(ReasonForm):
    """How many minutes it really was, and why."""

    minutes = forms.IntegerField(min_value=0, max_value=24 * 60, error_messages={"required": _("请写明实际多少分钟。")})


class RestForm(ReasonForm):
    """How many days of rest, and why."""

    days = forms.IntegerField(min_value=1, max_value=14)


class CoverForm(forms.Form):
    """Who takes the seat."""

    person = forms.UUIDField(error_messages={"required": _("请选一位同志。")})
    reason = forms.CharField(required=False, max_length=200)


class SwapForm(forms.Form):
    """Which seat to exchange with."""

    seat = forms.UUIDField(error_messages={"required": _("请选一个班次。")})
    reason = forms.CharField(required=False, max_length=200)


class EmergencyForm(ReasonForm):
    """Where to move somebody, and why."""

    to = forms.UUIDField(error_messages={"required": _("请选一个班次。")})


class ReplyForm(forms.Form):
    """Yes or no to what a colleague asks."""

    yes = forms.BooleanField(required=False)
    sentence = forms.CharField(required=False, max_length=200)


class DecideForm(forms.Form):
    """Granted or not."""

    grant = forms.BooleanField(required=False)
    sentence = forms.CharField(required=False, max_length=200)


class SignForm(forms.Form):
    """In or out."""

    going = forms.ChoiceField(choices=[("in", _("签到")), ("out", _("签退"))])


class SelfSignForm(SignForm):
    """In or out, and where one stands."""

    place = forms.CharField(max_length=80, error_messages={"required": _("请写明您在哪里，例如“北门岗亭”。")})


class AbsentForm(forms.Form):
    """Why somebody did not come."""

    why = forms.CharField(max_length=80, error_messages={"required": _("请写明原因，或写“联系不上”。")})


class ApproveForm(forms.Form):
    """For which day, and why."""

    day = forms.DateField()
    reason = forms.CharField(max_length=120, error_messages={"required": _("请写明为什么非请他不可。")})


class CloseForm(forms.Form):
    """Thanks, and what becomes of what is open."""

    thanks = forms.CharField(required=False, max_length=200)
    left_words = forms.CharField(required=False, max_length=200)
