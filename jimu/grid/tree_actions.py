"""Writes that change which units there are, what they are called and where they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.events import announce
from jimu.core.permissions import Actor, under
from jimu.grid import rules
from jimu.grid.events import UnitMoved
from jimu.grid.models import FormerUnit, Unit
from jimu.grid.paths import STEP, child_path
from jimu.grid.places import next_child, relocate

RIGHT = "grid.edit"


@dataclass(frozen=True)
class Naming:
    """How a unit is called. `code` may be empty."""

    name: str
    short_name: str
    code: str = ""
    note: str = ""


def create_units(*, actor: Actor, at: datetime, parent_id: UUID, kind: str, names: Sequence[str]) -> list[Unit]:
    """Make units in another, each with the next free code below it. A name that stands there already is refused."""
    with transaction.atomic():
        locks.hold("grid")
        parent = _unit_to_edit(actor, parent_id)
        if parent.retired_at:
            raise Conflict(_("{name}已停用，不能再添加下级。").format(name=parent.name), code="unit_retired")
        if not rules.may_stand_in(kind, parent.kind):
            raise Invalid(_("这里不能添加这一级。"), code="wrong_level")
        if not names:
            raise Invalid(_("请填写名称。"), code="no_name")
        _refuse_taken_names(parent, names)
        codes = _fresh_codes(kind, parent, len(names))
        first = next_child(parent)
        made = [_new(parent, kind, name, number, code) for number, (name, code) in enumerate(zip(names, codes, strict=True), first)]
        Unit.objects.bulk_create(made, batch_size=500)
        Unit.objects.filter(pk=parent.pk).update(numchild=parent.numchild + len(made))
        data = {"kind": kind, "names": list(names)[:20], "count": len(names)}
        journal.record(actor=actor, at=at, verb="grid.units_created", target=f"unit:{parent.pk}", scope=parent.path, data=data)
        for unit in made:
            journal.record(actor=actor, at=at, verb="grid.created", target=f"unit:{unit.pk}", scope=unit.path, data={"code": unit.code})
        live.beat("board")
    return made


def rename(*, actor: Actor, at: datetime, unit_id: UUID, naming: Naming, seen: Naming) -> Unit:
    """Call a unit something else. `seen` is what the editor saw. The old name and code stay on record."""
    with transaction.atomic():
        locks.hold("grid")
        unit = _unit_to_edit(actor, unit_id)
        now = Naming(unit.name, unit.short_name, unit.code, unit.note)
        if now != seen:
            raise Conflict(_("名称或编码刚刚有人改过，请刷新后再改。"))
        if naming == now:
            return unit
        if not naming.name.strip():
            raise Invalid(_("请填写名称。"), code="no_name")
        if naming.name != unit.name:
            _refuse_taken_names(_parent(unit), [naming.name])
        if naming.code != unit.code:
            rules.check_code(unit.kind, naming.code, rules.code_stem(unit.kind, _holder_code(unit)))
            _refuse_taken_code(naming.code, unit)
        if (naming.name, naming.code) != (unit.name, unit.code):
            FormerUnit.objects.create(
                unit=unit, until=at, name=unit.name if naming.name != unit.name else "", code=unit.code if naming.code != unit.code else ""
            )
        before = {"name": unit.name, "code": unit.code}
        unit.name, unit.code, unit.note = naming.name, naming.code, naming.note
        unit.short_name = naming.short_name or rules.short_of(naming.name)
        unit.save(update_fields=["name", "short_name", "code", "note"])
        data = {"before": before, "after": {"name": unit.name, "code": unit.code}}
        journal.record(actor=actor, at=at, verb="grid.renamed", target=f"unit:{unit.pk}", scope=unit.path, data=data)
        live.beat("board")
    return unit


def retire(*, actor: Actor, at: datetime, unit_id: UUID, reason: str) -> Unit:
    """Take a unit out of use, with all that stands in it; records stay, and it can be restored."""
    with transaction.atomic():
        locks.hold("grid")
        unit = _unit_to_edit(actor, unit_id)
        parent = _parent(unit)
        if parent is None:
            raise Invalid(_("街道是整个网格的根，不能停用。"), code="root")
        # Whether a part of the grid is in use is for those who answer for what holds it.
        actor.require(RIGHT, parent.path)
        if unit.retired_at:
            raise Conflict(_("{name}已经停用了。").format(name=unit.name), code="unit_retired")
        count = Unit.objects.filter(under([unit.path]), retired_at=None).update(retired_at=at)
        unit.retired_at = at
        data = {"reason": reason, "units": count}
        journal.record(actor=actor, at=at, verb="grid.retired", target=f"unit:{unit.pk}", scope=unit.path, data=data)
        live.beat("board")
    return unit


def restore(*, actor: Actor, at: datetime, unit_id: UUID) -> Unit:
    """Take a retired unit back into use, with what was retired together with it."""
    with transaction.atomic():
        locks.hold("grid")
        unit = _unit_to_edit(actor, unit_id)
        parent = _parent(unit)
        if unit.retired_at is None:
            raise Conflict(_("{name}没有停用。").format(name=unit.name))
        if parent is not None:
            actor.require(RIGHT, parent.path)
            if parent.retired_at:
                raise Conflict(_("上级{name}还在停用，请先恢复它。").format(name=parent.name), code="parent_retired")
        count = Unit.objects.filter(under([unit.path]), retired_at=unit.retired_at).update(retired_at=None)
        unit.retired_at = None
        journal.record(actor=actor, at=at, verb="grid.restored", target=f"unit:{unit.pk}", scope=unit.path, data={"units": count})
        live.beat("board")
    return unit


def move(*, actor: Actor, at: datetime, unit_id: UUID, parent_id: UUID) -> Unit:
    """Put a neighborhood under another zone, or directly under the subdistrict. Rights and records move with it."""
    with transaction.atomic():
        locks.hold("grid")
        unit, target = _unit_to_edit(actor, unit_id), _unit_to_edit(actor, parent_id)
        here = _parent(unit)
        if unit.kind != Unit.Kind.NEIGHBORHOOD or here is None or not rules.may_stand_in(unit.kind, target.kind):
            raise Invalid(_("只能把居民区调到片区或街道之下。"), code="wrong_level")
        actor.require(RIGHT, here.path)
        if target.retired_at:
            raise Conflict(_("{name}已停用，不能调入。").format(name=target.name), code="unit_retired")
        if here.pk != target.pk:
            _move(actor, at, unit, here, target)
            live.beat("board")
    return unit


def arrange_zones(*, actor: Actor, at: datetime, root: Unit, zones: Mapping[str, Sequence[UUID]]) -> list[Unit]:
    """Put neighborhoods under zones, named in order; a zone of that name is used again. Rights move with the places."""
    with transaction.atomic():
        locks.hold("grid")
        actor.require(RIGHT, root.path)
        made = []
        for name, members in zones.items():
            zone = Unit.objects.filter(under([root.path]), kind=Unit.Kind.ZONE, name=name).first()
            if zone is None:
                top = Unit.objects.get(pk=root.pk)
                zone = _new(top, Unit.Kind.ZONE, name, next_child(top), "")
                Unit.objects.bulk_create([zone])
                Unit.objects.filter(pk=top.pk).update(numchild=top.numchild + 1)
            for member in Unit.objects.filter(pk__in=members, kind=Unit.Kind.NEIGHBORHOOD).order_by("path"):
                here = _parent(member)
                if here is not None and here.pk != zone.pk:
                    _move(actor, at, member, here, zone)
            made.append(Unit.objects.get(pk=zone.pk))
        data = {"zones": [zone.name for zone in made]}
        journal.record(actor=actor, at=at, verb="grid.zones_arranged", target=f"unit:{root.pk}", scope=root.path, data=data)
        live.beat("board")
    return made


def number_units(*, actor: Actor, at: datetime, root_id: UUID) -> int:
    """Give every unit below a coded one its code, in the order of the tree; returns how many got one."""
    with transaction.atomic():
        locks.hold("grid")
        root = _unit_to_edit(actor, root_id)
        if not root.code:
            raise Invalid(_("请先填写{name}的编码，下级编码由它而来。").format(name=root.name), code="no_code")
        units = list(Unit.objects.filter(under([root.path])).order_by("path"))
        coded = {unit.path: unit.code for unit in units}
        taken = {code for code in coded.values() if code} | set(_codes_ever_given())
        given = []
        for unit in units:
            if not unit.code and unit.kind in rules.CODE_LENGTH and unit.retired_at is None:
                unit.code = rules.next_code(unit.kind, rules.code_stem(unit.kind, _nearest(coded, unit.path)), taken)
                taken.add(unit.code)
                coded[unit.path] = unit.code
                given.append(unit)
        Unit.objects.bulk_update(given, ["code"], batch_size=500)
        if given:
            journal.record(actor=actor, at=at, verb="grid.numbered", target=f"unit:{root.pk}", scope=root.path, data={"units": len(given)})
    return len(given)


def _unit_to_edit(actor: Actor, unit_id: UUID) -> Unit:
    """A unit of the actor's part. Raises NotFound outside it, NotPermitted without the right on it."""
    unit: Unit | None = Unit.objects.filter(pk=unit_id).first()
    if unit is None or not actor.may("grid.view", unit.path):
        raise NotFound
    actor.require(RIGHT, unit.path)
    return unit


def _parent(unit: Unit) -> Unit | None:
    found: Unit | None = Unit.objects.filter(path=unit.path[:-STEP]).first()
    return found


def _new(parent: Unit, kind: str, name: str, number: int, code: str) -> Unit:
    path = child_path(parent.path, number)
    return Unit(path=path, depth=parent.depth + 1, kind=kind, name=name, short_name=rules.short_of(name), order=number, code=code)


def _move(actor: Actor, at: datetime, unit: Unit, here: Unit, target: Unit) -> None:
    """Write one move, with its journal entry and its event."""
    old = unit.path
    FormerUnit.objects.create(unit=unit, path=old, until=at)
    relocate(unit, child_path(target.path, next_child(target)))
    data = {"from": here.name, "to": target.name}
    journal.record(actor=actor, at=at, verb="grid.moved", target=f"unit:{unit.pk}", scope=unit.path, data=data)
    announce(UnitMoved(unit.pk, old, unit.path))


def _refuse_taken_names(parent: Unit | None, names: Sequence[str]) -> None:
    if parent is None:
        return
    taken = Unit.objects.filter(under([parent.path]), depth=parent.depth + 1, name__in=names).values_list("name", flat=True).first()
    if taken:
        raise Invalid(_("这里已经有“{name}”了（停用的也算），请换一个名称。").format(name=taken), code="name_taken")


def _refuse_taken_code(code: str, unit: Unit) -> None:
    if not code:
        return
    if (
        Unit.objects.filter(code=code).exclude(pk=unit.pk).exists()
        or FormerUnit.objects.filter(code=code).exclude(unit=unit).exists()
    ):
        raise Invalid(_("这个编码用过了，编码不重复使用。"), code="code_taken")


def _codes_ever_given() -> list[str]:
    return list(FormerUnit.objects.exclude(code="").values_list("code", flat=True))


def _fresh_codes(kind: str, parent: Unit, count: int) -> list[str]:
    stem = rules.code_stem(kind, parent.code or _holder_code(parent))
    if not stem:
        return [""] * count
    taken = [*Unit.objects.filter(code__startswith=stem).values_list("code", flat=True), *_codes_ever_given()]
    codes: list[str] = []
    for _each in range(count):
        codes.append(rules.next_code(kind, stem, [*taken, *codes[-1:]]))
    return codes


def _holder_code(unit: Unit) -> str:
    """The code of the nearest unit above that has one."""
    above = [unit.path[:length] for length in range(STEP, len(unit.path), STEP)]
    held = Unit.objects.filter(path__in=above).exclude(code="").order_by("-path").values_list("code", flat=True).first()
    return str(held or "")


def _nearest(coded: Mapping[str, str], path: str) -> str:
    return next((code for length in range(len(path) - STEP, 0, -STEP) if (code := coded.get(path[:length]))), "")
