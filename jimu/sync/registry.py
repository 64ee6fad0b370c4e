"""What bricks offer to phones: kinds of operations that may be written down without a network, and packs of what today needs.

A brick names an `Offer` in its brick.py (`offline="jimu.households.offline.OFFER"`); sync knows no brick.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Manager, QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from jimu.core.errors import Conflict, JimuError
from jimu.core.permissions import Actor
from jimu.sync import rules
from jimu.sync.fields import Field, read_id

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Incoming:
    """One operation, ready for the action of its kind.

    `at` is when it happened by the server's clock, `said_at` by the phone's; `path` is the place that it concerns (the
    device's own when the kind names none). The actor has the rights of the account, on the device's part of the grid only.
    """

    op_id: UUID
    kind: str
    device_id: UUID
    actor: Actor
    at: datetime
    said_at: datetime
    received_at: datetime
    based_on: str
    path: str
    data: Data
    # A person has seen it and takes it: NeedsLook has been answered.
    looked: bool = False
    # Of what an Answer said to differ a person took these, by their keys.
    decided: Sequence[str] = ()

    @contextmanager
    def happened(self, *refusals: type[JimuError]) -> Iterator[None]:
        """What a phone tells did happen: refused as a conflict (or as one of these) it is kept until somebody has found out, never
        thrown away. Whoever has looked hears the refusal itself."""
        kept: tuple[type[JimuError], ...] = (Conflict, *refusals)
        try:
            yield
        except kept as error:
            if self.looked:
                raise
            raise NeedsLook(str(error)) from error


@dataclass(frozen=True)
class Answer:
    """What the phone is told of an operation that was done; `data` holds no personal fact.

    Something of it may differ from the record `subject`, which somebody else changed meanwhile: {key: {"label", "was", "phone", "here"}}. The rest is done,
    that waits for a person; when they take it the action comes again with those keys `decided`.
    """

    data: Data = field(default_factory=dict)
    differs: Mapping[str, Data] = field(default_factory=dict)
    subject: str = ""


class NeedsLook(JimuError):
    """An action cannot decide this alone: the operation is kept, and a person looks. Nothing of it was written."""

    code = "needs_look"
    status = 409


@dataclass(frozen=True)
class Held:
    """The record that an operation changes, as it is now: what it is (`household:<id>`), its version, its fields."""

    subject: str
    version: str
    fields: Data


def places_of(rows: "Manager[Any] | QuerySet[Any]", key: str, path: str) -> Callable[[Sequence[Data]], list[str | None]]:
    """The `places` of a kind whose payloads name one of `rows` under `key`: the path of each, None for what is none, in one query.

    What is asked raises Invalid for an id that is none.
    """

    def places(many: Sequence[Data]) -> list[str | None]:
        ids = [read_id(one[key]) for one in many]
        paths = dict(rows.filter(pk__in=ids).values_list("pk", path))
        return [paths.get(one) for one in ids]

    return places


@dataclass(frozen=True)
class Screen:
    """A screen of a kind's own in the app instead of the drawn form: an ES module among the static `files` that the app keeps.

    The module exports `draw(given) → element`; given: {kind, item, words, say, element, store, keep, remember, scanField, scanMany}. `words` are what it says.
    `keep(payload, marks)` writes an operation down together with what the screen remembers, `remember(marks)` only that; each answers a
    sentence when the phone could not, which the screen has to say, and nothing of it is there then. `scanField(input)` is a button that puts a
    code into a box by camera or photo, `scanMany(found)` → {video, line, end} reads one after another.
    """

    module: str
    files: Sequence[str]
    words: Mapping[str, str | Promise] = field(default_factory=dict)


#: Of places that say nothing of photos.
USUAL_DAYS = 30
#: No place keeps a photo for less.
LEAST_DAYS = 1


@dataclass(frozen=True)
class Photos:
    """Photos that may go with operations of a kind: at most `most` each.

    `days_at` takes paths and says for how many days photos of each are kept; `held` takes subjects and says about which something is undecided:
    those photos stay until it is. `least_days` says for how many days every place keeps them at least: younger ones are not even counted.

    `subject` takes the operation's id, its payload and the data of its answer and says what they show (`room:<id>`), by which the brick finds them;
    `may_see` takes a reader, a subject and the path of the operation's place.
    """

    subject: Callable[[UUID, Data, Data], str]
    may_see: Callable[[Actor, str, str], bool]
    most: int = 3
    days_at: Callable[[Iterable[str]], Mapping[str, int]] = lambda paths: dict.fromkeys(paths, USUAL_DAYS)
    held: Callable[[Iterable[str]], set[str]] = lambda subjects: set()
    least_days: Callable[[], int] = lambda: LEAST_DAYS


@dataclass(frozen=True)
class Kind:
    """One kind of operation.

    `action` takes an Incoming, acts as any action does (lock, permit, decide, write, journal) and may return an Answer; what it
    raises becomes the refusal, NeedsLook becomes a look. `bulk_action` takes many of one device at once, in one transaction, and
    answers each in order with an Answer, None or the JimuError of that one; it is used for two and more. With `several_phones`
    it may be given those of several devices, each with its own actor.

    `clean` turns the payload into the action's data and raises Invalid; without one, `fields` are read. `right` must be
    held at the place: `places` says the path of the unit of each data, None for one that does not exist.

    A kind with `fields_of` edits a record: the payload is {subject…, "fields": {name: new}, "was": {name: as seen}}. Only
    fields that nobody changed meanwhile reach the action; the others wait for a person with both versions.
    """

    name: str
    title: str | Promise
    right: str
    action: Callable[[Incoming], Answer | None]
    bulk_action: Callable[[Sequence[Incoming]], Sequence[Answer | JimuError | None]] | None = None
    fields: Sequence[Field] = ()
    clean: Callable[[Data], Data] | None = None
    places: Callable[[Sequence[Data]], Sequence[str | None]] | None = None
    fields_of: Callable[[Incoming], Held | None] | None = None
    # Older than this when it arrives: a person looks first.
    late: timedelta = timedelta(days=7)
    # Payloads of personal facts are sealed at rest. Leave it so unless volume needs otherwise and nothing tells of a person.
    personal: bool = True
    screen: Screen | None = None
    # Its form comes with the item (`form` names one of its pack's `forms`); what was typed is sent as {"answers": {…}}.
    by_item: bool = False
    photos: Photos | None = None
    # The bulk action takes several phones' operations together.
    several_phones: bool = False
    # What the data of one is about, in words (a door, a masked name), for a person who has to decide; "" for what is there no more.
    called: Callable[[Data], str] | None = None

    @property
    def form(self) -> str:
        """A mark of the form as it is now, so that one filled in on an older form is known as such."""
        described = [one.describe() for one in self.fields]
        return hashlib.sha256(json.dumps(described, sort_keys=True, default=str).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Delta:
    """Items of a pack. With `full` they are all there are, else what changed, and `gone` are ids that left.

    An item: {"id", "title", "note", "place": the building, by which a long list is folded, "group", "order", "kinds": names of the kinds it opens, "preset": payload values that are
    given, "version": sent back as based_on, "fields": present values of an editing kind, or what a screen reads, "state": "", "done", "due": a moment, "" without}: a list with something due within the hour stands first; with a kind whose form
    comes by the item, "form" too: a key of `forms`, each {"title", "fields"}.
    """

    items: Sequence[Data]
    gone: Sequence[str] = ()
    full: bool = True
    forms: Mapping[str, Data] = field(default_factory=dict)


@dataclass(frozen=True)
class Holder:
    """For whom a pack is: the rights of the account on the device's part (without the account: a list may be another phone's too), that part, and when the duty ends.

    `work` is what the phone is for, as `duty` or `duty@spot`; empty: whatever comes up on its part.
    """

    actor: Actor
    unit_id: UUID
    path: str
    ends_at: datetime
    work: tuple[str, ...] = ()

    def spots(self, duty: str) -> frozenset[str] | None:
        """The spots at which the phone has this duty; None: at all of its part."""
        return rules.spots_in(self.work, duty)


@dataclass(frozen=True)
class Pack:
    """A list that a duty needs, for who has the `right` at the device's place or inside it.

    `items` takes the holder, the moment now, and since when (None: never before); it may answer in full each time.
    One without a title is not listed: a screen reads it (`store.packs()`).
    An `own` list is of the phone's account and its person alone: the holder's actor names them, it is never another phone's, and stands first.
    `duties` are those that need it, of any brick; without one every phone does.
    """

    name: str
    title: str | Promise
    right: str
    items: Callable[[Holder, datetime, datetime | None], Delta]
    order: int = 50
    own: bool = False
    duties: Sequence[str] = ()


@dataclass(frozen=True)
class Spot:
    """Where exactly on a part: a site, a gate, the doors of one pair."""

    key: str
    name: str


@dataclass(frozen=True)
class Duty:
    """Something a phone may be for. Packs name the duties that need them; `spots` takes a path and the moment and says where on that part."""

    name: str
    title: str | Promise
    spots: Callable[[str, datetime], Sequence[Spot]] | None = None


@dataclass(frozen=True)
class Offer:
    """All that one brick offers to phones."""

    kinds: Sequence[Kind] = ()
    packs: Sequence[Pack] = ()
    duties: Sequence[Duty] = ()


def offers() -> tuple[Offer, ...]:
    """The offers of all bricks."""
    from jimu.bricks import bricks

    return tuple(import_string(brick.offline) for brick in bricks() if brick.offline)


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by name. Raises ValueError when two bricks take one name."""
    found: dict[str, Kind] = {}
    for offer in offers():
        for kind in offer.kinds:
            if kind.name in found:
                raise ValueError(f"two kinds are called {kind.name}")
            found[kind.name] = kind
    return found


@cache
def packs() -> tuple[Pack, ...]:
    """All packs in their order."""
    return tuple(sorted((pack for offer in offers() for pack in offer.packs), key=lambda pack: (pack.order, pack.name)))


@cache
def duties() -> dict[str, Duty]:
    """All duties by name."""
    return {duty.name: duty for offer in offers() for duty in offer.duties}


def forget() -> None:
    """Read the offers afresh: for tests that add one."""
    kinds.cache_clear()
    packs.cache_clear()
    duties.cache_clear()


def title_of(name: str) -> str:
    """A kind in words; its name when no brick offers it any more."""
    return str(kinds()[name].title) if name in kinds() else name or _("未知")
