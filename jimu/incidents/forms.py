"""Forms of incidents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit
from jimu.playbooks.library import all_playbooks


class ActivateForm(forms.Form):
    """Which playbook, at which level, where."""

    choice = forms.ChoiceField(label=_("预案与级别"))
    unit = forms.ModelChoiceField(label=_("范围"), queryset=Unit.objects.none(), empty_label=None)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = [  # type: ignore[attr-defined]
            (playbook.title, [(f"{playbook.name}/{code}", f"{playbook.title} · {level.title}") for code, level in playbook.levels.items()])
            for playbook, _text in all_playbooks()
        ]
        wide = [Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD]
        units = Unit.objects.filter(visible(actor, "incidents.activate"), kind__in=wide, retired_at=None).order_by("path")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].label_from_instance = lambda unit: "　" * (unit.depth - 1) + unit.name  # type: ignore[attr-defined]

    def words(self) -> dict[str, Any]:
        """The arguments of preview and activate."""
        playbook, level = self.cleaned_data["choice"].split("/", 1)
        return {"playbook_name": playbook, "level": level, "unit_id": self.cleaned_data["unit"].pk}


class ConfirmForm(ActivateForm):
    """The same, with what an order needs: a basis and an end."""

    title = forms.CharField(label=_("名称"), max_length=80, required=False)
    legal_basis = forms.CharField(label=_("依据"), max_length=200)
    ends_on = forms.DateField(label=_("结束日期"), widget=forms.DateInput(attrs={"type": "date"}))

    def words(self) -> dict[str, Any]:
        """The arguments of activate."""
        given = {name: self.cleaned_data[name] for name in ("title", "legal_basis", "ends_on")}
        return {**super().words(), **given}


class ReasonForm(forms.Form):
    """A reason that stands in the journal."""

    reason = forms.CharField(label=_("理由"), max_length=200)


class ProlongForm(ReasonForm):
    """Another end."""

    ends_on = forms.DateField(label=_("结束日期"), widget=forms.DateInput(attrs={"type": "date"}))


class AdjustForm(ReasonForm):
    """Another headcount."""

    needed = forms.IntegerField(label=_("人数"), min_value=0, max_value=500)
