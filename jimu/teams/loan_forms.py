"""What people type into the pages of lending."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core.errors import Invalid
from jimu.core.permissions import Actor
from jimu.grid.queries import neighborhoods
from jimu.people.models import Kind
from jimu.playbooks.terms import QUALIFICATIONS
from jimu.teams import loan_queries
from jimu.teams.loan_actions import MOST, Need, Term
from jimu.training.naming import qualification_name

ANYBODY = ("", gettext_lazy("不限"))


class Moment(forms.DateTimeInput):
    """A day and a time of the day, as browsers ask for them."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class AskForm(forms.Form):
    """A neighborhood asks for people. A borrower is named with its incident: `incident:unit`."""

    borrower = forms.ChoiceField(label=gettext_lazy("借到哪里"))
    lender = forms.ChoiceField(label=gettext_lazy("向谁借"), required=False, help_text=gettext_lazy("不指定时，有富余的居民区都看得到。"))
    count = forms.IntegerField(label=gettext_lazy("几个人"), min_value=1, max_value=MOST, initial=2)
    qualification = forms.ChoiceField(label=gettext_lazy("要会什么"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("人员类别"), required=False, choices=[ANYBODY, *Kind.choices])
    starts_at = forms.DateTimeField(label=gettext_lazy("从"), widget=Moment())
    ends_at = forms.DateTimeField(label=gettext_lazy("到（到期自动回去）"), widget=Moment())
    reason = forms.CharField(label=gettext_lazy("做什么"), max_length=200, help_text=gettext_lazy("例如：明早大筛，扫码岗缺 2 人。"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        incidents = loan_queries.borrowers_for(actor)
        self.borrowers = {f"{incident.pk}:{unit.pk}": (incident, unit) for incident, units in incidents for unit in units}
        one = len(incidents) == 1
        shown = [(key, unit.name if one else f"{unit.name} · {incident.title}") for key, (incident, unit) in self.borrowers.items()]
        self.fields["borrower"].choices = shown  # type: ignore[attr-defined]
        places = [(str(unit.pk), unit.name) for unit in neighborhoods()]
        self.fields["lender"].choices = [("", _("不指定")), *places]  # type: ignore[attr-defined]
        skills = sorted((qualification_name(code), code) for code in QUALIFICATIONS)
        self.fields["qualification"].choices = [ANYBODY, *((code, name) for name, code in skills)]  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        """The arguments of the action."""
        given = self.cleaned_data
        incident, unit = self.borrowers[given["borrower"]]
        return {
            "incident_id": incident.pk, "to_unit_id": unit.pk, "from_unit_id": UUID(given["lender"]) if given["lender"] else None, "reason": given["reason"],
            "need": Need(given["count"], given["qualification"], given["kind"]), "term": Term(given["starts_at"], given["ends_at"]),
        }  # fmt: skip


def promised(data: Any) -> dict[str, Any]:
    """The people ticked, and the reason where the lender would keep too few; arguments of the action. Raises Invalid."""
    field = forms.UUIDField()
    try:
        ids = [field.clean(value) for value in data.getlist("person")]
    except forms.ValidationError:
        raise Invalid(_("请先选要借出的人。"), code="nobody") from None
    return {"person_ids": list(dict.fromkeys(ids)), "override_reason": data.get("reason", "")[:200]}
