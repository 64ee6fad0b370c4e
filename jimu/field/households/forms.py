"""What people type into the pages of the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.core.errors import Invalid
from jimu.core.permissions import Actor, under
from jimu.core.storable import Unkept, storable
from jimu.field.households.actions import Given
from jimu.field.households.import_actions import RIGHT
from jimu.field.households.models import Answer, Resident, Room, SurveyForm, Visit
from jimu.field.households.rules import HIGHEST, LOWEST
from jimu.field.households.words import GROUP_WORDS
from jimu.grid.models import Unit

WIDE = (Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD)
OFF = {"autocomplete": "off"}


class SeenForm(forms.Form):
    """A form that carries the version which its reader saw."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def clean_seen(self) -> datetime:
        """The version as a moment."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError as error:
            raise forms.ValidationError(_("请刷新后再改。")) from error


class RoomForm(SeenForm):
    """What is known of a door."""

    state = forms.ChoiceField(label=_("状态"), choices=Room.State.choices)
    floor = forms.IntegerField(label=_("楼层"), required=False, min_value=LOWEST, max_value=HIGHEST)
    kitchen = forms.CharField(label=_("合用厨房组"), max_length=20, required=False, help_text=_("合用厨房或厕所的几间写同一个字样，例如“二楼东”。"))
    note = forms.CharField(label=_("备注"), max_length=300, required=False)

    @classmethod
    def of(cls, room: Room) -> "RoomForm":
        """A form that shows a room as it is."""
        names = ("state", "floor", "kitchen", "note")
        return cls(initial={"seen": room.updated_at.isoformat(), **{name: getattr(room, name) for name in names}})

    def changes(self) -> dict[str, Any]:
        """The argument of edit_room."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class ResidentForm(forms.Form):
    """Somebody who lives there. Of what is sealed nothing is shown: left empty, it stays."""

    name = forms.CharField(label=_("姓名"), max_length=40, required=False, widget=forms.TextInput(attrs=OFF))
    phone = forms.CharField(label=_("手机号"), max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel", **OFF}))
    id_number = forms.CharField(label=_("身份证号"), max_length=30, required=False, widget=forms.TextInput(attrs=OFF))
    sex = forms.ChoiceField(label=_("性别"), required=False, choices=[("", _("没有写")), ("m", _("男")), ("f", _("女"))])
    birth_year = forms.IntegerField(label=_("出生年"), required=False, min_value=1900, max_value=2100)
    head = forms.BooleanField(label=_("户主"), required=False)
    groups = forms.MultipleChoiceField(label=_("重点人群"), required=False, choices=list(GROUP_WORDS.items()), widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(label=_("备注"), max_length=300, required=False)

    @classmethod
    def of(cls, resident: Resident) -> "ResidentEditForm":
        """A form that shows a resident as they are."""
        names = ("sex", "birth_year", "head", "groups", "note")
        return ResidentEditForm(initial={"seen": resident.updated_at.isoformat(), **{name: getattr(resident, name) for name in names}})

    def given(self) -> Given:
        """The argument of the actions."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return Given(**values)


class ResidentEditForm(SeenForm, ResidentForm):
    """A resident who is on the ledger."""


class RoomsForm(forms.Form):
    """Doors to put on the ledger."""

    entrance = forms.CharField(label=_("单元（没有就不填）"), max_length=20, required=False)
    words = forms.CharField(label=_("室号，用逗号隔开"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))


class ImportForm(forms.Form):
    """Where a ledger belongs."""

    unit = forms.ChoiceField(label=_("导入到哪里"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(under(actor.paths(RIGHT)), kind__in=WIDE, retired_at=None).order_by("path")
        self.fields["unit"].choices = [(str(u.pk), "　" * (u.depth - 1) + u.name) for u in units]  # type: ignore[attr-defined]

    def unit_id(self) -> UUID:
        """The part of the grid."""
        return UUID(self.cleaned_data["unit"])


class RoundForm(forms.Form):
    """A round to begin."""

    title = forms.CharField(label=_("名称"), max_length=60, required=False)
    pairs = forms.IntegerField(label=_("分成几对（两人一对）"), min_value=1, max_value=40, initial=2)
    form_id = forms.ChoiceField(label=_("在门口填的表"), required=False)

    def __init__(self, *args: Any, offered: "Sequence[SurveyForm]" = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_id"].choices = [("", _("不填表，只敲门")), *((str(one.pk), one.title) for one in offered)]  # type: ignore[attr-defined]

    @classmethod
    def checked(cls, given: Any, offered: "Sequence[SurveyForm]" = ()) -> dict[str, Any]:
        """The arguments of open_round. Raises Invalid."""
        values = checked(cls(given, offered=offered))
        return {**values, "form_id": UUID(values["form_id"]) if values.get("form_id") else None}


def chosen_units(actor: Actor, right: str) -> list[Unit]:
    """Units on which the actor has a right, for a choice."""
    return list(Unit.objects.filter(under(actor.paths(right)), retired_at=None).exclude(kind=Unit.Kind.BUILDING).order_by("path"))


class PlaceForm(forms.Form):
    """A choice of a place."""

    unit = forms.ChoiceField(label=_("范围"))

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        least = min((unit.depth for unit in units), default=0)
        self.fields["unit"].choices = [(str(u.pk), "　" * (u.depth - least) + u.name) for u in units]  # type: ignore[attr-defined]

    def unit_id(self) -> UUID:
        """The place."""
        return UUID(self.cleaned_data["unit"])


class FormUpload(PlaceForm):
    """Where a form is kept: rounds there and below may ask it."""


class ExportForm(PlaceForm):
    """What goes out."""

    which = forms.ChoiceField(label=_("哪些"))

    def __init__(self, *args: Any, tables: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["which"].choices = list(tables)  # type: ignore[attr-defined]


#: How a choice of one field is called in what a page sends.
OF_FIELD = "field:"
ONE_OR_OTHER = [("sheet", _("用表上的")), ("ledger", _("保留台账的"))]


class FillingForm(forms.Form):
    """How a form without the app came, and what was answered."""

    op_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.UUIDField(widget=forms.HiddenInput)
    answers = forms.JSONField(widget=forms.HiddenInput)
    joins = forms.CharField(widget=forms.HiddenInput, required=False)
    begun = forms.DateTimeField(widget=forms.HiddenInput, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    counts = forms.ChoiceField(
        label=_("台账里用哪一个"),
        required=False,
        widget=forms.HiddenInput,
        choices=[*ONE_OR_OTHER, ("each", _("按上面逐项选的"))],
        help_text=_("不管选哪个，这份表都会留着。"),
    )
    way = forms.ChoiceField(label=_("怎么问到的"), choices=[(one.value, one.label) for one in (Answer.Way.PAPER, Answer.Way.PHONE)], initial=Answer.Way.PAPER)
    said_at = forms.DateTimeField(
        label=_("什么时候问的"), required=False, help_text=_("纸表写着时间就照填；不填就是现在。"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def clean_answers(self) -> dict[str, Any]:
        """An object by question. Raises Unkept: what no database keeps, no page can show again either."""
        found = self.cleaned_data["answers"]
        if not storable(found):
            raise Unkept
        if not isinstance(found, dict):
            raise forms.ValidationError(_("填写的内容有误，请检查后再提交。"))
        return found

    def ask_what_counts(self, differ: int) -> None:
        """The sheet and the ledger differ: whoever sits here decides, of more than one thing also one by one."""
        self.fields["counts"].required = True
        several = [("sheet", _("全部用表上的")), ("ledger", _("全部保留台账的")), ("each", _("按上面逐项选的"))]
        self.fields["counts"].widget = forms.RadioSelect(choices=several if differ > 1 else ONE_OR_OTHER)

    @property
    def fields_taken(self) -> dict[str, str]:
        """Which of the two counts, of each field that was chosen by itself."""
        return {key.removeprefix(OF_FIELD): str(value) for key, value in self.data.items() if key.startswith(OF_FIELD)}

    def clean_joins(self) -> list[str]:
        """Ids of the sheets that lay beside this one."""
        return [one for one in self.cleaned_data["joins"].split(",") if one]


class KnockForm(forms.Form):
    """What came of a knock."""

    room_id = forms.UUIDField()
    result = forms.ChoiceField(choices=Visit.Result.choices)
    note = forms.CharField(max_length=200, required=False)

    @classmethod
    def checked(cls, given: Any) -> dict[str, Any]:
        """The arguments of a Knock. Raises Invalid."""
        return checked(cls(given))


def checked(form: forms.Form) -> dict[str, Any]:
    """What was typed. Raises Invalid."""
    if not form.is_valid():
        raise Invalid
    return dict(form.cleaned_data)
