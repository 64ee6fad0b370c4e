"""What people type into the pages of group buying."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jimu.core.errors import Invalid
from jimu.field.supplies.buying import MOST_LIMIT, Offer, Wanted
from jimu.field.supplies.forms import OFF, Checked, whole
from jimu.field.supplies.models import Buy, BuyItem, Slot
from jimu.grid.models import Unit

WHEN = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class LeaderForm(Checked):
    """A leader to register."""

    unit = forms.UUIDField()
    name = forms.CharField(max_length=40)
    phone = forms.CharField(max_length=30)


class LeaderStateForm(Checked):
    """What was checked."""

    state = forms.CharField(max_length=8)
    note = forms.CharField(max_length=200, required=False)


class OfferForm(forms.Form):
    """A buy as its leader types it on a phone: one line for each item."""

    title = forms.CharField(label=_("叫什么"), max_length=60, widget=forms.TextInput(attrs={"placeholder": _("例如：周三鸡蛋牛奶团"), **OFF}))
    items = forms.CharField(
        label=_("有什么，一行一样：名称 价格 单位 每户限购"), max_length=3000, widget=forms.Textarea(attrs={"rows": 4, "placeholder": "鸡蛋 28.5 盒 2\n牛奶 60 箱 1"}),
    )  # fmt: skip
    closes_at = forms.DateTimeField(label=_("几点截止"), widget=WHEN, help_text=_("到时自动停止收单。"))
    supplier = forms.CharField(label=_("商家"), max_length=80, required=False, widget=forms.TextInput(attrs=OFF))
    note = forms.CharField(label=_("说明（怎么付款、几时到）"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["closes_at"].initial = timezone.localtime().replace(minute=0, second=0, microsecond=0) + timedelta(hours=24)

    def clean_items(self) -> list[tuple[str, str, int, int]]:
        """Lines as (name, measure, fen, limit)."""
        return [_item(line) for line in self.cleaned_data["items"].splitlines() if line.strip()]

    def offer(self) -> Offer:
        """The argument of open_buy."""
        return Offer(**self.cleaned_data)


def _item(line: str) -> tuple[str, str, int, int]:
    found = re.fullmatch(r"\s*(?P<name>\S.*?)\s+(?P<price>\d{1,5}(?:\.\d{1,2})?)\s*元?(?:\s*/?\s*(?P<measure>[^\d\s]{1,10}))?(?:\s+(?:限)?(?P<limit>\d{1,2}))?\s*", line)
    try:
        if found is None:
            raise InvalidOperation
        return found["name"], found["measure"] or "份", int(Decimal(found["price"]) * 100), int(found["limit"] or 2)
    except InvalidOperation:
        raise forms.ValidationError(gettext("这一行看不懂：“{line}”。请写成：名称 价格 单位 每户限购。").format(line=line.strip()[:40])) from None


class OrderForm(forms.Form):
    """What a household orders."""

    building = forms.ModelChoiceField(label=_("哪栋楼"), queryset=Unit.objects.none(), empty_label=_("请选择"))
    room = forms.CharField(label=_("几室"), max_length=20, widget=forms.TextInput(attrs={"placeholder": "502", **OFF}))
    name = forms.CharField(label=_("怎么称呼（可不填）"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(label=_("手机号"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel-national"}))

    def __init__(self, *args: Any, buy: Buy, items: Sequence[BuyItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["building"].queryset = Unit.objects.filter(path__startswith=buy.unit.path, kind=Unit.Kind.BUILDING, retired_at=None).order_by("path")  # type: ignore[attr-defined]
        self.items = items
        for item in items:
            self.fields[f"n{item.pk}"] = whole(item.name, least=0, most=min(item.limit, MOST_LIMIT), required=False)

    def rows(self) -> list[tuple[BuyItem, Any]]:
        """Each item with its field."""
        return [(item, self[f"n{item.pk}"]) for item in self.items]

    def wanted(self) -> Wanted:
        """The argument of an order."""
        kept = self.cleaned_data
        numbers = {item.pk: n for item in self.items if (n := kept.get(f"n{item.pk}"))}
        return Wanted(kept["building"].pk, kept["room"], numbers, kept["name"], kept["phone"])

    def complain(self, error: Invalid) -> None:
        """Put a refusal beside the field that it is about."""
        field = error.data.get("field")
        self.add_error(field if field in self.fields else None, str(error))


class ChainForm(Checked):
    """A chain as it was pasted."""

    text = forms.CharField(max_length=30_000, required=False, strip=False)


class SlotForm(Checked):
    """When orders are handed out."""

    way = forms.ChoiceField(choices=Slot.Way.choices)
    starts_at = forms.DateTimeField()
    ends_at = forms.DateTimeField()
    most = forms.IntegerField(min_value=1, max_value=2000)


class RefundForm(Checked):
    """So much back, in yuan."""

    yuan = forms.DecimalField(min_value=Decimal("0.01"), max_value=Decimal(100_000), decimal_places=2)
    note = forms.CharField(max_length=200)

    def fen(self) -> tuple[int, str]:
        """In fen, with the reason."""
        kept = self.values()
        return int(kept["yuan"] * 100), kept["note"]


def arrived(given: Mapping[str, str], items: Sequence[BuyItem]) -> tuple[dict[int, int], int]:
    """How many of each item came, and how long they rest. Raises Invalid."""
    try:
        numbers = {item.pk: int(given.get(f"n{item.pk}") or 0) for item in items}
        rest = int(given.get("rest_minutes") or 0)
    except ValueError:
        raise Invalid(gettext("请写到了多少。")) from None
    return numbers, rest


def read_uuid(given: str) -> UUID:
    """An id out of a form. Raises Invalid."""
    try:
        return UUID(given)
    except ValueError:
        raise Invalid from None


