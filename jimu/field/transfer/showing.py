"""The page of one transfer, and lines of a list from elsewhere."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from jimu.core import clock, sealed
from jimu.core.doors import ActorRequest
from jimu.field.households.queries import VIEW as SEE_HOMES
from jimu.field.transfer import (
    acting,
    care_queries,
    custody,
    disinfecting_queries,
    forms,
    leaving,
    listing,
    policy,
    queries,
    rules,
    steps,
    words,
)
from jimu.field.transfer.models import Dependant, Disinfection, ListRow, Transfer, Visit, Why

S = Transfer.State


def transfer_page(request: ActorRequest, one: Transfer, *, person: tuple[str, str] | None = None, why: str = "") -> HttpResponse:
    """Draw it; `person` and `why` are what was just revealed, on record."""
    actor, at = request.actor, clock.now()
    numbers = policy.of_place(one.unit)
    rows = Dependant.objects.filter(transfer=one).select_related(*leaving.WITH, "resident").prefetch_related("visits")
    last = acting.undoable(one)
    context: dict[str, Any] = {
        "one": one, "line": queries.lines([one], at)[0], "acts": open_acts(request, one), "story": queries.story(one), "person": person, "why": why,
        "can_act": actor.may(queries.ACT, one.unit.path) or queries.on_crew(actor, one), "can_manage": actor.may(queries.MANAGE, one.unit.path),
        "can_why": actor.may(queries.WHY, one.unit.path), "sees_list": actor.may(queries.VIEW), "sees_place": actor.may(queries.VIEW, one.place.path), "sees_home": actor.may(SEE_HOMES, one.unit.path),
        "left": care_queries.lines([each for each in rows if each.ended_at is None], at), "ended": [each for each in rows if each.ended_at is not None],
        "would_stay": [each for each in queries.would_stay(one, at) if each.there is None] if one.running else [], "kinds": Dependant.Kind.choices,
        "nobody_why": sealed.unseal(one.nobody_why_sealed), "script": words.SCRIPT, "checklist": list(enumerate(numbers.checklist)),
        "wants": words.wants_words(one.wants), "want_choices": [(code, words.WANT_WORDS[code], code in one.wants) for code in rules.WANTS],
        "with": _with(one), "companion": sealed.unseal(one.companion_sealed), "alone_why": sealed.unseal(one.alone_why_sealed),
        "key": custody.key_of(one), "people": care_queries.caretakers(one) if actor.may(queries.ACT, one.unit.path) else [],
        "disinfections": Disinfection.objects.filter(transfer=one).exclude(state="dropped").select_related(*disinfecting_queries.WITH),
        "ends": steps.loose_ends(one) if one.state == S.HOME else [], "zone": queries.zone_of(one.unit, at) if one.state in (S.RELEASED, S.HOME, S.ARRIVED) else None,
        "home_until": (at + timedelta(days=numbers.home_days)).date(), "backs": Transfer.Back.choices, "soon": forms.in_field(at, hours=2),
        "undo": last if last and (acting.own_fact(actor, last) or actor.may(queries.MANAGE, one.unit.path)) else None,
        "days": (at - one.gone_at).days if one.gone_at and one.away else None, "results": Visit.Result.choices,
    }  # fmt: skip
    answer = render(request, "transfer/transfer.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def open_acts(request: ActorRequest, one: Transfer) -> frozenset[str]:
    """What this reader may do with it as it is now."""
    actor, path = request.actor, one.unit.path
    crew = queries.on_crew(actor, one)
    found = {
        act for act in steps.STEPS
        if rules.allowed(act, one.state) and (actor.may(queries.MANAGE if act in acting.OF_DESK else queries.ACT, path) or (crew and act not in acting.OF_DESK))
    }  # fmt: skip
    if one.run is None and one.state not in (S.OUTSIDE,):
        found -= {"down", "board"}
    return frozenset(found)


def _with(one: Transfer) -> list[Transfer]:
    """Adults of the same flat who are moved too: one of them can go along with a minor."""
    rows = Transfer.objects.filter(room=one.room, closed_at=None, minor=False).exclude(pk=one.pk).select_related("resident")
    return list(rows)


@dataclass(frozen=True)
class ListLine:
    """A row of a list as it is shown: what it says, and beside it what the ledger says where they differ."""

    row: ListRow
    said: dict[str, str]
    pairs: list[tuple[str, str, str]]

    @property
    def tone(self) -> str:
        return {"same": "good", "differs": "warn", "several": "bad", "unknown": "bad"}.get(self.row.match, "")

    @property
    def can_take(self) -> bool:
        return self.row.resident_id is not None and self.row.match != ListRow.Match.THERE

    @property
    def name(self) -> str:
        return sealed.mask_name(self.said.get("name", ""))

    @property
    def why(self) -> str:
        code = self.said.get("why", "")
        return str(Why(code).label) if code in Why.values else ""


def list_line(row: ListRow) -> ListLine:
    """A row with its differences in words; numbers masked."""
    said, ours = listing.said_of(row)
    pairs = [(str(words.FIELDS[key]), _shown(key, said.get(key, "")), _shown(key, ours.get(key, ""))) for key in row.differs]
    return ListLine(row, said, pairs)


def _shown(key: str, value: str) -> str:
    if key == "why":
        return str(Why(value).label) if value in Why.values else "—"
    masks = {"phone": sealed.mask_phone, "id_number": sealed.mask_id_number}
    return (masks[key](value) if key in masks else value) or "—"
