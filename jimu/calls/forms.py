"""What the pages may send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.calls import policy
from jimu.calls.actions import MOST_HOURS
from jimu.calls.answering import LONGEST_REASON, Said
from jimu.calls.models import Answer
from jimu.calls.words import REASON_WORDS
from jimu.core.errors import Invalid


def filled_in(form: forms.Form) -> dict[str, Any]:
    """The values of a form. Raises Invalid with its first complaint."""
    if not form.is_valid():
        raise Invalid(str(next(iter(form.errors.values()))[0]))
    return form.cleaned_data


class BeginForm(forms.Form):
    """What to call for: a place or an incident, and how far ahead."""

    unit = forms.UUIDField(required=False)
    incident = forms.UUIDField(required=False)
    shift = forms.UUIDField(required=False)
    hours = forms.IntegerField(label=_("多少小时内的班"), min_value=1, max_value=MOST_HOURS, initial=24)
    note = forms.CharField(label=_("附言（可不填）"), required=False, max_length=policy.LONGEST_NOTE)


class AnswerForm(forms.Form):
    """What somebody says to an offer."""

    word = forms.ChoiceField(choices=Answer.Word.choices)
    reason = forms.ChoiceField(choices=[("", ""), *REASON_WORDS.items()], required=False)
    words = forms.CharField(required=False, max_length=LONGEST_REASON)

    def said(self) -> Said:
        """The answer. Raises Invalid."""
        given = filled_in(self)
        return Said(given["word"], given["reason"], given["words"])


class PickForm(forms.Form):
    """Who takes which seat by the lead's word."""

    shift = forms.UUIDField()
    person = forms.UUIDField()
