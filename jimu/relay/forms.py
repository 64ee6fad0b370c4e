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
