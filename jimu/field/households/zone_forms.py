"""What people type into the pages of zones, cases and contacts."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.core.permissions import Actor, visible
from jimu.field.households import zone_policies
from jimu.field.households.models import Contact, Referral
from jimu.field.households.words import WAY_WORDS, ZONE_WORDS
from jimu.grid.models import Unit

DATE = {"type": "date"}
BASIS = _("依据（哪份通告、哪一条）")


class PolicyForm(forms.Form):
    """A policy to adopt."""

    unit = forms.ChoiceField(label=_("适用范围"))
    name = forms.ChoiceField(label=_("政策"))
    effective_from = forms.DateField(label=_("从哪天起"), widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE))
    legal_basis = forms.CharField(label=BASIS, max_length=200)
    carry = forms.BooleanField(label=_("正在管控的楼也改按新政策（天数接着算，期限只会缩短）"), required=False)

    def __init__(self, *args: Any, units: list[Unit], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(str(u.pk), u.name) for u in units]  # type: ignore[attr-defined]
        names = {policy.name: policy.title for policy, _text in reversed(zone_policies.shelf())}
        self.fields["name"].choices = list(names.items())[::-1]  # type: ignore[attr-defined]
        self.fields["effective_from"].initial = today

    def given(self) -> dict[str, Any]:
        """The arguments of adopt_policy."""
        unit, rest = self.cleaned_data["unit"], {name: value for name, value in self.cleaned_data.items() if name != "unit"}
        return {**rest, "unit_id": UUID(unit)}


class ZoneForm(forms.Form):
    """A zone for some buildings."""

    where = forms.ChoiceField(label=_("哪里（网格块就是里面所有的楼）"))
    track = forms.ChoiceField(label=_("划为"), choices=[("", _("请选择")), *ZONE_WORDS.items()])
    day_one = forms.DateField(label=_("第 1 天"), widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE))
    legal_basis = forms.CharField(label=BASIS, max_length=200)

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = (Unit.Kind.NEIGHBORHOOD, Unit.Kind.BLOCK, Unit.Kind.BUILDING)
        self.units = list(Unit.objects.filter(visible(actor, "households.zones"), kind__in=kinds, retired_at=None).order_by("path"))
        least = min((unit.depth for unit in self.units), default=0)
        # Nothing is chosen beforehand: a closure must be meant.
        self.fields["where"].choices = [("", _("请选择"))] + [(str(u.pk), "　" * (u.depth - least) + u.name) for u in self.units]  # type: ignore[attr-defined]
        self.fields["day_one"].initial = today

    def given(self) -> dict[str, Any]:
        """The arguments of set_zones."""
        values = dict(self.cleaned_data)
        where = values.pop("where")
        wanted = next(unit for unit in self.units if str(unit.pk) == where)
        inside = [unit.pk for unit in self.units if unit.kind == Unit.Kind.BUILDING and unit.path.startswith(wanted.path)]
        return {**values, "building_ids": inside}


class ProlongForm(forms.Form):
    """A later end."""

    ends_on = forms.DateField(label=_("延长到"), widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE))
    legal_basis = forms.CharField(label=BASIS, max_length=200)


class ReleaseForm(forms.Form):
    """An end before its time."""

    why = forms.CharField(label=_("解除依据"), max_length=200)


class CaseForm(forms.Form):
    """A resident who tested positive."""

    found_on = forms.DateField(label=_("检出日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE))
    day_one = forms.DateField(label=_("楼栋第 1 天（不填就是检出日期）"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE))
    way = forms.ChoiceField(label=_("怎么查出的"), choices=list(WAY_WORDS.items()))
    legal_basis = forms.CharField(label=_("这栋楼封控的依据（哪份通告、哪一条）"), max_length=200, required=False)
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    @staticmethod
    def known(given: Mapping[str, Any]) -> dict[str, Any]:
        """What a page that leads here knows already: the day and the way; what is neither is left out."""
        known: dict[str, Any] = {"way": given["way"]} if given.get("way") in WAY_WORDS else {}
        with suppress(ValueError):
            known["found_on"] = date.fromisoformat(given.get("found_on", ""))
        return known


class ExposureForm(forms.Form):
    """How somebody was near a case."""

    setting = forms.ChoiceField(label=_("怎么接触的"), choices=Referral.Setting.choices)
    kind = forms.ChoiceField(label=_("算作"), choices=Contact.Kind.choices)
    exposed_on = forms.DateField(label=_("最近一次接触是哪天"), widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE))

    def given(self) -> dict[str, Any]:
        """The arguments of the actions."""
        return dict(self.cleaned_data)


class NearForm(ExposureForm):
    """A contact who was found on the ledger."""

    resident = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": _("请先找到这位住户，再勾选。")})

    def given(self) -> dict[str, Any]:
        """The arguments of add_contact."""
        return {("resident_id" if name == "resident" else name): value for name, value in self.cleaned_data.items()}


class AwayForm(ExposureForm):
    """A contact of whom only words are known."""

    unit = forms.ChoiceField(label=_("住在哪个居民区"))
    words = forms.CharField(
        label=_("是谁、住哪里"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("写那边找得到人就够：怎么称呼、几号楼几室、电话。不要写阳性是谁。")
    )
    field_order = ("unit", "words", "setting", "kind", "exposed_on")

    def __init__(self, *args: Any, units: list[Unit], own: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("请选择")), *((str(u.pk), u.name) for u in units if u.pk != own.pk)]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """The arguments of refer."""
        return {("unit_id" if name == "unit" else name): UUID(value) if name == "unit" else value for name, value in self.cleaned_data.items()}


class TakeForm(forms.Form):
    """Who it is, or why not."""

    resident = forms.UUIDField(required=False)
    why = forms.ChoiceField(required=False, choices=[("", ""), *Referral.Refusal.choices])
