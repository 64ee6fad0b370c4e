"""The form of one's own record."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.own import rules
from jimu.people.models import Person, Skill
from jimu.people.own_actions import OwnChange
from jimu.people.person_queries import windows_of
from jimu.people.words import LIMIT_WORDS, PAUSED, SKILL_WORDS

LIMITS = [(code, words) for code, words in LIMIT_WORDS.items() if code != PAUSED]
TICKS = forms.CheckboxSelectMultiple


class OwnForm(forms.Form):
    """A week to tap, limits, skills, a phone; with the version that was seen."""

    seen = forms.CharField(widget=forms.HiddenInput)
    any_time = forms.BooleanField(label=_("随时都行"), required=False)
    cells = forms.MultipleChoiceField(label=_("什么时候能来"), choices=[(code, code) for code in rules.codes()], required=False)
    limits = forms.MultipleChoiceField(label=_("请不要安排我"), choices=LIMITS, required=False, widget=TICKS)
    paused = forms.BooleanField(label=_("这段时间不参加（生病、出门、忙），以后再来"), required=False)
    skills = forms.MultipleChoiceField(label=_("我会"), choices=list(SKILL_WORDS.items()), required=False, widget=TICKS)
    phone = forms.CharField(
        label=_("新的手机号"), max_length=30, required=False, help_text=_("不换就留空。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    sure = forms.BooleanField(required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        windows = windows_of(person)
        self.before = rules.cells(windows, any_time=person.times_known and not windows)
        kwargs.setdefault("initial", {
            "seen": person.updated_at.isoformat(), "any_time": person.times_known and not windows,
            "limits": person.limits, "paused": PAUSED in person.limits,
            "skills": list(Skill.objects.filter(person=person).values_list("code", flat=True)),
        })  # fmt: skip
        super().__init__(*args, **kwargs)
        self.person = person

    def week(self) -> list[list[tuple[rules.Cell, bool]]]:
        """The drawn week: each cell with whether it is ticked now."""
        given = set(self.data.getlist("cells")) if self.is_bound and hasattr(self.data, "getlist") else None
        return [[(cell, cell.on if given is None else cell.code in given) for cell in row] for row in self.before]

    def clean_seen(self) -> datetime:
        """The version as a moment."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError as error:
            raise forms.ValidationError(_("请刷新后再改。")) from error

    def change(self) -> OwnChange:
        """The argument of change_own. 'Any time' stands as long as no cell was unticked."""
        given = self.cleaned_data
        ticked = set(given["cells"])
        untouched = ticked == set(rules.codes()) or not self.initial.get("any_time")
        whole_week = given["any_time"] and untouched
        windows = [] if whole_week else rules.windows_of(ticked, self.before)
        return OwnChange(
            windows=windows, known=whole_week or bool(windows), skills=frozenset(given["skills"]), phone=given["phone"],
            limits=frozenset(given["limits"]) | ({PAUSED} if given["paused"] else set()),
        )  # fmt: skip
