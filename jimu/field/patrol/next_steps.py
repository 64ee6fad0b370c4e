"""What waits at gates and on rounds: what was seen and nobody settled, a gate without a keeper, people out past their time, rounds that are due."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jimu.accounts.models import Account
from jimu.core.brick import NextStep
from jimu.core.permissions import Actor, reached, visible
from jimu.field.patrol import policy, queries
from jimu.field.patrol.models import Crossing, Gate, Keeping, Pass, PatrolRound, Point, Seen
from jimu.field.patrol.queries import MANAGE, WATCH
from jimu.grid import naming
from jimu.playbooks.schema import Patrol
from jimu.teams.leading import group_of

MOST = 20
#: A list of the day forgets what was not settled for so long.
RECENT = timedelta(hours=24)
Way, Result = Crossing.Way, Crossing.Result


def next_steps(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """A fixed number of queries; the numbers are those of the first place."""
    gates = list(Gate.objects.filter(reached(actor, WATCH, "unit__path"), closed_at=None, ends_on__gte=timezone.localtime(at).date()).select_related("unit").order_by("unit__path", "name")[:MOST])
    rounds = list(_rounds(actor))
    first = gates[0].unit if gates else rounds[0].unit if rounds else None
    numbers = policy.of_place(first) if first else Patrol()
    names = naming.places([*(gate.unit for gate in gates), *(one.unit for one in rounds)], queries.seen_by(actor))
    yield from _seen(actor, at, numbers)
    yield from _unkept(actor, gates, names, at, numbers)
    yield from _of_group(actor, at, numbers)
    yield from _out(actor, at, numbers)
    yield from _due(rounds, names, at, numbers)


def _seen(actor: Actor, at: datetime, numbers: Patrol) -> Iterator[NextStep]:
    """What was seen: one's own to finish, what nobody took on, and what somebody else took on and is late. As a need it stands among the needs."""
    mine = Q(taken_account=actor.account_id) if actor.account_id is not None else Q(pk__in=[])
    rows = Seen.objects.filter(visible(actor, MANAGE, "unit__path"), mine | Q(taken_at=None) | Q(due_at__lte=at), settled_at=None, to_need=False)
    for one in queries.placed(actor, rows.exclude(kind=Seen.Kind.WELL).select_related("unit", "gate").order_by("due_at", "pk")[:MOST]):
        own = one.taken_at is not None and one.taken_account == actor.account_id
        words = _("就医的人被劝回了，请马上联系") if one.kind == Seen.Kind.DOCTOR else _("处理：{kind}")
        if one.taken_at is not None and not own:
            words = _("{who} 接手后超时没了结：{kind}")
        place = f"{one.place} {one.gate.name}" if one.gate else one.place
        yield NextStep(words.format(kind=one.get_kind_display(), who=one.taken_by), reverse("patrol:seen", args=[one.pk]), one.due_at, place, pressing(one, at, numbers), own)


def pressing(one: Seen, at: datetime, numbers: Patrol) -> str:
    """The tone of something that was seen."""
    late = one.due_at is not None and one.due_at <= at
    if late or one.urgency == Seen.Urgency.NOW:
        return "bad"
    return "warn" if one.due_at is not None and one.due_at <= at + timedelta(minutes=numbers.soon_minutes) else ""


def _unkept(actor: Actor, gates: list[Gate], names: naming.Places, at: datetime, numbers: Patrol) -> Iterator[NextStep]:
    since = at - timedelta(hours=numbers.keeper_hours)
    keepings = list(Keeping.objects.filter(gate__in=gates, until=None).order_by("since"))
    kept = {one.gate_id for one in keepings if one.since > since}
    for one in keepings:
        if one.since <= since and one.account_id == actor.account_id:
            gate = next(gate for gate in gates if gate.pk == one.gate_id)
            yield NextStep(_("您守了很久：交班，或再接一班"), _gate(gate), None, gate.name, "warn", True)
    for gate in gates:
        if gate.pk not in kept and actor.may(MANAGE, gate.unit.path):
            yield NextStep(_("没有人守：{gate}").format(gate=gate.name), _gate(gate), None, names.of(gate.unit), "warn", False)


def _of_group(actor: Actor, at: datetime, numbers: Patrol) -> Iterator[NextStep]:
    """Gates that people keep whom one leads: in bad weather or late at night somebody else's turn is theirs to see to."""
    group = group_of(actor)
    if not group.people:
        return
    accounts: dict[int | None, str] = dict(Account.objects.filter(person__in=group.people).values_list("pk", "person__name"))
    since = at - timedelta(hours=numbers.keeper_hours)
    here = Keeping.objects.filter(account_id__in=accounts, until=None, gate__closed_at=None, gate__ends_on__gte=timezone.localtime(at).date())
    kept = list(here.select_related("gate__unit").order_by("since")[:MOST])
    names = naming.places((one.gate.unit for one in kept), queries.seen_by(actor))
    for one in kept:
        long = one.since <= since
        words = _("本组 {name} 守了很久，请换人：{gate}") if long else _("本组 {name} 守着：{gate}")
        yield NextStep(words.format(name=accounts.get(one.account_id, ""), gate=one.gate.name), _gate(one.gate), None, names.of(one.gate.unit), "warn" if long else "", False)


def out_now(at: datetime) -> "QuerySet[Pass]":
    """Passes whose holder went out and did not come back yet."""
    went = Crossing.objects.filter(card=OuterRef("pk"), result=Result.THROUGH)
    home = Crossing.objects.filter(card=OuterRef(OuterRef("pk")), result=Result.THROUGH, way=Way.IN, at__gte=OuterRef("at"))
    return Pass.objects.filter(Exists(went.filter(Q(way=Way.OUT), ~Exists(home))), revoked_at=None, ends_at__gt=at - RECENT)


def _out(actor: Actor, at: datetime, numbers: Patrol) -> Iterator[NextStep]:
    soon = at + timedelta(minutes=numbers.soon_minutes)
    for card in queries.placed(actor, out_now(at).filter(visible(actor, MANAGE, "unit__path"), ends_at__lt=soon).select_related("unit").order_by("ends_at")[:MOST]):
        page = reverse("patrol:pass", args=[card.pk])
        if card.ends_at < at:
            yield NextStep(_("过了时间还没回来：{purpose}").format(purpose=card.get_purpose_display()), page, card.ends_at, card.place, "bad", False)
        else:
            yield NextStep(_("在外面，凭证快到期：{purpose}").format(purpose=card.get_purpose_display()), page, card.ends_at, card.place, "warn", False)


def _rounds(actor: Actor) -> "QuerySet[PatrolRound]":
    return PatrolRound.objects.filter(reached(actor, WATCH, "unit__path"), closed_at=None).select_related("unit").order_by("unit__path", "opened_at")[:MOST]


def _due(rounds: list[PatrolRound], names: naming.Places, at: datetime, numbers: Patrol) -> Iterator[NextStep]:
    since = at - timedelta(hours=numbers.round_hours)
    points = Point.objects.filter(round__in=rounds).annotate(last=Max("seen__at")).filter(Q(last=None) | Q(last__lt=since))
    left = dict(Point.objects.filter(pk__in=points.values("pk")).values_list("round").annotate(n=Count("pk")).order_by())
    for one in rounds:
        if (n := left.get(one.pk, 0)) and one.opened_at < since:
            words = ngettext("该巡一遍：{title}，{n} 个点", "该巡一遍：{title}，{n} 个点", n)
            yield NextStep(words.format(title=one.title, n=n), reverse("patrol:round", args=[one.pk]), None, names.of(one.unit), "", True)


def _gate(gate: Gate) -> str:
    return reverse("patrol:gate", args=[gate.pk])
