"""What people send from the pages of screening."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.core.errors import Invalid
from jimu.core.permissions import Actor, under
from jimu.field.screening import calling, queries, rules
from jimu.field.screening.models import Round, Settlement, Site, Tube
from jimu.field.screening.scanning import LONGEST_TUBE, MOST_TABLE
from jimu.field.screening.setting_up import MOST_STAFF, Wanted
from jimu.field.screening.words import REASONS
from jimu.grid.models import Unit

PLAIN = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
MOMENT = "%Y-%m-%dT%H:%M"


class Checked(forms.Form):
    """A form that is read at once. Raises Invalid with the first fault."""

    @classmethod
    def of(cls, given: Any, **more: Any) -> dict[str, Any]:
        """The cleaned values."""
        form = cls(given, **more)
        if not form.is_valid():
            name, faults = next(iter(form.errors.items()))
            label = form.fields[name].label if name in form.fields else ""
            raise Invalid(f"{label}：{faults[0]}" if label else str(faults[0]), field=name)
        return dict(form.cleaned_data)


class SiteForm(forms.Form):
    """A site to set up."""

    unit = forms.ModelChoiceField(label=_("在哪里"), queryset=Unit.objects.none(), empty_label=None)
    name = forms.CharField(label=_("点位名称"), max_length=40, widget=forms.TextInput(attrs={**PLAIN, "placeholder": "东门广场"}))
    place = forms.CharField(label=_("具体位置、进出动线（可不填）"), max_length=120, required=False, widget=forms.TextInput(attrs=PLAIN))
    tables = forms.IntegerField(label=_("采样台"), min_value=1, max_value=rules.MOST_TABLES, initial=2)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, queries.units_with(actor, queries.PLAN))


def offer(form: forms.Form, units: Any) -> None:
    """The places to choose from, indented as they stand in the tree."""
    field = form.fields["unit"]
    assert isinstance(field, forms.ModelChoiceField)
    least = min((unit.depth for unit in units), default=1)
    field.queryset = units
    field.label_from_instance = lambda unit: "　" * (unit.depth - least) + unit.name  # type: ignore[method-assign, assignment]


class TablesForm(Checked):
    """A site's tables, or its end."""

    tables = forms.IntegerField(label=_("采样台"), min_value=1, max_value=rules.MOST_TABLES)
    retire = forms.BooleanField(required=False)


class RoundForm(forms.Form):
    """A round to prepare, of one place."""

    title = forms.CharField(label=_("名称"), max_length=60, widget=forms.TextInput(attrs=PLAIN))
    starts_at = forms.DateTimeField(
        label=_("几点开始"), input_formats=[MOMENT], widget=forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local"})
    )
    sites = forms.ModelMultipleChoiceField(label=_("用哪些点位"), queryset=Site.objects.none(), widget=forms.CheckboxSelectMultiple)
    pool_size = forms.TypedChoiceField(label=_("几人一管"), choices=[(n, n) for n in Round.POOLS], coerce=int)
    staff = forms.IntegerField(label=_("工作人员几人（先做）"), min_value=0, max_value=MOST_STAFF)
    closed = forms.ModelMultipleChoiceField(
        label=_("封闭的楼（不下楼，最后在楼门口采）"), queryset=Unit.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        sites, closed = self.fields["sites"], self.fields["closed"]
        assert isinstance(sites, forms.ModelMultipleChoiceField)
        assert isinstance(closed, forms.ModelMultipleChoiceField)
        sites.queryset = queries.sites_near(unit)
        closed.queryset = Unit.objects.filter(under([unit.path]), kind=Unit.Kind.BUILDING, retired_at=None).order_by("path")

    def wanted(self) -> Wanted:
        """The argument of draft_round."""
        d = self.cleaned_data
        return Wanted(
            self.unit.pk, d["title"], d["starts_at"], [s.pk for s in d["sites"]], d["pool_size"], d["staff"], [u.pk for u in d["closed"]]
        )


class QueueForm(Checked):
    """The line as it was counted."""

    waiting = forms.IntegerField(label=_("排着多少人"), min_value=0, max_value=calling.MOST_WAITING)
    tables = forms.IntegerField(label=_("开着几个台"), min_value=0, max_value=rules.MOST_TABLES)


class DeskForm(forms.Form):
    """A scan at a desk."""

    tube = forms.CharField(label=_("管子条码"), max_length=LONGEST_TUBE, widget=forms.TextInput(attrs=PLAIN))
    table = forms.IntegerField(label=_("采样台"), min_value=1, max_value=MOST_TABLE, initial=1)
    code = forms.CharField(label=_("居民的码或身份证号"), max_length=400, required=False, widget=forms.TextInput(attrs=PLAIN))
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)


class PaperForm(forms.Form):
    """A sheet of paper, typed in later."""

    tube = forms.CharField(label=_("管子条码"), max_length=LONGEST_TUBE, widget=forms.TextInput(attrs=PLAIN))
    at = forms.DateTimeField(label=_("采样时间"), input_formats=[MOMENT], widget=forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local"}))
    lines = forms.CharField(
        label=_("一行一人"), max_length=6000, widget=forms.Textarea(attrs={"rows": 10, **PLAIN, "placeholder": "1号楼 502 周桂英"}),
        help_text=_("写楼、室、姓名（1号楼 502 周桂英），或身份证号，或打印的码。"),
    )  # fmt: skip
    seal = forms.BooleanField(label=_("这管已经封好"), required=False, initial=True)


class ExcuseForm(Checked):
    """Why somebody is not tested."""

    resident = forms.UUIDField()
    reason = forms.ChoiceField(label=_("原因"), choices=REASONS)
    note = forms.CharField(label=_("备注"), max_length=calling.LONGEST_NOTE, required=False)


class PackForm(Checked):
    """Tubes that travel together."""

    site = forms.UUIDField()
    tubes = forms.TypedMultipleChoiceField(label=_("管子"), coerce=UUID)

    def __init__(self, given: Any) -> None:
        super().__init__(given)
        self.fields["tubes"].choices = [(one, one) for one in given.getlist("tubes")[:500]]  # type: ignore[attr-defined]


class SignatureForm(Checked):
    """A name under a handover."""

    name = forms.CharField(label=_("签字人姓名"), max_length=40)


class ResultForm(Checked):
    """A result typed in."""

    tube = forms.CharField(label=_("管子条码"), max_length=LONGEST_TUBE)
    result = forms.ChoiceField(label=_("结果"), choices=Tube.Result.choices)


class SettleForm(Checked):
    """What a person decides of a scan."""

    scan = forms.UUIDField()
    verdict = forms.ChoiceField(choices=Settlement.Verdict.choices)
    double = forms.BooleanField(required=False)


class MatchForm(Checked):
    """Whose an unknown code is: a door and a name."""

    scan = forms.UUIDField()
    words = forms.CharField(label=_("楼、室、姓名"), max_length=80)


def moment_of(given: str) -> datetime:
    """A moment typed in a list. Raises Invalid."""
    field = forms.DateTimeField(input_formats=[MOMENT])
    try:
        found = field.clean(given)
    except forms.ValidationError as error:
        raise Invalid(_("时间没有写对。")) from error
    assert isinstance(found, datetime)
    return found
