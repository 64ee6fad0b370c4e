"""What the pages may send."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.calls import policy, second_level
from jimu.calls.actions import MOST_HOURS
from jimu.calls.answering import LONGEST_REASON, Said
from jimu.calls.models import Answer
from jimu.calls.words import REASON_WORDS
from jimu.core.errors import Invalid
from jimu.core.permissions import Actor


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


class OrganisationForm(forms.Form):
    """What an organisation answers: pass it on to those ticked (`everybody`: to all of its people), so many are sent, or none."""

    answer = forms.ChoiceField(choices=[("pass", ""), ("send", ""), ("no", "")])
    number = forms.IntegerField(required=False)
    everybody = forms.BooleanField(required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.ticked: list[UUID] = []

    @classmethod
    def checked(cls, data: Any) -> Self:
        """The form, filled in. Raises Invalid."""
        form, field = cls(data), forms.UUIDField()
        filled_in(form)
        try:
            form.ticked = [field.clean(one) for one in data.getlist("person")]
        except forms.ValidationError:
            raise Invalid(_("请先勾选要转给谁。"), code="nobody") from None
        return form

    def write(self, *, ask_id: UUID, at: datetime, actor: Actor | None = None) -> None:
        """Have the answer written down. Raises what the actions raise."""
        given = self.cleaned_data
        if given["answer"] == "no":
            second_level.decline(at=at, ask_id=ask_id, actor=actor)
        elif given["answer"] == "send":
            second_level.send(at=at, ask_id=ask_id, number=given["number"] or 0, actor=actor)
        elif given["everybody"]:
            second_level.pass_on_to_all(at=at, ask_id=ask_id, actor=actor)
        else:
            second_level.pass_on(at=at, ask_id=ask_id, person_ids=self.ticked, actor=actor)
