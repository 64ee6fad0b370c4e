"""Reads of forms and of what was answered at doors."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jimu.core import sealed
from jimu.core.fetching import fetch
from jimu.core.permissions import STEP, Actor, under, visible
from jimu.field.households.form_rules import Definition, mapped
from jimu.field.households.form_words import Part, parts
from jimu.field.households.models import Answer, FormVersion, Room, Round, SurveyForm
from jimu.field.households.round_queries import open_rounds_at
from jimu.grid.models import Unit

VIEW, MANAGE, EXPORT, RECORD = "households.view", "households.forms", "households.export", "households.record"


def forms_for(actor: Actor) -> "QuerySet[SurveyForm]":
    """Forms kept at the actor's parts, or above them."""
    paths = actor.paths(VIEW)
    above = Q(unit__path__in={path[:n] for path in paths for n in range(STEP, len(path), STEP)})
    return SurveyForm.objects.filter(under(paths, "unit__path") | above).select_related("unit")


def form_for(actor: Actor, form_id: UUID, right: str = VIEW) -> SurveyForm:
    """One form. Raises NotFound elsewhere, NotPermitted without the right where it is kept."""
    found = fetch(forms_for(actor).filter(pk=form_id))
    if right != VIEW:
        actor.require(right, found.unit.path)
    return found


def offered_at(unit: Unit) -> list[SurveyForm]:
    """Forms that a round of a unit may ask: those kept there or above."""
    return list(SurveyForm.objects.filter(unit__path__in=[unit.path[:n] for n in range(STEP, len(unit.path) + 1, STEP)]))


def newest_of(form: SurveyForm) -> FormVersion:
    """The version that is asked now."""
    found = FormVersion.objects.filter(form=form).order_by("-number").first()
    assert found is not None
    return found


@lru_cache(maxsize=64)
def definition_of(version_id: UUID) -> Definition | None:
    """A version's questions: versions never change."""
    data = FormVersion.objects.filter(pk=version_id).values_list("definition", flat=True).first()
    return Definition.of(data) if data else None


@dataclass(frozen=True)
class FormPage:
    """A form with its versions and how many doors answered each."""

    form: SurveyForm
    definition: Definition
    versions: Sequence[tuple[FormVersion, int]]


def form_page(actor: Actor, form_id: UUID) -> FormPage:
    """One form."""
    form = form_for(actor, form_id)
    versions = list(FormVersion.objects.filter(form=form).annotate(filled=Count("answers", filter=Q(visible(actor, VIEW, "answers__room__building__path")))))
    return FormPage(form, Definition.of(versions[0].definition), [(one, one.filled) for one in versions])


@dataclass(frozen=True)
class Filled:
    """What one door answered, in the words of the newest version; `rest` has no place in it any more."""

    answer: Answer
    values: Mapping[str, Any]
    rest: Mapping[str, Any]


def filled(actor: Actor, form: SurveyForm, right: str = EXPORT) -> list[Filled]:
    """The newest answers of each door of the actor's part, whatever version was asked."""
    newest = Definition.of(newest_of(form).definition)
    rows = Answer.objects.filter(visible(actor, right, "room__building__path"), version__form=form).select_related("room__building", "version")
    latest: dict[UUID, Answer] = {row.room_id: row for row in rows.order_by("at", "pk")}
    in_order = sorted(latest.values(), key=lambda row: (row.room.building.path, row.room.entrance, row.room.floor or 0, row.room.number))
    return [Filled(row, *mapped(values_of(row), newest)) for row in in_order]


def values_of(answer: Answer) -> dict[str, Any]:
    """What was written."""
    return dict(json.loads(sealed.unseal(answer.answers_sealed)))


def asked_at(actor: Actor, room: Room) -> Round | None:
    """The round that asks a form at this door now, if the actor may write it down there."""
    if not actor.may(RECORD, room.building.path):
        return None
    path = room.building.path
    return next((one for one in open_rounds_at(path) if one.form_id is not None and path.startswith(one.unit.path)), None)


def answers_at(room: Room) -> list[Answer]:
    """Forms filled in at a door, the newest first; not what they say."""
    return list(Answer.objects.filter(room=room).select_related("version__form").order_by("-at")[:20])


def in_words(answer: Answer, language: str) -> list[Part]:
    """What was answered, as it was asked."""
    return parts(Definition.of(answer.version.definition).kept, values_of(answer), language)
