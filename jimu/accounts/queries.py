"""Reads of accounts: who an account is when it acts, who tries to be one, and which accounts one looks after."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from axes.models import AccessAttempt
from django.db.models import Max, Prefetch, Q, QuerySet, Sum

from jimu.accounts import rules
from jimu.accounts.models import Account, Grant
from jimu.core.errors import NotFound
from jimu.core.panels import held_by, with_held
from jimu.core.permissions import Actor, Granted, visible
from jimu.core.scripts import holds
from jimu.grid.models import Unit
from jimu.grid.paths import STEP
from jimu.people.models import Person
from jimu.people.queries import person_for


def actor_of(account: Account) -> Actor:
    """The actor that this account is now; grants follow the grid as it stands, and what its person does."""
    return actors_of([account])[account.pk]


def actors_of(accounts: Collection[Account]) -> dict[int, Actor]:
    """The same of many, by account: as many queries as for one."""
    granted: dict[int, tuple[Granted, ...]] = {account.pk: () for account in accounts}
    for account_id, role, path in Grant.objects.filter(account__in=list(granted)).values_list("account", "role", "unit__path"):
        granted[account_id] += (Granted(role=role, path=path),)
    held = held_by({account.person_id for account in accounts if account.person_id is not None})
    return {
        account.pk: Actor(
            account_id=account.pk, name=account.display_name or account.username, person_id=account.person_id, organisation_id=account.contact_of_id,
            granted=with_held(granted[account.pk], held.get(account.person_id, ())) if account.person_id is not None else granted[account.pk],
        )
        for account in accounts
    }  # fmt: skip


def failures_from(address: str | None, since: datetime) -> int:
    """Failed sign-ins from one network address, whatever the user names."""
    rows = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
    return rows.aggregate(total=Sum("failures_since_start"))["total"] or 0


def last_failure(address: str | None, username: str | None = None) -> datetime | None:
    """When a sign-in last failed from an address (under a name); None when none is remembered."""
    rows = AccessAttempt.objects.filter(ip_address=address)
    rows = rows if username is None else rows.filter(username=username)
    found: datetime | None = rows.aggregate(last=Max("attempt_time"))["last"]
    return found


def account_named(username: str) -> Account | None:
    """The account that signs in under a name."""
    return Account.objects.filter(username=username).first() if len(username) <= 150 else None


def commanders_of(units: Iterable[Unit]) -> list[str]:
    """The names of open accounts that command one of the units itself, in the order in which they were opened."""
    rows = Grant.objects.filter(unit__in=list(units), role=Grant.Role.COMMANDER, account__is_active=True)
    return list(rows.order_by("account_id").values_list("account__display_name", flat=True))


def manages_all(actor: Actor) -> bool:
    """Whether the actor looks after accounts of the whole grid."""
    return any(len(path) <= STEP for path in actor.paths(rules.RIGHT))


def accounts_for(actor: Actor, *, words: str = "", closed: bool = False) -> "QuerySet[Account]":
    """Accounts that hold anything in the actor's part, by name; those that hold nothing for who looks after the whole."""
    here = Q(pk__in=Grant.objects.filter(visible(actor, rules.RIGHT, "unit__path")).values("account_id"))
    if manages_all(actor):
        here |= ~Q(pk__in=Grant.objects.values("account_id"))
    found = Account.objects.filter(here, is_active=not closed)
    if words:
        found = found.filter(Q(username__contains=words) | holds("display_name", words))
    grants = Prefetch("grants", Grant.objects.select_related("unit").order_by("unit__path", "role"))
    return found.select_related("person").prefetch_related(grants).order_by("username")


def account_for(actor: Actor, account_id: int) -> Account:
    """One account with its grants, open or closed. Raises NotFound outside the actor's part."""
    grants = Prefetch("grants", Grant.objects.select_related("unit").order_by("unit__path", "role"))
    found = Account.objects.select_related("person").prefetch_related(grants).filter(pk=account_id).first()
    if found is None or not rules.touches(actor, _held(found), whole=manages_all(actor)):
        raise NotFound
    return found


def may_change(actor: Actor, account: Account) -> bool:
    """Whether the actor may change the account: another's, holding nothing beyond the actor's part."""
    return account.pk != actor.account_id and rules.within(actor, _held(account), whole=manages_all(actor))


def grants_of(account_id: int | None) -> "QuerySet[Grant]":
    """What an account was granted, the widest first."""
    return Grant.objects.filter(account=account_id).select_related("unit").order_by("unit__depth", "unit__path", "role")


def account_of_person(actor: Actor, person: Person) -> Account | None:
    """Somebody's account, where the actor may know of it."""
    found = Account.objects.filter(person=person).prefetch_related("grants__unit").first()
    return found if found and rules.touches(actor, _held(found), whole=manages_all(actor)) else None


def person_named(actor: Actor, given: str) -> Person | None:
    """The person whose id stands in an address; None when none was given. Raises NotFound."""
    if not given:
        return None
    try:
        return person_for(actor, UUID(given))
    except ValueError:
        raise NotFound from None


def place_names(accounts: Iterable[Account]) -> None:
    """Let each grant's unit tell the neighborhood that it lies in: every neighborhood has a building 3."""
    inner = [grant.unit for account in accounts for grant in account.grants.all() if grant.unit.kind in (Unit.Kind.BLOCK, Unit.Kind.BUILDING)]
    above = {unit.path[:length] for unit in inner for length in range(STEP, len(unit.path), STEP)}
    found = Unit.objects.filter(path__in=above, kind=Unit.Kind.NEIGHBORHOOD)
    names = dict(found.values_list("path", "name")) if above else {}
    for unit in inner:
        held = next((names[path] for path in sorted(names) if unit.path.startswith(path)), "")
        unit.name = f"{held} {unit.name}".strip()


def _held(account: Account) -> list[str]:
    return [grant.unit.path for grant in account.grants.all()]
