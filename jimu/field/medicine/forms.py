"""What the pages may send."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.core import pictures
from jimu.core.errors import Invalid
from jimu.core.permissions import Actor
from jimu.field.medicine import queries, registering
from jimu.field.medicine.models import Colour, Door, Duty, Window
from jimu.field.medicine.moving import LONGEST_NOTE
from jimu.field.medicine.registering import Given, ItemGiven
from jimu.field.medicine.scenes import Given as ActGiven
from jimu.grid.models import Unit

ROWS = 4
COUNTED = "counted-"


class DrugForm(forms.Form):
    """One drug."""

    drug = forms.CharField(
        label=_("药名"), max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    strength = forms.CharField(
        label=_("规格"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "3ml"}),
    )
    maker = forms.CharField(
        label=_("厂家"), max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    count = forms.IntegerField(label=_("几盒"), min_value=1, max_value=registering.MOST_COUNT, required=False)
    days_left = forms.IntegerField(
        label=_("还够几天"), min_value=0, max_value=registering.MOST_DAYS, required=False
    )
    cold = forms.BooleanField(label=_("要冷藏"), required=False)
    controlled = forms.BooleanField(label=_("管制药"), required=False)

    def item(self) -> ItemGiven | None:
        """The drug; None for an empty row."""
        kept = self.cleaned_data
        if not kept.get("drug"):
            return None
        return ItemGiven(
            kept["drug"],
            kept["count"] or 1,
            kept["maker"],
            kept["strength"],
            kept["days_left"],
            kept["cold"],
            kept["controlled"],
        )


class OrderForm(forms.Form):
    """An order as it is asked for, with its rows of drugs."""

    unit = forms.ModelChoiceField(label=_("哪栋楼"), queryset=Unit.objects.none(), empty_label=_("请选择"))
    room = forms.CharField(
        label=_("几室"), max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(
        label=_("病人姓名"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("和医保卡上一致，取药时要核对。"),
    )
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel-national"}),
    )
    note = forms.CharField(label=_("备注（可不填）"), max_length=LONGEST_NOTE, required=False)
    photo = forms.FileField(
        label=_("药盒照片（可不附）"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
    )

    def __init__(self, data: Any = None, files: Any = None, *, places: Sequence[Unit]) -> None:
        super().__init__(data, files)
        shown = Unit.objects.filter(pk__in=[unit.pk for unit in places]).order_by("path")
        self.fields["unit"].queryset = shown  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["unit"].initial = places[0].pk
        self.drugs = [DrugForm(data, prefix=f"d{n}") for n in range(ROWS)]

    def is_valid(self) -> bool:
        """With every row of drugs."""
        return all([super().is_valid(), *(row.is_valid() for row in self.drugs)])

    def given(self, window: str = Window.GENERAL) -> Given:
        """The argument of a registration. Raises Invalid for a picture that is too large."""
        kept, photo = self.cleaned_data, self.cleaned_data.get("photo")
        if photo is not None and photo.size > pictures.MOST_BYTES:
            raise Invalid(_("照片太大，请用手机相机再拍一张。"), field="photo")
        items = [item for row in self.drugs if (item := row.item())]
        raw = photo.read() if photo is not None else b""
        return Given(
            kept["unit"].pk, kept["room"], kept["name"], items, kept["phone"], window, kept["note"], raw
        )

    def complain(self, error: Invalid) -> None:
        """Put a refusal beside the field that it is about."""
        field = error.data.get("field")
        self.add_error(field if field in self.fields else None, str(error))


class DeskForm(OrderForm):
    """At the desk: the window may be known."""

    window = forms.ChoiceField(
        label=_("窗口"), choices=Window.choices, required=False, initial=Window.GENERAL
    )

    def __init__(self, data: Any = None, files: Any = None, *, actor: Actor, unit: Unit | None) -> None:
        paths = [unit.path] if unit else list(actor.paths(queries.REGISTER))
        super().__init__(data, files, places=list(queries.homes_under(paths)))

    def asked(self) -> Given:
        """With its window."""
        return self.given(self.cleaned_data["window"] or Window.GENERAL)


class PublicForm(OrderForm):
    """The resident's."""

    def __init__(self, data: Any = None, files: Any = None, *, door: Door) -> None:
        super().__init__(data, files, places=list(queries.homes_under([door.unit.path])))
        self.fields["phone"].required = True
        self.fields["name"].widget.attrs["autocomplete"] = "name"


YUAN: dict[str, Any] = {
    "min_value": Decimal(0),
    "max_value": Decimal(100_000),
    "decimal_places": 2,
    "required": False,
}


class ActForm(forms.Form):
    """What goes with any act; money in yuan."""

    note = forms.CharField(max_length=LONGEST_NOTE, required=False)
    where = forms.CharField(max_length=60, required=False)
    things = forms.MultipleChoiceField(choices=[("card", ""), ("book", ""), ("cash", "")], required=False)
    total = forms.DecimalField(**YUAN)
    insurance = forms.DecimalField(**YUAN)
    cash = forms.DecimalField(**YUAN)
    refund = forms.DecimalField(**YUAN)
    given = forms.DecimalField(**YUAN)
    days_left = forms.IntegerField(min_value=0, max_value=registering.MOST_DAYS, required=False)
    window = forms.ChoiceField(choices=[("", ""), *Window.choices], required=False)
    hospital = forms.UUIDField(required=False)
    colour = forms.ChoiceField(choices=[("", ""), *Colour.choices], required=False)
    trip = forms.UUIDField(required=False)

    def asked(self, items: Sequence[str]) -> ActGiven:
        """The argument of an act. Raises Invalid naming the field."""
        if not self.is_valid():
            first = next(iter(self.errors))
            raise Invalid(_("填写有误，请检查金额、天数和选项。"), field=first)
        kept = self.cleaned_data
        drug = DrugForm(self.data, prefix="new")
        fen: dict[str, Any] = {key: int((kept[key] or 0) * 100) for key in ("total", "insurance", "cash", "refund", "given")}
        things = [
            *kept["things"],
            *(["cash"] if fen["cash"] and kept["things"] and "cash" not in kept["things"] else []),
        ]
        return ActGiven(
            note=kept["note"], where=kept["where"], items=ids_of(items), things=things, days_left=kept["days_left"], window=kept["window"],
            hospital_id=kept["hospital"], colour=kept["colour"], trip_id=kept["trip"], drug=drug.item() if drug.is_valid() else None, **fen,
        )  # fmt: skip


def ids_of(given: Sequence[str]) -> list[UUID]:
    """Ids out of a form. Raises Invalid."""
    try:
        return [UUID(one) for one in given]
    except ValueError:
        raise Invalid(_("记录里的编号不完整，请刷新后再试。")) from None


def counted_of(data: Any) -> dict[UUID, int]:
    """Money in fen as it was counted, by thing. Raises Invalid."""
    found: dict[UUID, int] = {}
    for key, value in data.items():
        if key.startswith(COUNTED) and value.strip():
            try:
                found[UUID(key.removeprefix(COUNTED))] = int(forms.DecimalField(**YUAN).clean(value) * 100)
            except (ValueError, forms.ValidationError):
                raise Invalid(_("金额不对：写到分，不小于 0，不超过 10 万元。"), field="counted") from None
    return found


class HospitalForm(forms.Form):
    """A hospital with the special windows it has."""

    unit = forms.UUIDField()
    name = forms.CharField(label=_("医院名称"), max_length=40)
    windows = forms.MultipleChoiceField(choices=Window.choices, required=False)


class TripForm(forms.Form):
    """A trip out of a proposal."""

    unit = forms.UUIDField()
    hospital = forms.UUIDField()
    window = forms.ChoiceField(choices=Window.choices)


def people_of(data: Any) -> list[tuple[UUID, str]]:
    """Who does which part: the chosen of each part's list."""
    return [
        (person, part)
        for part in Duty.Part.values
        for person in ids_of([one for one in data.getlist(part) if one])
    ]
