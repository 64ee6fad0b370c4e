"""What people type into the pages of patrol."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jimu.core.errors import Conflict, Invalid
from jimu.core.permissions import Actor
from jimu.field.patrol import queries
from jimu.field.patrol.models import Crossing, Pass, Seen
from jimu.field.patrol.seeing import LONGEST
from jimu.grid.models import Unit

OFF = {"autocomplete": "off"}
WHEN = {"type": "datetime-local"}
# Of a neighborhood on the grid.
SHALLOWEST = 3
FORMAT = "%Y-%m-%dT%H:%M"


class Checked(forms.Form):
    """A form that answers with its values or refuses."""

    def values(self) -> dict[str, Any]:
        """What was typed. Raises Invalid with the first field's own sentence."""
        if not self.is_valid():
            raise Invalid(str(next(iter(self.errors.values()))[0]))
        return dict(self.cleaned_data)


class PlaceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A place out of a list in the order of the grid; what lies within another stands further in."""

    def label_from_instance(self, unit: Unit) -> str:
        """The name, further in by how deep it lies; a building is called 1号楼 in every neighborhood."""
        indent = "\u3000" * max(0, unit.depth - SHALLOWEST)
        return f"{indent}{unit.name}"


class PlaceForm(forms.Form):
    """A form about a part of the grid that the asker looks after."""

    unit = PlaceField(label=_("哪里"), queryset=Unit.objects.none(), empty_label=_("请选择"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.places(actor)
        self.fields["unit"].queryset = rows  # type: ignore[attr-defined]
        if (only := list(rows[:2])) and len(only) == 1:
            self.fields["unit"].initial = only[0].pk

    def places(self, actor: Actor) -> "QuerySet[Unit]":
        """What may be chosen."""
        return queries.places(actor)

    def complain(self, error: Conflict | Invalid) -> None:
        """Put a refusal beside the field that it is about."""
        field = error.data.get("field")
        self.add_error(field if field in self.fields else None, str(error))


class GateForm(PlaceForm):
    """A checkpoint."""

    name = forms.CharField(label=_("卡口名称"), max_length=40, widget=forms.TextInput(attrs={"placeholder": _("例如：北门"), **OFF}))
    basis = forms.CharField(label=_("依据哪个通告"), max_length=120, widget=forms.TextInput(attrs=OFF))
    ends_on = forms.DateField(label=_("到哪一天为止"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].initial = timezone.localdate() + timedelta(days=7)


class PassForm(PlaceForm):
    """Leave to go through."""

    purpose = forms.ChoiceField(label=_("为什么"), choices=Pass.Purpose.choices)
    starts_at = forms.DateTimeField(label=_("从"), widget=forms.DateTimeInput(attrs=WHEN, format=FORMAT))
    ends_at = forms.DateTimeField(label=_("到"), widget=forms.DateTimeInput(attrs=WHEN, format=FORMAT))
    once = forms.BooleanField(label=_("只能出入一次"), required=False)
    holder = forms.CharField(label=_("发给谁，或车牌（加密保存，不印在凭证上）"), max_length=60, required=False, widget=forms.TextInput(attrs=OFF))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.localtime().replace(second=0, microsecond=0)
        self.fields["unit"].help_text = _("有封控的楼时，请选到是哪一栋楼。")
        self.fields["starts_at"].initial, self.fields["ends_at"].initial = now, now + timedelta(hours=6)


    def places(self, actor: Actor) -> "QuerySet[Unit]":
        """A building too."""
        return queries.pass_places(actor)


class RoundForm(PlaceForm):
    """A round."""

    title = forms.CharField(label=_("叫什么"), max_length=60, required=False, widget=forms.TextInput(attrs={"placeholder": _("例如：夜间巡逻"), **OFF}))
    points = forms.CharField(label=_("要走到的点，一行一个"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))

    def names(self) -> list[str]:
        """The points in order."""
        return str(self.cleaned_data["points"]).splitlines()


KINDS = [one for one in Seen.Kind.choices if one[0] in Seen.CHOSEN]


class SeenForm(Checked):
    """What was seen at a point or a gate; at a point it may be all well."""

    kind = forms.ChoiceField(choices=[(Seen.Kind.WELL.value, Seen.Kind.WELL.label), *KINDS])
    danger = forms.BooleanField(required=False)
    room = forms.CharField(max_length=30, required=False)
    text = forms.CharField(max_length=LONGEST, required=False)


class SeenAtForm(PlaceForm):
    """What was seen somewhere."""

    kind = forms.ChoiceField(label=_("看到什么"), choices=KINDS, widget=forms.RadioSelect)
    danger = forms.BooleanField(label=_("现在就有危险，马上要人"), required=False)
    text = forms.CharField(label=_("说说情况（不写姓名电话）"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
    room = forms.CharField(label=_("是哪一户的事（几室）"), max_length=30, required=False, help_text=_("写了几室，就转成这一户的诉求，有人接着办；不是哪一户的不用写。"), widget=forms.TextInput(attrs=OFF))

    def places(self, actor: Actor) -> "QuerySet[Unit]":
        """Wherever one watches."""
        return queries.watched(actor)


class CrossForm(Checked):
    """Somebody at a gate."""

    number = forms.CharField(max_length=40, required=False)
    what = forms.ChoiceField(choices=Crossing.What.choices)
    way = forms.ChoiceField(choices=Crossing.Way.choices)
    result = forms.ChoiceField(choices=Crossing.Result.choices)
    who = forms.CharField(max_length=60, required=False)
    note = forms.CharField(max_length=LONGEST, required=False)


class WordsForm(Checked):
    """A few words."""

    text = forms.CharField(max_length=LONGEST, required=False)
