"""Forms of orders."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.incidents.order_rules import KINDS, LONGEST_SILENCE, LONGEST_TEXT, LONGEST_TITLE, SHORTEST_SILENCE
from jimu.incidents.queries import incidents_for

ISSUERS = (Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD, Unit.Kind.BLOCK)


class OrderForm(forms.Form):
    """An order as it is written. What it must say is checked in order_rules, so that every door checks the same."""

    unit = forms.ModelChoiceField(label=_("由谁下达"), queryset=Unit.objects.none(), empty_label=None)
    title = forms.CharField(label=_("标题"), max_length=LONGEST_TITLE, widget=forms.TextInput(attrs={"placeholder": _("例如：今晚逐户敲门")}))
    text = forms.CharField(label=_("要做什么"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 5}))
    kinds = forms.MultipleChoiceField(
        label=_("哪几级负责人回复"), widget=forms.CheckboxSelectMultiple,
        choices=[(kind, Unit.Kind(kind).label) for kind in KINDS], error_messages={"required": _("请选择要哪几级负责人回复。")},
    )  # fmt: skip
    by_level = forms.TypedChoiceField(
        label=_("怎样下达"), coerce=lambda value: value == "1", widget=forms.RadioSelect,
        choices=[("0", _("一次到底：各级同时收到")), ("1", _("逐级：上一级收到后再往下"))], initial="0",
    )  # fmt: skip
    staffing = forms.BooleanField(label=_("要求报到位人数"), required=False)
    wanted = forms.IntegerField(label=_("每处要几人（可不填）"), required=False, min_value=0, max_value=9999)
    deadline = forms.DateTimeField(
        label=_("最晚回复时间"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], error_messages={"required": _("请填写最晚回复时间。")},
    )  # fmt: skip
    silence_minutes = forms.IntegerField(label=_("几分钟没有回音就转给副手"), min_value=SHORTEST_SILENCE, max_value=LONGEST_SILENCE)
    legal_basis = forms.CharField(label=_("依据"), max_length=200, error_messages={"required": _("请写明法律依据或上级指令，没有依据的指令不能下达。")})
    ends_on = forms.DateField(
        label=_("到哪一天结束"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请填写指令到哪一天结束，没有期限的指令不能下达。")},
    )  # fmt: skip
    incident = forms.ModelChoiceField(label=_("属于哪次响应"), queryset=Incident.objects.none(), required=False, empty_label=_("不属于"))
    drill = forms.BooleanField(label=_("这是演练"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(visible(actor, "orders.issue"), kind__in=ISSUERS, retired_at=None).order_by("path")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].label_from_instance = lambda unit: "　" * (unit.depth - 1) + unit.name  # type: ignore[attr-defined]
        self.fields["incident"].queryset = incidents_for(actor).filter(state=Incident.State.ACTIVE)  # type: ignore[attr-defined]

    def words(self) -> dict[str, Any]:
        """The arguments of issue."""
        given = dict(self.cleaned_data)
        unit, incident = given.pop("unit"), given.pop("incident")
        if timezone.is_naive(given["deadline"]):
            given["deadline"] = timezone.make_aware(given["deadline"])
        return {**given, "unit_id": unit.pk, "incident_id": incident.pk if incident else None}
