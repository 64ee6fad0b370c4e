"""Forms of sign-up: the public one, opening a campaign, the desk."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.core.errors import Invalid
from jimu.core.permissions import Actor, under
from jimu.grid.models import Unit
from jimu.people.words import LIMIT_WORDS, SKILL_WORDS
from jimu.playbooks.schema import Playbook
from jimu.signup import queries, rules
from jimu.signup.actions import OPENERS, Call
from jimu.signup.applying import cleaned
from jimu.signup.models import Application, Campaign
from jimu.signup.rules import Given

TICKS = forms.CheckboxSelectMultiple
ASKED_LIMITS = [(code, LIMIT_WORDS[code]) for code in ("no_night", "no_heavy", "no_standing")]


def _text(label: Any, *, most: int, required: bool = True, hint: Any = "", **attributes: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, help_text=hint, widget=forms.TextInput(attrs=attributes))


class PublicForm(forms.Form):
    """What a volunteer fills in on a phone. Only what the campaign asks for is there."""

    name = _text(_("姓名"), most=40, autocomplete="name")
    phone = _text(_("手机号"), most=30, inputmode="tel", autocomplete="tel-national")
    born = _text(_("出生年月日"), most=20, hint=_("例如 1990-05-20，或 19900520"), autocomplete="bday", placeholder="1990-05-20")
    unit = forms.ModelChoiceField(label=_("住在哪个居民区"), queryset=Unit.objects.none(), empty_label=_("请选择"))
    id_number = _text(_("身份证号"), most=30, autocomplete="off")
    address = _text(_("楼号和室号"), most=60, autocomplete="off", placeholder="14号1102室")
    posts = forms.MultipleChoiceField(label=_("愿意做什么"), required=False, widget=TICKS)
    slots = forms.MultipleChoiceField(label=_("什么时候能来"), choices=list(rules.SLOT_WORDS.items()), required=False, widget=TICKS)
    skills = forms.MultipleChoiceField(label=_("会什么"), choices=list(SKILL_WORDS.items()), required=False, widget=TICKS)
    limits = forms.MultipleChoiceField(label=_("请不要安排我"), choices=ASKED_LIMITS, required=False, widget=TICKS)
    unwell = forms.BooleanField(label=_("有慢性病或身体不便（不用写是什么病）"), required=False)
    guardian_name = _text(_("监护人姓名"), most=40, required=False, autocomplete="off")
    guardian_phone = _text(_("监护人手机号"), most=30, required=False, inputmode="tel", autocomplete="off")
    guardian_agrees = forms.BooleanField(label=_("监护人知道并同意"), required=False)
    agree = forms.BooleanField(label=_("我看过隐私说明，同意这样使用我的信息"), required=False)

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("id_number", "address"):
            asked = campaign.terms.get(name, "optional")
            if asked == "none":
                del self.fields[name]
            else:
                # Whether it is there is said by the action, in one place with its reason.
                self.fields[name].required = False
                self.fields[name].widget.attrs["data-asked"] = asked
        if campaign.unit.kind == Unit.Kind.NEIGHBORHOOD:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = Unit.objects.filter(pk__in=[u.pk for u in queries.places_of(campaign)]).order_by("path")  # type: ignore[attr-defined]
        self._offer(campaign)
        if not campaign.terms.get("minors"):
            for name in ("guardian_name", "guardian_phone", "guardian_agrees"):
                del self.fields[name]

    def _offer(self, campaign: Campaign) -> None:
        suited = _("（穿防护服）")
        choices = [(post["code"], f"{post['title']}{suited if post.get('suit') else ''}") for post in campaign.posts]
        if choices:
            self.fields["posts"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["posts"]
        wanted = set(campaign.skills)
        ordered = sorted(SKILL_WORDS.items(), key=lambda pair: pair[0] not in wanted)
        self.fields["skills"].choices = ordered  # type: ignore[attr-defined]

    def given(self, today: date) -> Given:
        """What was typed, cleaned. Raises Invalid with `data["field"]`."""
        return cleaned(self.cleaned_data, today)

    def complain(self, error: Invalid) -> None:
        """Put a refusal beside the field that it is about."""
        field = error.data.get("field")
        self.add_error(field if field in self.fields else None, str(error))


class OpenForm(forms.Form):
    """A campaign to open, for one playbook."""

    unit = forms.ModelChoiceField(label=_("哪里需要人"), queryset=Unit.objects.none(), empty_label=None)
    title = _text(_("标题"), most=60)
    note = _text(_("一句话说明"), most=200, required=False, hint=_("印在海报上，例如：本周六起封控，需要邻居搭把手。"))
    ask = _text(_("有疑问找谁"), most=80, hint=_("写服务台或座机，不写个人手机号。"))
    first_day = forms.DateField(label=_("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_day = forms.DateField(label=_("到哪天止"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    posts = forms.MultipleChoiceField(label=_("需要的岗位"), required=False, widget=TICKS)
    skills = forms.MultipleChoiceField(label=_("特别需要会这些的人"), choices=list(SKILL_WORDS.items()), required=False, widget=TICKS)

    def __init__(self, *args: Any, actor: Actor, playbook: Playbook, today: date, **kwargs: Any) -> None:
        offered = [(post["code"], post["title"]) for post in queries.posts_of(playbook)]
        kwargs.setdefault("initial", {
            "title": _("{title}：招募志愿者").format(title=playbook.title), "ask": _("居委会服务台"), "first_day": today,
            "last_day": today + timedelta(days=14), "posts": [code for code, _title in offered],
        })  # fmt: skip
        super().__init__(*args, **kwargs)
        self.playbook = playbook
        self.fields["posts"].choices = offered  # type: ignore[attr-defined]
        units = Unit.objects.filter(under(actor.paths("signup.open")), kind__in=OPENERS, retired_at=None)
        self.fields["unit"].queryset = units.order_by("path")  # type: ignore[attr-defined]
        self.fields["unit"].label_from_instance = lambda unit: "　" * (unit.depth - 1) + unit.name  # type: ignore[attr-defined]

    def call(self) -> Call:
        """The argument of open_campaign."""
        given = dict(self.cleaned_data)
        unit = given.pop("unit")
        return Call(unit_id=unit.pk, playbook=self.playbook.name, **given)


class DeskForm(forms.Form):
    """Applications that were ticked, and what to do with them."""

    application = forms.TypedMultipleChoiceField(required=False)
    do = forms.ChoiceField(choices=[("confirm", ""), ("refuse", "")])
    reason = forms.CharField(max_length=200, required=False)
    into = forms.UUIDField(required=False)

    def __init__(self, *args: Any, offered: Sequence[Application], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["application"].choices = [(str(row.pk), row.name) for row in offered]  # type: ignore[attr-defined]
