"""Writes of forms: a workbook taken as a new version, answers from doors, a look at them."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core import journal, live, locks, sealed
from jimu.core.errors import Conflict, Invalid, JimuError, NotFound
from jimu.core.fetching import fetch
from jimu.core.permissions import Actor
from jimu.core.workbooks import tables
from jimu.field.households import (
    answer_actions,
    form_joining,
    form_queries,
    ledger_rules,
    queries,
    round_actions,
    round_queries,
)
from jimu.field.households.answer_actions import Differs, Sheet
from jimu.field.households.form_queries import Filled
from jimu.field.households.form_reading import FormReading, read_form
from jimu.field.households.form_rules import REPEAT, Definition, Question, read_answers, shown
from jimu.field.households.form_words import Part
from jimu.field.households.models import Answer, FormVersion, Room, SurveyForm
from jimu.field.households.round_actions import Knock
from jimu.field.households.zone_queries import today
from jimu.grid.queries import unit_for
from jimu.people.sheets import watermark

#: Which of two counts where a sheet and the ledger differ.
SHEET, LEDGER, EACH = "sheet", "ledger", "each"


class BadForm(Invalid):
    """A workbook that is no form: every fault with its row."""

    code = "bad_form"

    def __init__(self, reading: FormReading) -> None:
        first = reading.faults[0]
        where = f"{first.sheet} › {first.row}：" if first.row else ""
        super().__init__(where + first.message, faults=[one.as_dict() for one in reading.faults])


def import_form(*, actor: Actor, at: datetime, unit_id: UUID, path: Path) -> tuple[FormVersion, FormReading]:
    """Take an XLSForm as a form of a place, or as the next version of the one with its id there. Raises BadForm with all faults.

    A version that asks the same as the newest one is not made again.
    """
    unit = unit_for(actor, unit_id, form_queries.MANAGE)
    reading = read_form(path)
    if reading.definition is None:
        raise BadForm(reading)
    with transaction.atomic():
        locks.hold("households")
        form_id = reading.form_id or path.stem[:40]
        form, _made = SurveyForm.objects.get_or_create(unit=unit, form_id=form_id, defaults={"title": reading.definition.title, "made_at": at})
        data = json.loads(json.dumps(reading.definition.as_data()))
        before = FormVersion.objects.filter(form=form).order_by("-number").first()
        if before is not None and before.definition == data:
            return before, reading
        version = FormVersion.objects.create(form=form, number=before.number + 1 if before else 1, definition=data, made_at=at, made_by=actor.name[:80])
        if form.title != reading.definition.title:
            form.title = reading.definition.title
            form.save(update_fields=["title"])
        told = {"title": form.title, "number": version.number}
        journal.record(actor=actor, at=at, verb="ledger.form_imported", target=f"form:{form.pk}", scope=unit.path, data=told)
        live.beat("households")
    return version, reading


@dataclass(frozen=True)
class Filling:
    """A form filled in at a door; `id` makes telling it twice harmless, `version_id` is the form that was asked."""

    id: UUID
    round_id: UUID
    room_id: UUID
    version_id: UUID
    answers: Mapping[str, Any]
    at: datetime
    way: str = Answer.Way.DOOR
    joins: Sequence[str] = ()
    #: When the sheet was taken up: what changed on the ledger since, its writer did not know.
    begun: datetime | None = None

    def knock(self, result: str) -> Knock:
        """Somebody who answers has been reached, which the round counts as it counts a door that opened, unless the sheet itself says how the door stands."""
        said = "" if self.way == Answer.Way.DOOR else str(Answer.Way(self.way).label)
        return Knock(self.id, self.round_id, self.room_id, result, self.at, said)


@dataclass(frozen=True)
class _Read:
    """A sheet that may stay: what it says, and what it says of the ledger (None for a form that says nothing of it)."""

    values: dict[str, Any]
    sheet: Sheet | None = None

    @property
    def result(self) -> str:
        """The knock that it is."""
        state = ledger_rules.said_of(self.sheet.definition, self.values).room.get("state") if self.sheet else None
        return ledger_rules.KNOCKS.get(str(state), "answered")


def keep_answers(*, actor: Actor, told: Sequence[Filling]) -> list[JimuError | Differs | None]:
    """Many at once, each judged by the version that was asked; somebody who answers has opened the door, so it is a knock too. What questions say of the
    ledger is taken into it; a sheet of which a person has to decide something is kept, and answered with what that is."""
    with transaction.atomic():
        locks.hold("households")
        read: dict[UUID, _Read] = {}
        errors: dict[UUID, JimuError] = {}
        for one in told:
            try:
                read[one.id] = _judged(one)
            except JimuError as error:
                errors[one.id] = error
        good = [one for one in told if one.id in read]
        for one, refused in zip(good, round_actions.knock_all(actor=actor, told=[one.knock(read[one.id].result) for one in good]), strict=True):
            if refused is not None:
                errors[one.id] = refused
        there = set(Answer.objects.filter(pk__in=list(read)).values_list("pk", flat=True))
        fresh = {one.id: one for one in good if one.id not in errors and one.id not in there}
        Answer.objects.bulk_create([
            Answer(id=one.id, version_id=one.version_id, room_id=one.room_id, round_id=one.round_id, at=one.at, way=one.way, joins=[*one.joins], by=actor.name[:80],
                answers_sealed=sealed.seal(json.dumps(read[one.id].values, ensure_ascii=False)))
            for one in fresh.values()
        ])  # fmt: skip
        differing = _into_the_ledger(actor, list(fresh.values()), read)
    return [errors.get(one.id) or differing.get(one.id) for one in told]


def _into_the_ledger(actor: Actor, fresh: Sequence[Filling], read: Mapping[UUID, _Read]) -> dict[UUID, Differs]:
    """What sheets say of the ledger, taken in the order in which they were filled in; of each what a person has to decide."""
    found: dict[UUID, Differs] = {}
    for one in sorted(fresh, key=lambda one: one.at):
        sheet = read[one.id].sheet
        differs = answer_actions.take(actor=actor, at=one.at, sheet=sheet) if sheet else None
        if differs is not None:
            found[one.id] = differs
    return found


class Unlike(Conflict):
    """A sheet says something of the ledger that a person has to decide first; `data` holds both versions."""

    code = "unlike_the_ledger"
    sentence = gettext_lazy("表上有几项和台账对不上，请看过再定。")


def shown_of(versions: Mapping[str, Any]) -> str:
    """What tells these versions from others."""
    return hashlib.sha256(json.dumps(versions, sort_keys=True).encode()).hexdigest()


def decide(*, actor: Actor, at: datetime, told: Filling, decided: Collection[str]) -> None:
    """Take what a sheet that is kept says for these keys, as a person decided. Raises Invalid for what the ledger cannot keep."""
    with transaction.atomic():
        sheet = _judged(told).sheet
        if sheet is not None:
            answer_actions.take(actor=actor, at=at, sheet=sheet, decided=decided)


@dataclass(frozen=True)
class Choice:
    """What whoever sits at a desk says of what differs: which `counts`, the sheet or the ledger, for all of it or for each of `fields`; and what they were `shown`."""

    counts: str = ""
    shown: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def of(self, versions: Mapping[str, Any]) -> Mapping[str, str] | None:
        """By field which of the two counts; None where that is not said of every one, or was said of something else than differs now. The ledger's
        is what stands without anybody's word: it may be kept whatever was shown."""
        if self.counts == LEDGER:
            return dict.fromkeys(versions, LEDGER)
        if self.shown != shown_of(versions) or self.counts not in (SHEET, EACH):
            return None
        taken = dict.fromkeys(versions, SHEET) if self.counts == SHEET else dict(self.fields)
        return taken if set(taken) == set(versions) and set(taken.values()) <= {SHEET, LEDGER} else None


UNDECIDED = Choice()


def fill_in(*, actor: Actor, at: datetime, told: Filling, choice: Choice = UNDECIDED) -> None:
    """A form filled in at a desk, from a paper sheet or by telephone. Raises Invalid for answers that may not stay, or a time that lies before the round or
    ahead; Unlike where the ledger says otherwise by now and it is not said which counts, or more differs than was shown (`Unlike.shown`)."""
    found = round_queries.round_for(actor, told.round_id)
    if not found.opened_at <= told.at <= at:
        raise Invalid(_("问的时间要在这一轮入户开始以后，不能晚于现在。"), field="said_at", code="bad_time")
    told = replace(told, joins=form_joining.checked(told.joins, told.room_id, told.round_id))
    with transaction.atomic():
        answer = keep_answers(actor=actor, told=[told])[0]
        if isinstance(answer, JimuError):
            raise answer
        if answer is None:
            return
        taken = choice.of(answer.versions)
        if taken is None:
            raise Unlike(versions=answer.versions, shown=shown_of(answer.versions))
        if wanted := [name for name, counts in taken.items() if counts == SHEET]:
            decide(actor=actor, at=at, told=told, decided=wanted)
        room = Room.objects.select_related("building").get(pk=told.room_id)
        data = {"title": found.title, "fields": dict(taken)}
        journal.record(actor=actor, at=at, verb="ledger.sheet_decided", target=f"room:{room.pk}", scope=room.building.path, data=data)


def _judged(one: Filling) -> _Read:
    definition = form_queries.definition_of(one.version_id)
    if definition is None:
        raise NotFound
    unknown = set(one.answers) - {question.name for question in definition.kept}
    if unknown:
        raise Invalid(_("表里没有这些题：{names}").format(names="、".join(sorted(map(str, unknown)))[:80]), code="unknown_questions")
    values = read_answers(definition, one.answers, today(one.at))
    return _Read(values, Sheet(one.room_id, definition, values, min(one.begun or one.at, one.at), definition.title) if ledger_rules.maps(definition) else None)


def look_at(*, actor: Actor, at: datetime, answer_id: UUID, language: str) -> tuple[Answer, list[Part]]:
    """What a door answered, in words. Who looked stands in the journal."""
    found = fetch(Answer.objects.filter(pk=answer_id).select_related("version__form", "room__building"))
    with transaction.atomic():
        room = queries.room_for(actor, found.room_id, "households.reveal")
        data = {"room": str(room), "title": found.version.form.title}
        journal.record(actor=actor, at=at, verb="ledger.answers_seen", target=f"room:{room.pk}", scope=room.building.path, data=data)
    return found, form_queries.in_words(found, language)


def answers_table(*, actor: Actor, at: datetime, form_id: UUID, language: str) -> tuple[str, bytes]:
    """The newest answers of each door as a workbook in the newest version's questions; what has no place in them stands last. Each repeat has a
    sheet of its own, a row for each entry (decision 25). On record."""
    form = form_queries.form_for(actor, form_id, form_queries.EXPORT)
    definition = Definition.of(form_queries.newest_of(form).definition)
    filled = form_queries.filled(actor, form)
    sheets = [(form.title, *_doors(definition, filled, language))]
    sheets += [(repeat.heading(language), *_entries(repeat, filled, language)) for repeat in definition.kept if repeat.type == REPEAT]
    content = tables(sheets, mark=watermark(actor.name, at))
    with transaction.atomic():
        data = {"title": form.title, "rows": len(filled)}
        journal.record(actor=actor, at=at, verb="ledger.exported", target=f"form:{form.pk}", scope=form.unit.path, data=data)
    return form.title, content


Table = tuple[list[str], list[list[Any]]]


def _doors(definition: Definition, filled: Sequence[Filled], language: str) -> Table:
    """A row for each door; of a repeat, how many entries there are."""
    rows = []
    for one in filled:
        rest = "；".join(f"{name}={value}" for name, value in one.rest.items())
        answers = [len(one.values.get(question.name, ())) if question.type == REPEAT else _cell(question, one.values, language) for question in definition.kept]
        rows.append([*_place(one), *answers, f"{timezone.localtime(one.answer.at):%Y-%m-%d %H:%M}", one.answer.by, one.answer.version.number, rest])
    return [_("楼栋"), _("单元"), _("室号"), *(question.heading(language) for question in definition.kept), _("填表时间"), _("填表人"), _("版本"), _("旧版题目的回答")], rows


def _entries(repeat: Question, filled: Sequence[Filled], language: str) -> Table:
    """A row for each entry, with the door that it stands at."""
    rows = [[*_place(one), number, *(_cell(question, entry, language) for question in repeat.kept)] for one in filled for number, entry in enumerate(one.values.get(repeat.name, ()), 1)]
    return [_("楼栋"), _("单元"), _("室号"), _("第几项"), *(question.heading(language) for question in repeat.kept)], rows


def _place(one: Filled) -> list[Any]:
    room = one.answer.room
    return [room.building.name, room.entrance, room.number]


def _cell(question: Question, values: Mapping[str, Any], language: str) -> Any:
    value = values.get(question.name)
    return value if isinstance(value, int | float) else shown(question, value, language)
