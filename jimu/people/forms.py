"""Forms of the registry."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.people.actions import Change, Registration
from jimu.people.models import Kind, Person, Skill, UnitLeader
from jimu.people.person_queries import state_of, windows_of
from jimu.people.queries import Search, places_for
from jimu.people.rules import contact_in, looks_like_number, times_as_words
from jimu.people.words import LIMIT_WORDS, PART_WORDS, PAUSED, SKILL_WORDS, STATE_WORDS, WEEKDAY_WORDS

ANY = [("", _("不限"))]
LIMITS = [(code, words) for code, words in LIMIT_WORDS.items() if code != PAUSED]
SORT_WORDS = [("name", _("按姓名")), ("newest", _("最近更新"))]


class SearchForm(forms.Form):
    """What the list is narrowed to. A field that makes no sense narrows nothing."""

    q = forms.CharField(label=_("姓名、拼音、首字母或完整手机号"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("类别"), choices=[*ANY, *Kind.choices], required=False)
    unit = forms.UUIDField(label=_("所在"), required=False)
    skill = forms.ChoiceField(label=_("技能"), choices=[*ANY, *SKILL_WORDS.items()], required=False)
    weekday = forms.ChoiceField(label=_("哪天有空"), choices=[*ANY, *enumerate(WEEKDAY_WORDS)], required=False)
    part = forms.ChoiceField(label=_("什么时候"), choices=[*ANY, *PART_WORDS.items()], required=False)
    limit = forms.ChoiceField(label=_("限制"), choices=[*ANY, *LIMITS], required=False)
    state = forms.ChoiceField(label=_("状态"), choices=[*STATE_WORDS.items(), ("all", _("全部"))], required=False)
    no_contact = forms.BooleanField(label=_("只看没有手机号的"), required=False)
    sort = forms.ChoiceField(label=_("排序"), choices=SORT_WORDS, required=False)

    def search(self, *, by_number: bool = False) -> Search:
        """The search that was asked for. Only a posted form finds people by a number (`by_number`)."""
        self.is_valid()
        given = self.cleaned_data
        typed = given.get("q", "").strip()
        contact = contact_in(typed) if by_number else None
        return Search(
            words="" if contact or looks_like_number(typed) else typed,
            contact=contact,
            kind=given.get("kind", ""),
            unit_id=given.get("unit"),
            skill=given.get("skill", ""),
            weekday=int(given["weekday"]) if given.get("weekday") else None,
            part=given.get("part", ""),
            limit=given.get("limit", ""),
            no_contact=given.get("no_contact", False),
            state=given.get("state") or "active",
            sort=given.get("sort") or "name",
        )

    def query(self) -> dict[str, str]:
        """What was given, as it may stand in an address."""
        self.is_valid()
        given = {name: str(value) for name, value in self.cleaned_data.items() if value not in ("", None, False)}
        if looks_like_number(given.get("q", "")):
            del given["q"]
        return given


class RegisterForm(forms.Form):
    """Somebody to put on the register by hand."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(label=_("手机号"), max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}))
    id_number = forms.CharField(label=_("身份证号"), max_length=30, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    kind = forms.ChoiceField(label=_("类别"), choices=Kind.choices, initial=Kind.VOLUNTEER)
    unit = forms.ModelChoiceField(label=_("所在"), queryset=Unit.objects.none(), empty_label=None)
    address = forms.CharField(label=_("住址（楼号、室号）"), max_length=60, required=False)
    organisation = forms.CharField(label=_("单位"), max_length=80, required=False)
    title = forms.CharField(label=_("职务"), max_length=60, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_places(self, actor, None)

    def registration(self) -> Registration:
        """The argument of register."""
        given = dict(self.cleaned_data)
        unit = given.pop("unit")
        return Registration(unit_id=unit.pk, **given)


class EditForm(forms.Form):
    """A person's record, with the version that the editor saw."""

    seen = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("姓名"), max_length=40)
    state = forms.ChoiceField(label=_("状态"), choices=list(STATE_WORDS.items()))
    unit = forms.ModelChoiceField(label=_("所在"), queryset=Unit.objects.none(), empty_label=None)
    address = forms.CharField(label=_("住址（楼号、室号）"), max_length=60, required=False)
    times = forms.CharField(
        label=_("什么时候能来"), max_length=200, required=False,
        help_text=_("照平常说话写：周一三五晚；每天 18:00-22:00；周末；随时。多段用分号隔开，不知道就留空。"),
    )  # fmt: skip
    limits = forms.MultipleChoiceField(label=_("限制"), choices=LIMITS, required=False, widget=forms.CheckboxSelectMultiple)
    skills = forms.MultipleChoiceField(label=_("技能"), choices=list(SKILL_WORDS.items()), required=False, widget=forms.CheckboxSelectMultiple)
    phone = forms.CharField(label=_("新的手机号"), max_length=30, required=False, help_text=_("不换就留空。"), widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}))
    id_number = forms.CharField(label=_("新的身份证号"), max_length=30, required=False, help_text=_("不换就留空。"), widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, actor: Actor, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_places(self, actor, person)

    @classmethod
    def of(cls, person: Person, actor: Actor) -> "EditForm":
        """A form that shows a record as it is."""
        return cls(actor=actor, person=person, initial={
            "seen": person.updated_at.isoformat(),
            "name": person.name,
            "state": state_of(person),
            "unit": person.unit_id,
            "address": person.address,
            "times": times_as_words(windows_of(person), known=person.times_known),
            "limits": person.limits,
            "skills": list(Skill.objects.filter(person=person).values_list("code", flat=True)),
        })  # fmt: skip

    def clean_seen(self) -> datetime:
        """The version as a moment."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError as error:
            raise forms.ValidationError(_("请刷新后再改。")) from error

    def change(self) -> Change:
        """The argument of edit."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("seen", "unit", "limits", "skills")}
        unit: Unit = self.cleaned_data["unit"]
        return Change(unit_id=unit.pk, limits=frozenset(self.cleaned_data["limits"]), skills=frozenset(self.cleaned_data["skills"]), **given)


def _offer_places(form: forms.Form, actor: Actor, person: Person | None) -> None:
    """The units that the asker may put people in, and the one where somebody is."""
    wanted: set[UUID] = {unit.pk for unit in places_for(actor, "people.edit")}
    if person is not None and person.unit_id:
        wanted.add(person.unit_id)
    field = form.fields["unit"]
    field.queryset = Unit.objects.filter(pk__in=wanted).order_by("path")  # type: ignore[attr-defined]
    field.label_from_instance = lambda unit: "　" * (unit.depth - 1) + unit.name  # type: ignore[attr-defined]


class AppointForm(forms.Form):
    """Somebody for a unit."""

    person = forms.UUIDField()
    role = forms.ChoiceField(choices=UnitLeader.Role.choices)
    title = forms.CharField(max_length=40, required=False)
    seen_leader = forms.IntegerField(required=False, min_value=0, max_value=2**62)
