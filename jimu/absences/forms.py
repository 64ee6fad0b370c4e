"""What the pages may send."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jimu.absences import naming
from jimu.absences.actions import LONGEST_WORDS, Term
from jimu.absences.models import Absence
from jimu.core import clock
from jimu.core.errors import Invalid
from jimu.core.permissions import Actor
from jimu.people.models import Person
from jimu.people.queries import places_for

USUAL_DAYS = 7


class OutForm(forms.Form):
    """Who, until which day, why. Of the ways to say who, one or several together."""

    names = forms.CharField(
        label=_("姓名"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("用空格、顿号或换行隔开；重名的写手机号"),
    )  # fmt: skip
    committee = forms.TypedChoiceField(label=_("整个居委会"), required=False, coerce=UUID, empty_value=None)
    contact = forms.CharField(label=_("和谁同过班"), required=False, max_length=40, help_text=_("连同这位同志，姓名或手机号"))
    days = forms.IntegerField(label=_("往前看几天"), required=False, min_value=1, max_value=naming.MOST_DAYS, initial=3)
    back_on = forms.DateField(label=_("哪天回来"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.ChoiceField(label=_("原因"), choices=Absence.Reason.choices)
    words = forms.CharField(label=_("说明（可不填，加密保存）"), required=False, max_length=LONGEST_WORDS)

    def __init__(self, *args: object, actor: Actor, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self._actor = actor
        places = [place for place in places_for(actor, naming.SEND) if place.kind == "neighborhood"]
        self.fields["committee"].choices = [("", gettext("不选")), *((place.pk, place.name) for place in places)]  # type: ignore[attr-defined]
        self.fields["back_on"].initial = clock.today() + timedelta(days=USUAL_DAYS)

    def people(self, at: datetime) -> list[Person]:
        """Everybody whom the form names, once. Raises Invalid, NotFound."""
        given = self.cleaned_data
        found = {person.pk: person for person in naming.by_names(self._actor, given["names"])}
        if given["committee"]:
            found |= {person.pk: person for person in naming.committee(self._actor, given["committee"])}
        for one in naming.by_names(self._actor, given["contact"]):
            found |= {person.pk: person for person in naming.contacts(self._actor, one.pk, given["days"] or 3, at)}
        if not found:
            raise Invalid(gettext("请写明是谁：填姓名，或选居委会，或填和谁同过班。"), code="nobody")
        return list(found.values())

    def term(self) -> Term:
        """Until when and why."""
        given = self.cleaned_data
        return Term(until_of(given["back_on"]), given["reason"], given["words"])


class ProlongForm(forms.Form):
    """Until which day now."""

    back_on = forms.DateField()


def until_of(day: date) -> datetime:
    """People return with the beginning of their day."""
    return clock.at_minute(day, 0)


def picked(given: QueryDict, name: str = "person") -> Sequence[UUID]:
    """The people that were ticked. Raises Invalid."""
    try:
        return [UUID(word) for word in given.getlist(name)]
    except ValueError as error:
        raise Invalid from error
