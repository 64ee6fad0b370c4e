"""What staff and handlers do with a need: give it to somebody, take it, tell how far it is, finish it, decide, merge."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, locks, sealed
from jimu.core.errors import Invalid, NotFound, NotPermitted
from jimu.core.permissions import Actor
from jimu.field.needs import queries
from jimu.field.needs.letters import tell_assigned, tell_merged
from jimu.field.needs.models import Need
from jimu.field.needs.moving import By, Done, Kind, held, move, write
from jimu.people.models import Person
from jimu.teams.models import Team


def assign(*, actor: Actor, at: datetime, need_id: UUID, person_id: UUID | None = None, team_id: UUID | None = None) -> Need:
    """Give a need to a person or a team; giving it anew takes it from who had not accepted. A restricted one goes to a person only."""
    with transaction.atomic():
        need = _held_with(actor, need_id, queries.DISPATCH)
        move(need, "assign", at)
        need.handler, need.team = _receiver(need, person_id, team_id)
        about = need.handler.name if need.handler else need.team.title if need.team else ""
        write(need, Done(Kind.ASSIGNED, By.STAFF, verb="needs.assigned", about=about), actor=actor, at=at)
        tell_assigned(need, actor=actor, at=at)
    return need


def _receiver(need: Need, person_id: UUID | None, team_id: UUID | None) -> tuple[Person | None, Team | None]:
    if team_id is not None:
        if need.restricted:
            raise Invalid(_("这类诉求只能派给一个人，不派给整个队伍。"), code="person_only")
        team = Team.objects.filter(pk=team_id, state=Team.State.CONFIRMED).select_related("unit").first()
        if team is None or not _near(team.unit.path, need.unit.path):
            raise NotFound(_("没有这支队伍，或它不管这个地方。"))
        return None, team
    person = Person.objects.filter(pk=person_id, active=True).select_related("unit").first() if person_id else None
    if person is None or not _serves(person, need):
        raise NotFound(_("没有这个人，或不在这一带工作。"))
    return person, None


def _near(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _serves(person: Person, need: Need) -> bool:
    """Whether somebody belongs to the need's neighborhood, leads there or above, or sits in a team of it."""
    around = queries.neighborhood_path(need.unit)
    if person.unit and person.unit.path.startswith(around):
        return True
    led = person.leads.filter(until=None).values_list("unit__path", flat=True)
    sits = person.memberships.filter(until=None).values_list("team__unit__path", flat=True)
    return any(_near(path, around) for path in [*led, *sits])


def recall(*, actor: Actor, at: datetime, need_id: UUID) -> Need:
    """Take an assignment back that nobody accepted yet."""
    with transaction.atomic():
        need = _held_with(actor, need_id, queries.DISPATCH)
        move(need, "recall", at)
        write(need, Done(Kind.RECALLED, By.STAFF, verb="needs.recalled"), actor=actor, at=at)
    return need


def accept(*, actor: Actor, at: datetime, need_id: UUID) -> Need:
    """Take on what was given to oneself or one's team. Of two who do it at once one wins; again by the same person changes nothing."""
    with transaction.atomic():
        need = held(need_id)
        if need.state == Need.State.ACCEPTED and need.handler_id == actor.person_id and actor.person_id is not None:
            return need
        if not queries.is_for(actor, need) and not _lost_to_a_mate(actor, need):
            raise NotFound
        move(need, "accept", at)
        need.handler = Person.objects.get(pk=str(actor.person_id))
        write(need, Done(Kind.ACCEPTED, By.HANDLER, verb="needs.accepted"), actor=actor, at=at)
    return need


def _lost_to_a_mate(actor: Actor, need: Need) -> bool:
    return need.state == Need.State.ACCEPTED and need.team_id in queries.my_teams(actor)


def give_back(*, actor: Actor, at: datetime, need_id: UUID, note: str) -> Need:
    """Return what one cannot see to, with the reason, so that somebody else is found. Raises Invalid without one."""
    with transaction.atomic():
        need = _held_by_handler(actor, need_id)
        move(need, "give_back", at)
        write(need, Done(Kind.RETURNED, By.HANDLER, verb="needs.returned", note=_said(note)), actor=actor, at=at)
    return need


def add_note(*, actor: Actor, at: datetime, need_id: UUID, note: str) -> Need:
    """Write down how far it is: the handler, or who may dispatch there."""
    with transaction.atomic():
        need = held(need_id)
        mine = queries.is_for(actor, need)
        if not mine:
            queries.need_for(actor, need_id, queries.DISPATCH)
        move(need, "note", at)
        write(need, Done(Kind.NOTED, By.HANDLER if mine else By.STAFF, verb="needs.noted", note=_said(note)), actor=actor, at=at)
    return need


def finish(*, actor: Actor, at: datetime, need_id: UUID, note: str = "") -> Need:
    """Say that it is done; whether it is, the resident or the finder says."""
    with transaction.atomic():
        need = _held_by_handler(actor, need_id)
        if need.decision == Need.Decision.PENDING:
            raise Invalid(_("这件外出就医还没有决定，请先请负责人决定。"), code="undecided")
        move(need, "finish", at)
        write(need, Done(Kind.DONE, By.HANDLER, verb="needs.done", note=note), actor=actor, at=at)
    return need


def decide(*, actor: Actor, at: datetime, need_id: UUID, granted: bool, note: str = "") -> Need:
    """Say yes or no to what has to be decided; a no needs its reason. Who decides stands at the level it was put to, or above."""
    with transaction.atomic():
        need = held(need_id)
        queries.need_for(actor, need_id)
        actor.require(queries.DECIDE, need.decide_path)
        move(need, "grant" if granted else "refuse", at)
        if granted:
            need.decision = Need.Decision.GRANTED
            done = Done(Kind.GRANTED, By.STAFF, verb="needs.granted", note=note)
        else:
            need.decision = Need.Decision.REFUSED
            # It was decided at the decider's level: an appeal goes above that.
            need.decide_path = next((p for p in actor.paths(queries.DECIDE) if p and need.decide_path.startswith(p)), need.decide_path)
            done = Done(Kind.REFUSED, By.STAFF, verb="needs.refused", note=_said(note))
        write(need, done, actor=actor, at=at)
    return need


def act(*, actor: Actor, at: datetime, need_id: UUID, name: str, note: str = "") -> Need:
    """One act by its name, with its words. Raises NotFound for a name that is none."""
    if name in ("grant", "refuse"):
        return decide(actor=actor, at=at, need_id=need_id, granted=name == "grant", note=note)
    worded: dict[str, Callable[..., Need]] = {"give_back": give_back, "note": add_note, "finish": finish}
    if name in worded:
        return worded[name](actor=actor, at=at, need_id=need_id, note=note)
    plain = {"recall": recall, "accept": accept}.get(name)
    if plain is None:
        raise NotFound
    return plain(actor=actor, at=at, need_id=need_id)


def merge(*, actor: Actor, at: datetime, need_id: UUID, into_id: UUID) -> Need:
    """Hold a need for the same as another, which goes on; both stories say so, both reporters hear of it. Returns the other."""
    if need_id == into_id:
        raise Invalid(_("不能和自己合并。"), code="same_need")
    with transaction.atomic():
        locks.hold(*sorted([f"need:{need_id}", f"need:{into_id}"]))
        need, into = _held_with(actor, need_id, queries.DISPATCH), _held_with(actor, into_id, queries.DISPATCH)
        if need.kind != into.kind or need.unit_id != into.unit_id:
            raise Invalid(_("只有同一个地方的同一类诉求可以合并。"), code="not_alike")
        move(into, "note", at)
        move(need, "merge", at)
        need.merged_into = into
        Need.objects.filter(merged_into=need).update(merged_into=into)
        write(need, Done(Kind.MERGED, By.STAFF, verb="needs.merged"), actor=actor, at=at)
        write(into, Done(Kind.MERGED, By.STAFF, verb="needs.merged", note=need.text), actor=actor, at=at)
        tell_merged(need, into, actor=actor, at=at)
    return into


def reveal(*, actor: Actor, at: datetime, need_id: UUID) -> str:
    """The phone in full, for a call: to the handler, or who may reveal numbers there. Who looked stands in the journal."""
    with transaction.atomic():
        need = queries.need_for(actor, need_id)
        if not queries.is_for(actor, need):
            actor.require("people.reveal", need.unit.path)
        journal.record(actor=actor, at=at, verb="needs.revealed", target=need.target, scope=need.unit.path)
    return sealed.unseal(need.phone_sealed)


def _held_with(actor: Actor, need_id: UUID, right: str) -> Need:
    need = held(need_id)
    if not queries.may_read(actor, need):
        raise NotFound
    actor.require(right, need.unit.path)
    return need


def _held_by_handler(actor: Actor, need_id: UUID) -> Need:
    need = held(need_id)
    if queries.is_for(actor, need):
        return need
    if queries.may_read(actor, need):
        raise NotPermitted(_("只有接单的人可以这样做。"))
    raise NotFound


def _said(words: str) -> str:
    if not words.strip():
        raise Invalid(_("请写一句话说明。"), code="no_words", field="note")
    return words
