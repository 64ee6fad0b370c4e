"""What people are told about needs. Nothing of what a resident wrote; of restricted ones neither class nor room."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core.permissions import SYSTEM, Actor
from jimu.field.needs.models import Need
from jimu.field.needs.words import class_words
from jimu.grid import naming
from jimu.messages.actions import Letter, enqueue
from jimu.messages.models import Urgency
from jimu.people.models import Person
from jimu.teams.models import Membership


def where(need: Need) -> str:
    """Class and place, as far as a letter may say."""
    place = naming.places([need.unit]).of(need.unit)
    if need.restricted:
        return _("{place} 一件专人办理的诉求").format(place=place)
    return " ".join(filter(None, [place, need.room, class_words(need.kind, need.title)]))


def tell_assigned(need: Need, *, actor: Actor, at: datetime) -> None:
    """Tell the person, or everybody of the team, what came to them and until when it is to be done."""
    if need.handler_id:
        people = [need.handler_id]
    else:
        people = list(Membership.objects.filter(team=need.team, until=None).values_list("person_id", flat=True))
    until = timezone.localtime(need.due_at).strftime("%m-%d %H:%M")
    text = _("派给您一件居民诉求：{what}。请在 {until} 前办好，先到“我的诉求单”接单。").format(what=where(need), until=until)
    urgency = Urgency.URGENT if need.colour == "red" else Urgency.ROUTINE
    key = f"{need.target}:assigned:{at.timestamp():.0f}"
    enqueue(actor=actor, at=at, letters=[Letter(f"{key}:{one}", need.unit_id, text, one, urgency) for one in people], subject=need.target)


def tell_merged(need: Need, into: Need, *, actor: Actor, at: datetime) -> None:
    """Tell the finders of both; residents read it under their receipts."""
    people = {one for one in (need.finder_id, into.finder_id) if one}
    text = _("两件相同的诉求已合并办理：{what}。").format(what=where(into))
    enqueue(actor=actor, at=at, letters=[Letter(f"{need.target}:merged:{one}", need.unit_id, text, one) for one in people], subject=into.target)


def tell_raised(need: Need, person: Person, *, at: datetime) -> None:
    """Tell a leader that a need of their part is left lying."""
    late = need.stage == 2
    text = (_("诉求超时还没有办好：{what}。请过问。") if late else _("诉求过了一半时限还没有落实：{what}。请过问。")).format(what=where(need))
    key = f"{need.target}:raised:{need.stage}:{need.due_at.timestamp():.0f}:{person.pk}"
    enqueue(actor=SYSTEM, at=at, letters=[Letter(key, need.unit_id, text, person.pk, Urgency.URGENT)], subject=need.target)
