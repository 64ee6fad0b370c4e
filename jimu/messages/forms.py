"""Forms of messages."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit
from jimu.messages import queries
from jimu.messages.channel_actions import Choice
from jimu.messages.models import Channel, Preference, Urgency

WIDE = (Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD)


class ChannelForm(forms.Form):
    """A way out."""

    name = forms.CharField(label=_("名称"), max_length=40)
    service = forms.ChoiceField(label=_("服务"), choices=Channel.Service.choices)
    reach = forms.ChoiceField(label=_("发给"), choices=Channel.Reach.choices)
    unit = forms.ModelChoiceField(label=_("属于"), queryset=Unit.objects.none(), empty_label=None)
    address = forms.CharField(
        label=_("地址"), required=False, max_length=1000, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("机器人页面上的完整地址；钉钉的加签密钥接在后面：&secret=SEC…。发给个人的，用 {to} 表示本人的手机号或邮箱。保存后加密，不再显示。"),
    )  # fmt: skip
    usual_for = forms.MultipleChoiceField(
        label=_("没有另外选择的人，用它收"), choices=Urgency.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(visible(actor, "messages.channels"), kind__in=WIDE, retired_at=None).order_by("path")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].label_from_instance = lambda unit: "　" * (unit.depth - 1) + unit.name  # type: ignore[attr-defined]

    def words(self) -> dict[str, Any]:
        """The arguments of add_channel."""
        given = dict(self.cleaned_data)
        unit = given.pop("unit")
        return {**given, "unit_id": unit.pk}


class ChoiceForm(forms.Form):
    """How somebody wants to be told."""

    urgent_channel = forms.ModelChoiceField(label=_("紧急的发到"), queryset=Channel.objects.none(), required=False, empty_label=_("按单位的安排"))
    urgent_to = forms.CharField(label=_("紧急的地址"), required=False, max_length=200, help_text=_("邮箱等；不填用登记的手机号。"))
    routine_channel = forms.ModelChoiceField(label=_("一般的发到"), queryset=Channel.objects.none(), required=False, empty_label=_("按单位的安排"))
    routine_to = forms.CharField(label=_("一般的地址"), required=False, max_length=200, help_text=_("邮箱等；不填用登记的手机号。"))
    quiet_from = forms.TimeField(label=_("免打扰从"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    quiet_until = forms.TimeField(label=_("到"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("urgent_channel", "routine_channel"):
            self.fields[name].queryset = queries.gateways()  # type: ignore[attr-defined]

    @classmethod
    def of(cls, chosen: Preference) -> "ChoiceForm":
        """The form of what was chosen; addresses are not shown again."""
        clock = {name: f"{value // 60:02d}:{value % 60:02d}" for name, value in (("quiet_from", chosen.quiet_from), ("quiet_until", chosen.quiet_until))}
        return cls(initial={"urgent_channel": chosen.urgent_channel, "routine_channel": chosen.routine_channel, **clock})

    def choice(self) -> Choice:
        """What was chosen."""
        given = self.cleaned_data
        ids: dict[str, UUID | None] = {n: given[n].pk if given[n] else None for n in ("urgent_channel", "routine_channel")}
        minutes = {n: given[n].hour * 60 + given[n].minute for n in ("quiet_from", "quiet_until")}
        return Choice(**ids, **minutes, urgent_to=given["urgent_to"], routine_to=given["routine_to"])  # type: ignore[arg-type]
