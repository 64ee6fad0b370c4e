"""What people type into the pages of training."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit
from jimu.training.queries import trainers_of
from jimu.training.schema import Course


class QuizForm(forms.Form):
    """One group of choices a question."""

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course = course
        for number, question in enumerate(course.quiz):
            self.fields[f"q{number}"] = forms.TypedChoiceField(
                label=question.question, coerce=int, widget=forms.RadioSelect,
                choices=list(enumerate(question.options)), error_messages={"required": _("这一题还没有选。")},
            )  # fmt: skip

    def answers(self) -> list[int | None]:
        """The chosen options in the order of the questions."""
        return [self.cleaned_data.get(f"q{number}") for number in range(len(self.course.quiz))]


class SessionForm(forms.Form):
    """Plan a session."""

    starts_at = forms.DateTimeField(
        label=_("时间"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    unit = forms.ModelChoiceField(label=_("哪里的人参加"), queryset=Unit.objects.none())
    place = forms.CharField(label=_("地点"), max_length=60)
    trainer = forms.TypedChoiceField(label=_("培训师"), coerce=UUID)
    capacity = forms.IntegerField(label=_("名额"), min_value=1, max_value=200, initial=20)

    def __init__(self, *args: Any, actor: Actor, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Unit.objects.filter(visible(actor, "training.plan"), retired_at=None)
        kinds = (Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD, Unit.Kind.BLOCK)
        self.fields["unit"].queryset = places.filter(kind__in=kinds).order_by("path")  # type: ignore[attr-defined]
        self.fields["trainer"].choices = [(t.person_id, t.person.name) for t in trainers_of(course.code)]  # type: ignore[attr-defined]

    def words(self) -> dict[str, Any]:
        """The arguments of the action."""
        data = self.cleaned_data
        starts_at: datetime = data["starts_at"]
        if timezone.is_naive(starts_at):
            starts_at = timezone.make_aware(starts_at)
        names = {"place": data["place"], "capacity": data["capacity"], "trainer_id": data["trainer"]}
        return {"starts_at": starts_at, "unit_id": data["unit"].pk, **names}


class PeopleForm(forms.Form):
    """Ids of people ticked in a list."""

    person = forms.TypedMultipleChoiceField(coerce=UUID, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        given = data.getlist("person")
        self.fields["person"].choices = [(value, value) for value in given]  # type: ignore[attr-defined]

    def people(self) -> list[UUID]:
        """The ids; empty when one of them is no id."""
        return list(self.cleaned_data.get("person", [])) if self.is_valid() else []


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("理由"), max_length=200)
