"""Forms of the grid."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.grid.actions import FACTS, MOST
from jimu.grid.models import Unit
from jimu.grid.rules import names_of
from jimu.grid.tree_actions import Naming
from jimu.grid.words import FACT_WORDS


class FactsForm(forms.Form):
    """The numbers of a unit, with those that the editor saw."""

    def __init__(self, *args: Any, unit: Unit, names: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in names or FACTS:
            value = getattr(unit, name)
            number = forms.IntegerField(label=FACT_WORDS[name], min_value=0, max_value=MOST, required=False, initial=value)
            number.widget.attrs["inputmode"] = "numeric"
            self.fields[name] = number
            self.fields[f"seen_{name}"] = forms.IntegerField(required=False, initial=value, widget=forms.HiddenInput)

    def values(self) -> dict[str, int | None]:
        """The numbers that were given, by name."""
        return {name: self.cleaned_data[name] for name in FACTS if name in self.cleaned_data}

    def seen(self) -> Mapping[str, int | None]:
        """The numbers that the editor saw, by name."""
        return {name: self.cleaned_data[f"seen_{name}"] for name in FACTS if f"seen_{name}" in self.cleaned_data}


class CreateForm(forms.Form):
    """New units in a unit: one level, one or many names."""

    kind = forms.ChoiceField(label=_("级别"), choices=Unit.Kind.choices)
    names = forms.CharField(label=_("名称"), max_length=2000)

    def clean_names(self) -> list[str]:
        """Ranges written out."""
        return names_of(self.cleaned_data["names"])


class NamingForm(forms.Form):
    """How a unit is called, with what the editor saw."""

    name = forms.CharField(label=_("名称"), max_length=60)
    short_name = forms.CharField(label=_("简称"), max_length=60, required=False)
    code = forms.CharField(label=_("编码"), max_length=20, required=False)
    note = forms.CharField(label=_("备注"), max_length=300, required=False)
    seen_name = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    seen_short_name = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    seen_code = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    seen_note = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, unit: Unit) -> "NamingForm":
        """A form that shows a unit as it is."""
        names = ("name", "short_name", "code", "note")
        return cls(initial={name: getattr(unit, name) for name in names} | {f"seen_{name}": getattr(unit, name) for name in names})

    def naming(self, prefix: str = "") -> Naming:
        """What was given, or with the prefix `seen_` what was seen."""
        given = self.cleaned_data
        return Naming(**{name: given[prefix + name] for name in ("name", "short_name", "code", "note")})


class MoveForm(forms.Form):
    """Where a neighborhood goes."""

    parent = forms.UUIDField(label=_("调到"))


class RetireForm(forms.Form):
    """Why a unit is taken out of use."""

    reason = forms.CharField(label=_("理由"), max_length=200)
