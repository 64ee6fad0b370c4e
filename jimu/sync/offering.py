"""Whom somebody may give a phone: who has a role on a part, and whose role there comes with what they do now."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actors_of
from jimu.core.panels import held_by
from jimu.core.permissions import Actor, Granted, visible
from jimu.core.scripts import holds
from jimu.grid.models import Unit
from jimu.sync.rules import covers, narrowed

RIGHT = "sync.manage"
AT_MOST = 200


@dataclass(frozen=True)
class Offered:
    """An account, and the part on which its phone would act. `key` chooses it in an address: a grant's, or account and unit where there is none."""

    key: str
    account: Account
    unit: Unit
    role: str

    @property
    def duty(self) -> str:
        """The role in words."""
        return str(Grant.Role(self.role).label)


def offered_to(actor: Actor, words: str = "") -> list[Offered]:
    """Whom the actor may give a phone, each with the part on which it would act: the own ones first. As many queries for many as for one."""
    rows = sorted([*_granted(actor, words), *_held(actor, words)], key=lambda one: (one.unit.path, one.account.display_name))[:AT_MOST]
    rows.sort(key=lambda one: one.account.pk != actor.account_id)
    actors = actors_of({one.account.pk: one.account for one in rows}.values())
    return [one for one in rows if covers(actor, narrowed(actors[one.account.pk], one.unit.path))]


def _granted(actor: Actor, words: str) -> list[Offered]:
    """By the roles that accounts were given."""
    own = Q(account_id=actor.account_id) if actor.account_id is not None else Q(pk__in=[])
    found = Grant.objects.filter(visible(actor, RIGHT, "unit__path") | own, account__is_active=True).exclude(role=Grant.Role.AUDITOR)
    if words:
        found = found.filter(holds("account__display_name", words) | Q(account__username__contains=words) | holds("unit__name", words))
    rows = found.select_related("account", "unit").order_by("unit__path", "account__display_name")[:AT_MOST]
    return [Offered(str(grant.pk), grant.account, grant.unit, grant.role) for grant in rows]


def _held(actor: Actor, words: str) -> list[Offered]:
    """By the roles that come with what people do now, where the account was given none that reaches as far."""
    people = Account.objects.filter(is_active=True, person__isnull=False).order_by().values_list("person", "pk")
    accounts = dict(people)
    held = {(accounts[person], one) for person, roles in held_by(list(accounts)).items() for one in roles}
    held = {(pk, one) for pk, one in held if pk == actor.account_id or actor.may(RIGHT, one.path)}
    given: dict[int, list[str]] = {}
    for pk, path in Grant.objects.filter(account__in={pk for pk, _one in held}).exclude(role=Grant.Role.AUDITOR).values_list("account", "unit__path"):
        given.setdefault(pk, []).append(path)
    fresh = {(pk, one) for pk, one in held if not any(one.path.startswith(path) for path in given.get(pk, ()))}
    return _named(fresh, words) if fresh else []


def _named(held: Iterable[tuple[int, Granted]], words: str) -> list[Offered]:
    """Those whose account or place has these words in its name."""
    accounts, units = Account.objects.filter(pk__in={pk for pk, _one in held}), Unit.objects.filter(path__in={one.path for _pk, one in held})
    by_pk, by_path = accounts.in_bulk(), {unit.path: unit for unit in units}
    found = [Offered(f"{pk}@{by_path[one.path].pk}", by_pk[pk], by_path[one.path], one.role) for pk, one in held]
    if not words:
        return found
    named = set(accounts.filter(holds("display_name", words) | Q(username__contains=words)).values_list("pk", flat=True))
    there = set(units.filter(holds("name", words)).values_list("pk", flat=True))
    return [one for one in found if one.account.pk in named or one.unit.pk in there]
