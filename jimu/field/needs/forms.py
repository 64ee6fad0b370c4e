"""What the pages may send."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.core.errors import Invalid
from jimu.core.permissions import Actor
from jimu.field.needs import policy, queries
from jimu.field.needs.models import Door, Need
from jimu.field.needs.moving import LONGEST_NOTE
from jimu.field.needs.reporting import LONGEST_TEXT, Given
from jimu.field.needs.words import class_words
from jimu.grid.models import Unit
from jimu.playbooks.schema import Needs

WAYS = [(Need.Way.PHONE.value, _("电话里说的")), (Need.Way.DOOR.value, _("上门时得知"))]
#: What is asked again when it was left out.
UNSAID = {"kind": _("请选一项。"), "unit": _("请选是哪栋楼、哪里。"), "text": _("请写一两句情况。"), "phone": _("请留一个联系电话，我们好找到您。")}


class NeedForm(forms.Form):
    """A need as it is reported: by a resident, or by whoever hears of it."""

    kind = forms.ChoiceField(label=_("需要什么"), widget=forms.RadioSelect)
    unit = forms.ModelChoiceField(label=_("在哪里"), queryset=Unit.objects.none(), empty_label=_("请选择"))
    room = forms.CharField(label=_("几室"), max_length=30, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "1102室"}))
    text = forms.CharField(
        label=_("说说情况"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如：胰岛素只够用到今晚；老人发烧，要去医院。"),
    )  # fmt: skip
    phone = forms.CharField(label=_("联系电话"), max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel-national"}))
    name = forms.CharField(label=_("怎么称呼（可不填）"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in UNSAID.items():
            self.fields[name].error_messages["required"] = words

    def offer(self, places: Sequence[Unit], where: Unit | None) -> None:
        """The places to choose from, and the classes in force there."""
        ids = [unit.pk for unit in places]
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=ids).order_by("path")  # type: ignore[attr-defined]
        least = min((unit.depth for unit in places), default=1)
        self.fields["unit"].label_from_instance = lambda unit: "　" * (unit.depth - least) + unit.name  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["unit"].initial = ids[0]
        needs = policy.of_place(where or places[0]) if where or places else Needs()
        self.fields["kind"].choices = [(one.code, class_words(one.code, one.title)) for one in needs.classes]  # type: ignore[attr-defined]

    def given(self, way: str) -> Given:
        """The argument of a report."""
        kept = self.cleaned_data
        return Given(kept["unit"].pk, kept["kind"], kept["text"], kept["room"], kept["name"], kept["phone"], way)

    def complain(self, error: Invalid) -> None:
        """Put a refusal beside the field that it is about."""
        field = error.data.get("field")
        self.add_error(field if field in self.fields else None, str(error))


class PublicForm(NeedForm):
    """The resident's."""

    def __init__(self, *args: Any, door: Door, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = list(queries.places_under([door.unit.path]))
        buildings = [unit for unit in inside if unit.kind == Unit.Kind.BUILDING]
        self.offer(buildings or inside or [door.unit], door.unit)
        self.fields["phone"].required = True


class DeskForm(NeedForm):
    """Whoever took the call or stands at the door; `place` narrows to one part."""

    way = forms.ChoiceField(label=_("怎么知道的"), choices=WAYS, initial="phone", widget=forms.RadioSelect)

    def __init__(self, *args: Any, actor: Actor, place: Unit | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        paths = [place.path] if place else list(actor.paths(queries.REPORT))
        self.offer(list(queries.places_under(paths)), place)


class NoteForm(forms.Form):
    """An act with words, where words belong to it."""

    note = forms.CharField(max_length=LONGEST_NOTE, required=False)

    def words(self) -> str:
        """What was written; '' without."""
        return str(self.cleaned_data["note"]) if self.is_valid() else ""


class GiveForm(forms.Form):
    """Whom a need is given to."""

    person = forms.UUIDField(required=False)
    team = forms.UUIDField(required=False)


class IntoForm(forms.Form):
    """Which need another is the same as."""

    into = forms.UUIDField()
