"""Sheets that two people filled in at one door in one round: which lie beside the newest one, and one sheet made of all of them.

Nothing is overwritten: the newest by its own time counts, as everywhere, and the others lie beside it until a person has laid them together.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.field.households import form_queries, queries
from jimu.field.households.form_rules import ENTRY, REPEAT, Definition, mapped
from jimu.field.households.form_words import Difference, differences
from jimu.field.households.models import Answer, Room, Round


def beside(answers: Sequence[Answer]) -> list[Answer]:
    """Of one door's sheets of one form in one round: the newest, then those that were not laid together with another yet; alone, nothing."""
    if not answers:
        return []
    joined = {key for one in answers for key in one.joins}
    newest, *others = sorted(answers, key=lambda one: (one.at, one.pk), reverse=True)
    open_ones = [one for one in others if str(one.pk) not in joined]
    return [newest, *open_ones] if open_ones else []


def doubled(found: Round) -> list[Room]:
    """Doors of a round where more than one sheet waits to be laid together."""
    by_room: dict[UUID, list[Answer]] = defaultdict(list)
    for one in Answer.objects.filter(round=found, version__form=found.form_id).select_related("room__building").defer("answers_sealed"):
        by_room[one.room_id].append(one)
    return [sheets[0].room for sheets in by_room.values() if beside(sheets)]


def sheets_of(room: Room, found: Round) -> list[Answer]:
    """The sheets of a door that wait to be laid together."""
    return beside(list(Answer.objects.filter(round=found, room=room, version__form=found.form_id).select_related("version")))


@dataclass(frozen=True)
class Joined:
    """One sheet proposed from several: its values, and what each of the others says differently from the newest."""

    newest: Answer
    others: Sequence[tuple[Answer, Sequence[Difference]]]
    values: Mapping[str, Any]

    @property
    def ids(self) -> list[str]:
        """The sheets that lie on the table."""
        return [str(self.newest.pk), *(str(one.pk) for one, _found in self.others)]


def join(*, actor: Actor, at: datetime, room_id: UUID, language: str) -> Joined:
    """Lay the sheets of a door together: the newest, filled up with what only an earlier one has. Nothing is kept until a person has looked through it.
    Raises NotFound when there is only one. That somebody looked stands in the journal."""
    with transaction.atomic():
        room = queries.room_for(actor, room_id, "households.reveal")
        asks = form_queries.asked_at(actor, room)
        sheets = sheets_of(room, asks) if asks is not None else []
        if asks is None or asks.form is None or not sheets:
            raise NotFound
        data = {"room": str(room), "title": asks.form.title}
        journal.record(actor=actor, at=at, verb="ledger.answers_seen", target=f"room:{room.pk}", scope=room.building.path, data=data)
    definition = Definition.of(form_queries.newest_of(asks.form).definition)
    read = [(one, mapped(form_queries.values_of(one), definition)[0]) for one in sheets]
    (newest, values), others = read[0], read[1:]
    for _one, earlier in others:
        values = together(definition, values, earlier)
    return Joined(newest, [(one, list(differences(definition.kept, earlier, read[0][1], language))) for one, earlier in others], values)


def together(definition: Definition, newer: Mapping[str, Any], earlier: Mapping[str, Any]) -> dict[str, Any]:
    """The newer answers, and what only the earlier ones have: an answer, an entry by its identity, an answer within an entry that both have."""
    found = {**earlier, **newer}
    for one in definition.kept:
        if one.type == REPEAT and one.name in found:
            before = {entry[ENTRY]: entry for entry in earlier.get(one.name, ())}
            here = [{**before.pop(entry[ENTRY], {}), **entry} for entry in newer.get(one.name, ())]
            found[one.name] = [*here, *before.values()]
    return found


def checked(joins: Sequence[str], room_id: UUID, round_id: UUID) -> list[str]:
    """Ids of sheets that lay on the table. Raises Invalid for those of another door or round."""
    try:
        ids = sorted({str(UUID(one)) for one in joins})
    except ValueError:
        raise Invalid(_("填写的内容有误，请检查后再提交。")) from None
    if Answer.objects.filter(pk__in=ids, room_id=room_id, round_id=round_id).count() != len(ids):
        raise Invalid(_("填写的内容有误，请检查后再提交。"))
    return ids
