"""What the pages may send."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core.errors import Invalid
from jimu.field.transfer import custody, rules, runs
from jimu.field.transfer.leaving import LONGEST, Care, LeftGiven
from jimu.field.transfer.models import Dependant, Transfer, Visit, Why
from jimu.field.transfer.moving import LONGEST_NOTE
from jimu.field.transfer.runs import Vehicle
from jimu.field.transfer.scenes import Given

FORMAT = "%Y-%m-%dT%H:%M"


def ids_of(given: Sequence[str]) -> list[UUID]:
    """Ids out of a form. Raises Invalid."""
    try:
        return [UUID(one) for one in given if one]
    except ValueError:
        raise Invalid(_("记录里的编号不完整，请刷新后再试。")) from None


class Checked(forms.Form):
    """A form that answers with its values or refuses."""

    def values(self) -> dict[str, Any]:
        """What was typed. Raises Invalid naming the field, with its own sentence."""
        if not self.is_valid():
            field = next(iter(self.errors))
            label = self.fields[field].label if field in self.fields else ""
            raise Invalid(f"{label}：{self.errors[field][0]}" if label else str(self.errors[field][0]), field=field)
        return dict(self.cleaned_data)


def moment(label: Any, *, required: bool = True) -> forms.DateTimeField:
    """A moment as the browser's own field sends it."""
    return forms.DateTimeField(label=label, input_formats=[FORMAT, "%Y-%m-%dT%H:%M:%S"], required=required)


class ActForm(Checked):
    """What goes with any act."""

    note = forms.CharField(max_length=LONGEST_NOTE, required=False)
    wants = forms.MultipleChoiceField(choices=[(one, one) for one in rules.WANTS], required=False)
    minor = forms.ChoiceField(choices=[("", ""), ("yes", ""), ("no", "")], required=False)
    companion_id = forms.UUIDField(required=False)
    companion = forms.CharField(max_length=60, required=False)
    alone_why = forms.CharField(max_length=200, required=False)
    packed = forms.MultipleChoiceField(choices=[(n, n) for n in range(12)], required=False)
    receiver = forms.CharField(max_length=40, required=False)
    papers = forms.BooleanField(required=False)
    # Named apart from `back`, by which a page says where it was pressed.
    comes_by = forms.ChoiceField(choices=[("", ""), *Transfer.Back.choices], required=False)
    expected_at = moment(gettext_lazy("预计什么时候到家"), required=False)
    household_told = forms.BooleanField(required=False)
    limits_until = forms.DateField(label=gettext_lazy("居家到哪一天"), required=False)

    def asked(self) -> Given:
        """The argument of an act."""
        kept = self.values()
        kept["packed"] = [int(one) for one in kept["packed"]]
        kept["minor"] = {"yes": True, "no": False}.get(kept["minor"])
        return Given(back=kept.pop("comes_by"), **kept)


class VehicleForm(Checked):
    """A vehicle that was promised."""

    unit = forms.UUIDField()
    destination = forms.UUIDField(label=gettext_lazy("去哪里"))
    plate = forms.CharField(label=gettext_lazy("车牌"), max_length=12)
    seats = forms.IntegerField(label=gettext_lazy("能坐几个人"), min_value=1, max_value=runs.MOST_SEATS)
    leaves_at = moment(gettext_lazy("几点到楼下"))
    driver = forms.CharField(label=gettext_lazy("司机"), max_length=40, required=False)
    driver_phone = forms.CharField(label=gettext_lazy("司机电话"), max_length=20, required=False)
    has = forms.MultipleChoiceField(choices=[(one, one) for one in sorted(rules.OF_VEHICLE)], required=False)

    def asked(self) -> Vehicle:
        """The argument of a run."""
        kept = self.values()
        return Vehicle(unit_id=kept.pop("unit"), destination_id=kept.pop("destination"), **kept)


class PlaceForm(Checked):
    """A destination."""

    unit = forms.UUIDField()
    name = forms.CharField(label=gettext_lazy("去处名称"), max_length=40)
    beds = forms.IntegerField(label=gettext_lazy("床位"), min_value=0, max_value=20_000, required=False)
    takes = forms.MultipleChoiceField(choices=Why.choices, required=False)
    has = forms.MultipleChoiceField(choices=[(one, one) for one in sorted(rules.OF_PLACE)], required=False)


class DelayForm(Checked):
    """A vehicle comes later."""

    leaves_at = moment(gettext_lazy("改到几点"))
    why = forms.CharField(label=gettext_lazy("为什么晚"), max_length=200)


class CareForm(Checked):
    """Who looks after one left behind."""

    person = forms.UUIDField(required=False)
    neighbor = forms.UUIDField(required=False)
    somebody = forms.CharField(max_length=60, required=False)
    phone = forms.CharField(max_length=30, required=False)
    stays = forms.BooleanField(required=False)
    until = moment(gettext_lazy("管到什么时候"))
    first_due = moment(gettext_lazy("最晚几点去第一次"))

    def asked(self) -> Care:
        """The argument of naming a caretaker."""
        kept = self.values()
        return Care(person_id=kept.pop("person"), neighbor_id=kept.pop("neighbor"), **kept)


class VisitForm(Checked):
    """A visit."""

    result = forms.ChoiceField(label=gettext_lazy("怎么样"), choices=Visit.Result.choices)
    note = forms.CharField(max_length=LONGEST, required=False)


class KeyForm(Checked):
    """Keys change hands."""

    count = forms.IntegerField(label=gettext_lazy("几把"), min_value=1, max_value=custody.MOST_KEYS, required=False)
    to = forms.UUIDField(label=gettext_lazy("交给谁"), required=False)
    note = forms.CharField(max_length=200, required=False)


class ListForm(Checked):
    """A list from elsewhere."""

    unit = forms.UUIDField()
    title = forms.CharField(label=gettext_lazy("名单名称"), max_length=60, required=False)


def left_of(data: Any) -> list[LeftGiven]:
    """Who and what is left behind: those of the ledger that were ticked, and each kind with its words."""
    found = [LeftGiven(kind, data.get(f"about-{pk}", ""), pk) for kind, pk in _known(data)]
    for kind in Dependant.Kind.values:
        words = data.get(f"left-{kind}", "").strip()
        if data.get(f"has-{kind}") or words:
            found.append(LeftGiven(kind, words))
    return found


def _known(data: Any) -> list[tuple[str, UUID]]:
    found = []
    for given in data.getlist("known"):
        kind, _sep, pk = given.partition(":")
        found.append((kind, ids_of([pk])[0] if pk else UUID(int=0)))
    return found


def in_field(at: Any, **more: int) -> str:
    """A moment some time from now, as a field of the browser holds it; on the quarter of an hour after."""
    local = timezone.localtime(at) + timedelta(**more)
    local += timedelta(minutes=(-local.minute) % 15)
    return local.strftime(FORMAT)
