"""What people type into the pages of supplies."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.core.errors import Conflict, Invalid
from jimu.core.permissions import Actor
from jimu.field.supplies import policy, queries, rules
from jimu.field.supplies.models import Delivery, Lot, ParcelEvent, Plan
from jimu.field.supplies.planning import MOST_LIMIT, Wish
from jimu.field.supplies.queries import LotLine
from jimu.field.supplies.receiving import Given, of_pledge
from jimu.grid.models import Unit
from jimu.organisations.models import Pledge
from jimu.playbooks.schema import Supplies

OFF = {"autocomplete": "off"}
COMMON_MEASURES = ("袋", "箱", "盒", "件", "桶", "瓶", "份", "公斤")


def whole(label: Any, **more: Any) -> forms.IntegerField:
    """A whole number that a phone's number keys type."""
    least, most = more.pop("least", 1), more.pop("most", rules.MOST)
    return forms.IntegerField(label=label, min_value=least, max_value=most, widget=forms.NumberInput(attrs={"inputmode": "numeric", **OFF}), **more)


class Checked(forms.Form):
    """A form that answers with its values or refuses."""

    def values(self) -> dict[str, Any]:
        """What was typed. Raises Invalid with the first field's own sentence."""
        if not self.is_valid():
            words = next(iter(self.errors.values()))[0]
            raise Invalid(str(words))
        return dict(self.cleaned_data)


class ArrivalForm(forms.Form):
    """Goods that arrive."""

    store = forms.ChoiceField(label=_("进哪个库"))
    item = forms.CharField(label=_("是什么"), max_length=40, widget=forms.TextInput(attrs={"placeholder": _("例如：蔬菜包"), **OFF}))
    number = whole(_("多少"))
    measure = forms.CharField(label=_("按什么数"), max_length=10, initial="袋", widget=forms.TextInput(attrs={"list": "measures", **OFF}))
    source = forms.ChoiceField(label=_("从哪里来"), choices=Lot.Source.choices)
    giver = forms.CharField(label=_("来自谁"), max_length=80, required=False, help_text=_("单位或商家的名称；政府发放可不填。"), widget=forms.TextInput(attrs=OFF))
    person = forms.BooleanField(label=_("个人捐赠：姓名加密，公示时写“热心居民”"), required=False)
    use_by = forms.DateField(label=_("保质期到"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("不会坏的不填。"))
    mark = forms.CharField(label=_("批号"), max_length=40, required=False, widget=forms.TextInput(attrs=OFF))
    disinfect = forms.BooleanField(label=_("要消杀、静置后才发"), required=False, initial=True)
    rest_minutes = whole(_("静置多少分钟"), least=0, most=10_080, required=False, help_text=_("空着按预案。"))
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, pledge: Pledge | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pledge = pledge
        if pledge is not None:
            for name in ("item", "measure", "source", "giver", "person"):
                del self.fields[name]
        units = list(queries.stores(actor))
        least = min((u.depth for u in units), default=1)
        self.fields["store"].choices = [(str(u.pk), "　" * (u.depth - least) + u.name) for u in units]  # type: ignore[attr-defined]
        # Most who write this down keep one neighborhood's store.
        usual = next((u for u in units if pledge and u.pk == pledge.unit_id), next((u for u in units if u.kind == u.Kind.NEIGHBORHOOD), None))
        self.fields["store"].initial = str(usual.pk) if usual else None
        self.fields["rest_minutes"].initial = policy.of_place(usual or next(iter(units), None)).rest_minutes

    def given(self) -> tuple[UUID, Given]:
        """The arguments of arrive."""
        kept = dict(self.cleaned_data)
        store = UUID(kept.pop("store"))
        return store, of_pledge(self.pledge, **kept) if self.pledge else Given(**kept)

    def complain(self, error: Conflict | Invalid) -> None:
        """Put a refusal beside the field that it is about."""
        field = error.data.get("field")
        self.add_error(field if field in self.fields else None, str(error))


class PlanForm(forms.Form):
    """Which lots go into a portion, and who gets how many."""

    title = forms.CharField(label=_("叫什么"), max_length=60, required=False, widget=forms.TextInput(attrs={"placeholder": _("例如：第三批蔬菜包"), **OFF}))
    per_people = whole(_("几个人一份（不填就是每户一份）"), most=20, required=False)
    limit = whole(_("每户最多几份"), most=MOST_LIMIT, initial=1)
    spare_percent = forms.FloatField(label=_("留多少备用（%）"), min_value=0, max_value=50, required=False, help_text=_("留 2%–3%，给送错、破损和值守人员。"))
    after = forms.ChoiceField(label=_("接着哪一批发"), required=False, help_text=_("选了上一批，上次领过的户这次不发，先发给没领到的。"))

    def __init__(self, *args: Any, store: Unit, lines: list[LotLine], plans: list[Plan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["spare_percent"].initial = policy.of_place(store).spare_percent
        self.lines = lines
        for line in lines:
            self.fields[f"each_{line.lot.pk}"] = whole(line.lot.item, least=0, most=1000, required=False)
        self.fields["after"].choices = [("", _("不接着，所有在家的户都发")), *((str(p.pk), p.title) for p in plans)]  # type: ignore[attr-defined]

    def rows(self) -> list[tuple[LotLine, Any]]:
        """Each lot with its field."""
        return [(line, self[f"each_{line.lot.pk}"]) for line in self.lines]

    def wish(self) -> Wish:
        """The argument of draft and make_plan."""
        kept = self.cleaned_data
        each = {line.lot.pk: n for line in self.lines if (n := kept.get(f"each_{line.lot.pk}"))}
        after = UUID(kept["after"]) if kept["after"] else None
        return Wish(kept["title"], each, kept["limit"], kept["per_people"], kept["spare_percent"], after)


class NumberForm(Checked):
    """A number with a word about it."""

    number = whole(_("数量"), least=0)
    note = forms.CharField(max_length=200, required=False)


class CorrectForm(NumberForm):
    """What happened to so many."""

    how = forms.CharField(max_length=8)


class TransferForm(NumberForm):
    """So many to another store."""

    to = forms.UUIDField()


class NoteForm(Checked):
    """A word about it."""

    note = forms.CharField(max_length=200, required=False)


class PortionsForm(Checked):
    """So many portions."""

    portions = whole(_("份数"))


class SignForm(Checked):
    """What was counted."""

    counted = whole(_("点到几份"), least=0)
    note = forms.CharField(max_length=200, required=False)


class LoadSignForm(Checked):
    """How many parcels were counted, and of which doors none was there."""

    counted = whole(_("点到几包"), least=0)
    missing = forms.CharField(max_length=200, required=False)
    note = forms.CharField(max_length=200, required=False)


class ParcelForm(Checked):
    """What came of a parcel."""

    parcel = forms.UUIDField()
    result = forms.ChoiceField(choices=ParcelEvent.Kind.choices)
    note = forms.CharField(max_length=200, required=False)


class DoorForm(Checked):
    """What came of a door."""

    room = forms.UUIDField()
    result = forms.ChoiceField(choices=Delivery.Result.choices)
    note = forms.CharField(max_length=200, required=False)


class CrewForm(forms.Form):
    """A job to be reckoned in people."""

    bags = whole(_("多少袋"), initial=2600)
    hours = forms.FloatField(label=_("几小时内"), min_value=0.5, max_value=24, initial=5, widget=forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}))


class CartForm(forms.Form):
    """How much a cart holds, and how many go with it."""

    capacity = whole(_("一车装几份"), most=2000)
    people = whole(_("一车几个人"), most=20)

    def __init__(self, *args: Any, numbers: Supplies, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.usual = numbers.cart_portions, numbers.cart_people
        self.fields["capacity"].initial, self.fields["people"].initial = self.usual

    @classmethod
    def of(cls, given: Mapping[str, str], numbers: Supplies) -> "CartForm":
        """The form as an address fills it, or empty."""
        return cls(given if "capacity" in given else None, numbers=numbers)

    def cart(self) -> tuple[int, int]:
        """What a cart holds and how many go with it; the playbook's numbers where nothing sound was typed."""
        if self.is_bound and self.is_valid():
            return self.cleaned_data["capacity"], self.cleaned_data["people"]
        return self.usual
