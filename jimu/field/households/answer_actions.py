"""What a form found out at a door goes into the ledger, field by field: what nobody changed since the sheet was begun is taken, what somebody did is
kept for a person with both versions. Nobody is added who may be there already."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from jimu.core import locks, sealed
from jimu.core.errors import Invalid
from jimu.core.fetching import fetch_on_part
from jimu.core.permissions import Actor, visible
from jimu.core.scripts import simplified
from jimu.field.households import actions, ledger_rules, queries
from jimu.field.households.actions import Given
from jimu.field.households.form_rules import Definition
from jimu.field.households.ledger_rules import RESIDENT, ROOM, Told
from jimu.field.households.models import Change, Resident, Room
from jimu.field.households.who_rules import Found, Known, Named, Way, who
from jimu.field.households.words import FIELD_WORDS

RECORD = "households.record"


@dataclass(frozen=True)
class Sheet:
    """A sheet as it was filled in: since when what stood on the ledger may have changed without its writer knowing, and what it is called."""

    room_id: UUID
    definition: Definition
    values: Mapping[str, Any]
    begun: datetime
    title: str


@dataclass(frozen=True)
class Differs:
    """What a sheet and the ledger say differently, by key: {"label", "was", "phone", "here"}, masked. Nothing of it is written yet."""

    subject: str
    versions: Mapping[str, Mapping[str, Any]]


def take(*, actor: Actor, at: datetime, sheet: Sheet, decided: Collection[str] | None = None) -> Differs | None:
    """Take what a sheet says into the ledger of its door; whatever a person has to decide is answered. With `decided` a person did so for these keys:
    they are written whatever was changed meanwhile, and nothing else is. Within the caller's transaction. Raises NotFound outside the actor's part."""
    locks.hold("households")
    room = fetch_on_part(actor, Room.objects.filter(pk=sheet.room_id).select_related("building"), seen=RECORD, at="building__path")
    versions = _Taking(actor, at, room, sheet, decided).run()
    return Differs(f"room:{room.pk}", versions) if versions else None


class _Taking:
    """One sheet into one door."""

    def __init__(self, actor: Actor, at: datetime, room: Room, sheet: Sheet, decided: Collection[str] | None) -> None:
        self.actor, self.at, self.room, self.sheet, self.decided = actor, at, room, sheet, decided
        self.versions: dict[str, dict[str, Any]] = {}
        #: What somebody changed since the sheet was begun, as it was before.
        self.before: dict[tuple[UUID | None, str], str] = {}
        for change in Change.objects.filter(Q(room=room) | Q(resident__room=room), at__gt=sheet.begun).order_by("at", "id"):
            self.before.setdefault((change.resident_id, change.field), sealed.unseal(change.before_sealed))

    def run(self) -> dict[str, dict[str, Any]]:
        """All of it; what has to be decided."""
        said = ledger_rules.said_of(self.sheet.definition, self.sheet.values)
        wants = {name: self._wanted(self.room, ROOM, name, given) for name, given in said.room.items() if name != "state"}
        made = [change for name, value in wants.items() if value is not None and (change := actions.put(self.room, self.room, name, value))]
        if made:
            self.room.updated_at = self.at
            self.room.save(update_fields=["floor", "kitchen", "note", "updated_at"])
            actions.tell(self.actor, self.at, "ledger.room_edited", self.room, made, self.sheet.title)
        if said.people:
            self._people(said.people)
        return self.versions

    def _people(self, people: Sequence[Told]) -> None:
        rows = {one.pk: one for one in Resident.objects.filter(Q(room=self.room) | Q(changes__room=self.room, changes__field="room")).distinct().order_by("pk")}
        named = [one for one in map(_named, people) if one is not None]
        found = who(named, [self._known(one) for one in rows.values()], self.sheet.begun)
        for told in people:
            if told.key in found:
                self._person(told, self._elsewhere(told, found[told.key]), rows)
            else:
                self._wanted(None, told.key, "name", told.fields["name"])

    def _known(self, one: Resident) -> Known:
        found = known(one, self.before.get((one.pk, "name"), ""))
        # Who lives behind another door by now is here by somebody's decision only.
        return found if one.room_id == self.room.pk else replace(found, left_at=datetime.max.replace(tzinfo=UTC))

    def _elsewhere(self, told: Told, found: Found) -> Found:
        """Somebody new with the ID number of one who lives behind another door may have moved, or one of the two numbers is wrong."""
        number = ledger_rules.read(RESIDENT, "id_number", told.fields.get("id_number", "")) if found.way is Way.NEW else None
        seen = Resident.objects.filter(visible(self.actor, RECORD, "room__building__path"), left_at=None)
        return Found(Way.DOUBT) if number and seen.filter(id_number_index=sealed.blind_index(number)).exists() else found

    def _person(self, told: Told, found: Found, rows: Mapping[UUID, Resident]) -> None:
        perhaps = [rows[key] for key in found.perhaps]
        if found.way is Way.DOUBT and not self._is_decided(told.key, "resident"):
            return self._doubt(told, perhaps)
        resident = rows[found.id] if found.id else None
        if found.way is Way.DOUBT and len(perhaps) == 1 and perhaps[0].left_at is not None and perhaps[0].room_id == self.room.pk:
            # Who says that they live here says so of whoever left meanwhile.
            resident = perhaps[0]
        if resident is None:
            if self.decided is None or self._is_decided(told.key, "resident"):
                self._add(told)
            return None
        if resident.left_at is not None and (self.decided is None or self._is_decided(told.key, "resident")):
            actions.bring_back(self.actor, self.at, resident, self.sheet.title)
        names = [name for name in told.fields if name != "name" or not self._called(resident, told)]
        wants = {name: self._wanted(resident, told.key, name, told.fields[name], sure=found.sure) for name in names}
        made = actions.apply(resident, self.room, Given(**{name: value for name, value in wants.items() if value is not None}))
        if made:
            resident.updated_at = self.at
            resident.save()
            actions.tell(self.actor, self.at, "ledger.resident_edited", self.room, made, self.sheet.title)
        return None

    def _called(self, resident: Resident, told: Told) -> bool:
        """Whether somebody is called so, or was when the sheet was begun: the name on it is no correction then."""
        return simplified(str(ledger_rules.read(RESIDENT, "name", told.fields["name"]))) in self._known(resident).names

    def _add(self, told: Told) -> None:
        wants = {name: self._wanted(None, told.key, name, given) for name, given in told.fields.items()}
        actions.settle(self.actor, self.at, self.room, Given(**{name: value for name, value in wants.items() if value is not None}), self.sheet.title)

    def _wanted(self, owner: Room | Resident | None, key: str, name: str, given: Any, *, sure: bool = True) -> Any:
        """What is to be written; None where there is nothing to write, or a person has to decide."""
        value, kind = (ledger_rules.read(ROOM if key == ROOM else RESIDENT, name, given), str(FIELD_WORDS[name]))
        here = _now(owner, name)
        if value is None:
            if self.decided is None:
                self._differ(owner, key, name, _("{field}（写得不对，没有收进台账）").format(field=kind), given, here)
            elif self._is_decided(key, name):
                raise Invalid(_("“{field}”写得不对，请照原样核对后在台账里改。").format(field=kind), code=f"bad_{name}")
            return None
        fresh = [code for code in value if code not in here] if name == "groups" else []
        if name == "groups":
            # What is known is not taken away by a form that did not ask for it.
            value = [*here, *fresh]
        if value == here or (not value and not here):
            return None
        if self.decided is not None:
            return value if self._is_decided(key, name) else None
        changed = self.before.get((owner.pk if isinstance(owner, Resident) else None, name)) if owner is not None else None
        if name == "groups" and changed is not None and not set(fresh) & set(changed.split(",")):
            # Others added some too: both stand. Only what somebody took away is to be decided.
            changed = None
        if changed is None and sure:
            return value
        self._differ(owner, key, name, kind, value, here)
        return None

    def _is_decided(self, key: str, name: str) -> bool:
        return self.decided is not None and bool({f"{key}.{name}", f"{key}.resident"} & set(self.decided))

    def _differ(self, owner: Room | Resident | None, key: str, name: str, field: str, said: Any, here: Any) -> None:
        label = f"{owner.masked_name} · {field}" if isinstance(owner, Resident) else field
        self.versions[f"{key}.{name}"] = {"label": label, "was": "", "phone": _masked(name, said), "here": _masked(name, here)}

    def _doubt(self, told: Told, perhaps: Sequence[Resident]) -> None:
        name = sealed.mask_name(str(ledger_rules.read(RESIDENT, "name", told.fields["name"])))
        if self.decided is not None:
            return
        said = _person_words(name, told.fields.get("birth_year"))
        here = "、".join(_person_words(one.masked_name, one.birth_year, gone=one.left_at is not None or one.room_id != self.room.pk) for one in perhaps) or _(
            "身份证号登记在别的室"
        )
        self.versions[f"{told.key}.resident"] = {"label": _("{name}：可能已在台账上。用表上的，就照表登记这一位").format(name=name), "was": "", "phone": said, "here": here}


def known(one: Resident, former: str = "") -> Known:
    """Somebody of the ledger, for comparing; `former` is what they were called before."""
    names = frozenset(simplified(name) for name in (one.name, former) if name)
    return Known(one.pk, names, one.birth_year, sealed.unseal(one.id_number_sealed), sealed.unseal(one.phone_sealed), one.left_at)


def _named(told: Told) -> Named | None:
    """Who is meant; None for what is no name."""
    values = {name: ledger_rules.read(RESIDENT, name, told.fields[name]) for name in ("name", "birth_year", "id_number", "phone") if name in told.fields}
    if not values.get("name"):
        return None
    return Named(told.key, simplified(values["name"]), values.get("birth_year"), values.get("id_number") or "", values.get("phone") or "")


def _now(owner: Room | Resident | None, name: str) -> Any:
    if owner is None:
        return [] if name == "groups" else ""
    return sealed.unseal(getattr(owner, f"{name}_sealed")) if name in ("name", "phone", "id_number") else getattr(owner, name)


def _masked(name: str, value: Any) -> str:
    return queries.masked(name, ",".join(value) if isinstance(value, list) else "" if value is None else str(value))


def _person_words(name: str, born: Any, *, gone: bool = False) -> str:
    return "，".join([name, *([_("{year} 年生").format(year=born)] if born else []), *([_("登记为已搬走")] if gone else [])])
