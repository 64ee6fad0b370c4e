"""Forms of incidents."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit
from jimu.playbooks.library import all_playbooks

WIDE = (Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD)


class ActivateForm(forms.Form):
    """Which playbook, at which level, where."""

    choice = forms.ChoiceField(label=_("预案与级别"), error_messages={"invalid_choice": _("没有这个预案或级别，请重新选择。")})
    unit = forms.ModelChoiceField(
        label=_("范围"), queryset=Unit.objects.none(), empty_label=None, error_messages={"invalid_choice": _("这个范围不在您的指挥之内，请重新选择。")}
    )
    only = forms.ModelMultipleChoiceField(label=_("只选这些居民区"), queryset=Unit.objects.none(), required=False)

    def __init__(self, *args: Any, actor: Actor, playbook: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (book.title, [(f"{book.name}/{code}", f"{book.title} · {level.title}") for code, level in book.levels.items()])
            for book, _text in all_playbooks()
        ]
        self.fields["choice"].choices = choices  # type: ignore[attr-defined]
        self.fields["choice"].initial = next(
            (value for _title, levels in choices for value, _words in levels if value.startswith(f"{playbook}/")), None
        )
        units = Unit.objects.filter(visible(actor, "incidents.activate"), kind__in=WIDE, retired_at=None).order_by("path")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].label_from_instance = lambda unit: "　" * (unit.depth - 1) + unit.name  # type: ignore[attr-defined]
        self.fields["only"].queryset = units.filter(kind=Unit.Kind.NEIGHBORHOOD)  # type: ignore[attr-defined]

    def words(self) -> dict[str, Any]:
        """The arguments of plan_activation and activate."""
        playbook, level = self.cleaned_data["choice"].split("/", 1)
        only: list[UUID] = [unit.pk for unit in self.cleaned_data["only"]]
        return {"playbook_name": playbook, "level": level, "unit_id": self.cleaned_data["unit"].pk, "only": only}


class ConfirmForm(ActivateForm):
    """The same, with what an order needs: a basis and an end."""

    legal_basis = forms.CharField(
        label=_("依据"), max_length=200, error_messages={"required": _("请写明法律依据或上级指令，没有依据不能启动。")}
    )
    ends_on = forms.DateField(
        label=_("结束日期"), widget=forms.DateInput(attrs={"type": "date"}), error_messages={"required": _("请填写结束日期，到期前可以延长。")}
    )
    title = forms.CharField(label=_("名称"), max_length=80, required=False)
    drill = forms.BooleanField(label=_("这是演练"), required=False)

    def words(self) -> dict[str, Any]:
        """The arguments of activate."""
        given = {name: self.cleaned_data[name] for name in ("title", "legal_basis", "ends_on", "drill")}
        return {**super().words(), **given}


class ReasonForm(forms.Form):
    """A reason that stands in the journal."""

    reason = forms.CharField(label=_("理由"), max_length=200)


class LevelForm(ReasonForm):
    """Another level."""

    level = forms.CharField(max_length=20)


class ProlongForm(ReasonForm):
    """Another end."""

    ends_on = forms.DateField(label=_("结束日期"), widget=forms.DateInput(attrs={"type": "date"}))


class AdjustForm(ReasonForm):
    """Another headcount."""

    needed = forms.IntegerField(label=_("人数"), min_value=0, max_value=500)
